//! Error messages with their causes, safe to be logged.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a call of an AWS service failed: the service's error code and message, a timeout, or why there was no answer.
/// Safe to log: the SDK's own `DisplayErrorContext` quotes an answer that it could not parse, and with it secrets,
/// credentials, or items with people's addresses; this does not.
#[must_use]
pub fn sdk_cause<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(refused) => {
            let refused = refused.err();
            let (code, message) = (refused.code().unwrap_or("an unknown error"), refused.message());
            message.map_or_else(|| code.to_owned(), |message| format!("{code}: {message}"))
        }
        SdkError::ResponseError(_) => "an unreadable answer".to_owned(),
        SdkError::TimeoutError(_) => "timeout".to_owned(),
        // No connection, or no credentials: there is no answer that could be quoted.
        other => error_chain(other),
    }
}

/// An error's message and those of its sources, outermost first, separated by `: `. The SDK's outer messages say
/// little without the inner ones ("dispatch failure: io error: connection refused").
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::error::ErrorMetadata;
    use aws_smithy_types::error::metadata::ProvideErrorMetadata;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("refused")]
    struct Refused(ErrorMetadata);

    impl ProvideErrorMetadata for Refused {
        fn meta(&self) -> &ErrorMetadata {
            &self.0
        }
    }

    fn answer() -> HttpResponse {
        HttpResponse::new(200.try_into().unwrap(), r#"{"SecretString":"a signing key"}"#.into())
    }

    #[test]
    fn an_answer_is_never_quoted() {
        let unreadable: SdkError<Refused, HttpResponse> = SdkError::response_error("not JSON", answer());
        let meta = ErrorMetadata::builder().code("ThrottlingException").message("slow down").build();
        let refused = SdkError::service_error(Refused(meta), answer());
        assert_eq!(sdk_cause(&unreadable), "an unreadable answer");
        assert_eq!(sdk_cause(&refused), "ThrottlingException: slow down");
    }

    #[test]
    fn why_there_was_no_answer_is_told() {
        let error: SdkError<Refused, HttpResponse> =
            SdkError::construction_failure("the task acts for no tenant");
        assert!(sdk_cause(&error).ends_with("the task acts for no tenant"), "{}", sdk_cause(&error));
    }
}
