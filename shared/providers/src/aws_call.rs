//! How the AWS SDK clients of this crate are configured, and what their errors mean for the fallback chain.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_polly::config::StalledStreamProtectionConfig;
use aws_sdk_polly::config::http::HttpResponse;
use aws_sdk_polly::error::{ProvideErrorMetadata, SdkError};

/// Limits one call, which is a single attempt, to `whole`.
///
/// Every limit is set explicitly: a limit that is left out is inherited from the process-wide configuration, which is
/// made for calls of 4 s in all.
pub(crate) fn timeouts(whole: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(whole)
        .operation_attempt_timeout(whole)
        .operation_timeout(whole)
        .build()
}

/// No retries in the SDK: the chain retries and counts the calls, and two layers that retry multiply.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::disabled()
}

/// No stalled-stream protection: a model computes for many seconds without sending a byte, and the call as a whole has a
/// time limit anyway.
pub(crate) fn stalled_stream_protection() -> StalledStreamProtectionConfig {
    StalledStreamProtectionConfig::disabled()
}

/// An SDK error, reduced to what the chain has to decide.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// No answer within the time limit.
    Timeout,
    /// Throttled, overloaded, internal error or not reachable: the same call may succeed later.
    Transient(String),
    /// Something is wrong with the request, the account or the model: the same call would fail again.
    Permanent(String),
}

/// Classifies an SDK error.
///
/// HTTP 408 is Bedrock's `ModelTimeoutException`, 424 its `ModelErrorException`, 429 its `ThrottlingException` and
/// `ModelNotReadyException`. Polly throttles with an HTTP 400 that differs from a bad request in its error code only, and
/// that its API model lacks, so the code is looked at before the status.
pub(crate) fn classify<E>(error: &SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error {
        SdkError::TimeoutError(_) => CallError::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => CallError::Timeout,
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let code = context.err().code().unwrap_or("no code");
            let message = context.err().message().unwrap_or("no message");
            let reason = format!("HTTP {status}, {code}: {message}");
            match (code, status) {
                (code, _) if code.starts_with("Throttl") || code == "TooManyRequestsException" => {
                    CallError::Transient(reason)
                }
                (_, 408) => CallError::Timeout,
                (_, 424 | 429 | 500..) => CallError::Transient(reason),
                _ => CallError::Permanent(reason),
            }
        }
        // A request that cannot be built or signed will not be built or signed the next time either.
        SdkError::ConstructionFailure(_) => CallError::Permanent(with_causes(error)),
        _ => CallError::Transient(with_causes(error)),
    }
}

/// The error's text followed by those of all its sources: the SDK's own texts say little without them.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
