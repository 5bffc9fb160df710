//! Renders and sends the mails of the mail queue.

mod mailer;
mod rendered_mail;
mod sanitize;

use cloud::settings::{self, MAIL_FROM};
use identity::Mail;
use protection::register::DEFAULT_LOG_DAYS;

use crate::mailer::{Mailer, SendError};
use crate::rendered_mail::RenderedMail;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let mailer = &Mailer::new(&cloud::config().await, settings::text(MAIL_FROM)?);
    let log_days = settings::parsed("LOG_RETENTION_DAYS", DEFAULT_LOG_DAYS)?;
    let send = async |mail: Mail| {
        let rendered = RenderedMail::render(&mail, log_days).map_err(SendError::Template)?;
        mailer.send(rendered).await
    };
    cloud::queue::serve(send).await.map_err(anyhow::Error::from_boxed)
}
