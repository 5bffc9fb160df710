//! How a call of an AWS service is made and what its failure means.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_polly::config::StalledStreamProtectionConfig;
use aws_sdk_polly::config::http::HttpResponse;
use aws_sdk_polly::error::{ProvideErrorMetadata, SdkError};
use cloud::cause::error_chain;

/// One try, so long and no longer.
///
/// Every limit is stated: the process-wide ones are made for calls of 4 s in all, and what is left out is inherited.
pub(super) fn timeouts(whole: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(whole)
        .operation_attempt_timeout(whole)
        .operation_timeout(whole)
        .build()
}

/// None: the chain tries again and counts, and two layers that retry multiply.
pub(super) fn retries() -> RetryConfig {
    RetryConfig::disabled()
}

/// None: a model thinks for many seconds without sending a byte, and the whole call is limited anyway.
pub(super) fn stalls() -> StalledStreamProtectionConfig {
    StalledStreamProtectionConfig::disabled()
}

/// Why a call failed, as far as it matters what to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No answer in time.
    Timeout,
    /// Throttled, overloaded, broken or out of reach: later may be better.
    Passing(String),
    /// The request, the account or the model: never.
    Lasting(String),
}

/// Reads an SDK error.
///
/// HTTP 408 is Bedrock's `ModelTimeoutException`, 424 its `ModelErrorException`, 429 its `ThrottlingException` and
/// `ModelNotReadyException`. Polly throttles with an HTTP 400 that only its code tells from a bad request, and does
/// not model it, so the code is asked before the status.
pub(super) fn trouble<E>(error: &SdkError<E, HttpResponse>) -> Trouble
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error {
        SdkError::TimeoutError(_) => Trouble::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => Trouble::Timeout,
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let code = context.err().code().unwrap_or("no code");
            let message = context.err().message().unwrap_or("no message");
            let reason = format!("HTTP {status}, {code}: {message}");
            match (code, status) {
                (code, _) if code.starts_with("Throttl") || code == "TooManyRequestsException" => {
                    Trouble::Passing(reason)
                }
                (_, 408) => Trouble::Timeout,
                (_, 424 | 429 | 500..) => Trouble::Passing(reason),
                _ => Trouble::Lasting(reason),
            }
        }
        // A request that cannot be built or signed will not be built or signed the next time either.
        SdkError::ConstructionFailure(_) => Trouble::Lasting(error_chain(error)),
        _ => Trouble::Passing(error_chain(error)),
    }
}
