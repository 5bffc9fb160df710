//! Renders and sends the mails of the mail queue.

mod mailer;
mod rendered_mail;
mod sanitize;

use cloud::settings::{self, MAIL_FROM};
use identity::{KeptMails, MailMessage};
use protection::register::DEFAULT_LOG_DAYS;

use crate::mailer::{Mailer, SendError};
use crate::rendered_mail::RenderedMail;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let mailer = &Mailer::new(&config, settings::text(MAIL_FROM)?);
    let kept = &KeptMails::from_settings(&config)?;
    let log_days = settings::parsed("LOG_RETENTION_DAYS", DEFAULT_LOG_DAYS)?;
    let send = async |message: MailMessage| {
        let Some(mail) = kept.find(&message).await? else {
            tracing::info!("the mail was sent already, or has expired");
            return Ok(());
        };
        mailer.send(RenderedMail::render(&mail, log_days).map_err(SendError::Template)?).await?;
        if let Err(error) = kept.forget(&message).await {
            // It is sent, and must not be sent again for this. The table deletes it when it expires.
            tracing::warn!(reason = %error, "a mail that was sent is kept until it expires: {error}");
        }
        Ok::<(), SendError>(())
    };
    cloud::queue::serve(send).await.map_err(anyhow::Error::from_boxed)
}
