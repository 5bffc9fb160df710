//! Sending mails with SES.

use aws_config::SdkConfig;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};

use cloud::table::TableError;

use crate::rendered_mail::RenderedMail;

/// Why a mail was not sent. SQS delivers it again. The messages leave out what SES says, because it quotes addresses.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// SES refused the mail for now: it is throttled or paused, or the sender is not verified.
    #[error("SES answered {0}")]
    Refused(String),
    /// SES did not answer, or its response could not be read.
    #[error("SES gave no answer: {0}")]
    Unanswered(&'static str),
    /// The table of kept mails did not answer.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The request to SES lacks a required part.
    #[error(transparent)]
    Incomplete(#[from] BuildError),
    /// The mail's template could not be rendered.
    #[error(transparent)]
    Template(askama::Error),
}

/// Sends mails with SES.
pub(crate) struct Mailer {
    client: Client,
    from: String,
}

impl Mailer {
    pub(crate) fn new(config: &SdkConfig, from: String) -> Self {
        Self { client: Client::new(config), from }
    }

    /// Sends a mail. One that SES will never accept is logged and counts as done: sending it again would only harm the
    /// sender's reputation.
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
            Err(error) => drop_or_retry(&error),
        }
    }
}

fn drop_or_retry(error: &SdkError<SendEmailError>) -> Result<(), SendError> {
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
    fn only_temporary_failures_are_retried() {
        let meta = |code: &str| {
            let message = "refused: ruth@example.org";
            ErrorMetadata::builder().code(code).message(message).build()
        };
        let outcome = |error: SendEmailError| {
            let response = HttpResponse::new(400.try_into().unwrap(), "".into());
            drop_or_retry(&SdkError::service_error(error, response)).map_err(|error| error.to_string())
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
        let timeout = drop_or_retry(&SdkError::timeout_error("slow")).map_err(|error| error.to_string());
        assert_eq!(timeout, Err("SES gave no answer: timeout".to_owned()));
    }
}
