use aws_config::SdkConfig;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};

use crate::rendered_mail::RenderedMail;

/// The mail was not sent; the queue delivers it again. What SES says is not repeated, for it quotes
/// addresses.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// SES refused for now: throttled, paused, or not set up for the sender.
    #[error("SES answered {0}")]
    Refused(String),
    /// SES did not answer.
    #[error("SES gave no answer: {0}")]
    Unanswered(&'static str),
    /// A part of the rendered is missing.
    #[error(transparent)]
    Incomplete(#[from] BuildError),
    /// The rendered could not be written.
    #[error(transparent)]
    Template(askama::Error),
}

/// Sends letters through SES.
pub(crate) struct Mailer {
    client: Client,
    from: String,
}

impl Mailer {
    pub(crate) fn new(config: &SdkConfig, from: String) -> Self {
        Self { client: Client::new(config), from }
    }

    /// Sends a rendered. One that SES will never take is logged and done with: to try again would only
    /// count against the sender's reputation.
    pub(crate) async fn send(&self, rendered: RenderedMail<'_>) -> Result<(), SendError> {
        let content = |text: String| Content::builder().charset("UTF-8").data(text).build();
        let body = Body::builder().text(content(rendered.text)?).html(content(rendered.html)?).build();
        let message = Message::builder().subject(content(rendered.subject.to_owned())?).body(body).build();
        let sent = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(rendered.to.as_str()).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await;
        match sent {
            Ok(answer) => {
                let mail_id = answer.message_id().unwrap_or_default();
                tracing::info!(mail_id, "sent mail {mail_id}");
                Ok(())
            }
            Err(error) => give_up_or_retry(&error),
        }
    }
}

fn give_up_or_retry(error: &SdkError<SendEmailError>) -> Result<(), SendError> {
    let Some(refusal) = error.as_service_error() else {
        return Err(SendError::Unanswered(kind(error)));
    };
    let code = refusal.code().unwrap_or("an unknown error");
    if refusal.is_message_rejected() || refusal.is_bad_request_exception() {
        tracing::error!(code, "SES will never take this mail: {code}");
        return Ok(());
    }
    Err(SendError::Refused(code.to_owned()))
}

fn kind(error: &SdkError<SendEmailError>) -> &'static str {
    match error {
        SdkError::ConstructionFailure(_) => "the request could not be made",
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(_) => "no connection",
        _ => "an unreadable response",
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::config::http::HttpResponse;
    use aws_sdk_sesv2::error::ErrorMetadata;
    use aws_sdk_sesv2::types::error::{
        BadRequestException, MessageRejected, SendingPausedException, TooManyRequestsException,
    };

    use super::*;

    #[test]
    fn only_what_can_succeed_later_is_tried_again() {
        let meta = |code: &str| {
            let message = "refused: ruth@example.org";
            ErrorMetadata::builder().code(code).message(message).build()
        };
        let outcome = |error: SendEmailError| {
            let response = HttpResponse::new(400.try_into().unwrap(), "".into());
            give_up_or_retry(&SdkError::service_error(error, response)).map_err(|error| error.to_string())
        };
        let rejected = MessageRejected::builder().meta(meta("MessageRejected")).build();
        let malformed = BadRequestException::builder().meta(meta("BadRequestException")).build();
        assert_eq!(outcome(SendEmailError::MessageRejected(rejected)), Ok(()));
        assert_eq!(outcome(SendEmailError::BadRequestException(malformed)), Ok(()));

        let throttled = TooManyRequestsException::builder().meta(meta("TooManyRequestsException")).build();
        let paused = SendingPausedException::builder().meta(meta("SendingPausedException")).build();
        for (error, said) in [
            (SendEmailError::TooManyRequestsException(throttled), "SES answered TooManyRequestsException"),
            (SendEmailError::SendingPausedException(paused), "SES answered SendingPausedException"),
            (SendEmailError::generic(meta("InternalFailure")), "SES answered InternalFailure"),
        ] {
            assert_eq!(outcome(error), Err(said.to_owned()));
        }
        let timeout = give_up_or_retry(&SdkError::timeout_error("slow")).map_err(|error| error.to_string());
        assert_eq!(timeout, Err("SES gave no answer: timeout".to_owned()));
    }
}
