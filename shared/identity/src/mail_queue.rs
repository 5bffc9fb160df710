//! The queue of mails. Its messages are references: a message that cannot be handled rests in the dead-letter queue for
//! days, and must hold neither an address nor a sign-in link. The mail itself is an item that expires, in the table of
//! what is short-lived (`rates`), which has neither backups nor point-in-time copies, and is deleted when the mail is sent.

use std::time::Duration;

use cloud::SdkConfig;
use cloud::clock;
use cloud::queue::{Queue, QueueError};
use cloud::settings::{QueueName, SettingError, TableName};
use cloud::table::{Key, Table, TableError};
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;
use tenancy::uuid::Uuid;

use crate::mail::Mail;

/// How long a mail is kept that was not sent: three days, in which an operator can send dead letters again. DynamoDB
/// deletes expired items within two days more.
pub const MAIL_TTL: Duration = Duration::from_secs(3 * 86_400);

/// The kind of the items.
const MAIL: &str = "MAIL";

/// A mail was not queued.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The table did not take the mail.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The queue did not take the reference.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// A message of the mail queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MailMessage {
    /// Where the mail is kept.
    Kept(MailReference),
    /// The mail itself, as messages had it before they were references.
    Whole(Box<Mail>),
}

/// The reference to a mail that is kept in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailReference {
    /// A random number's digest, by which the mail is found.
    mail: ContentHash,
}

#[derive(Serialize, Deserialize)]
struct KeptMail {
    mail: Mail,
    expires_at: i64,
}

/// Queues mails, and finds those that messages refer to.
#[derive(Clone)]
pub struct MailQueue {
    queue: Queue,
    kept: KeptMails,
}

/// The mails that are kept until they are sent.
#[derive(Clone)]
pub struct KeptMails {
    table: Table,
}

impl MailQueue {
    /// Over the queue, and the table that keeps the mails.
    #[must_use]
    pub const fn new(queue: Queue, table: Table) -> Self {
        Self { queue, kept: KeptMails { table } }
    }

    /// The deployment's, with the function's own credentials.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `MAIL_QUEUE_URL` or `RATES_TABLE` is not set.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        let table = Table::from_settings(config, TableName::Rates)?;
        Ok(Self::new(Queue::from_settings(config, QueueName::Mail)?, table))
    }

    /// Keeps a mail and queues the reference to it; `group` and `delay` as for [`Queue::send`]. Cost: one write, one
    /// message.
    ///
    /// # Errors
    /// [`MailError`] when the table or the queue does not accept it. Then nothing is sent.
    pub async fn send(&self, mail: &Mail, group: &str, delay: Duration) -> Result<(), MailError> {
        let reference = MailReference { mail: ContentHash::of(Uuid::now_v7().as_bytes()) };
        let lifetime = i64::try_from(MAIL_TTL.as_secs()).unwrap_or(0);
        let kept = KeptMail { mail: mail.clone(), expires_at: clock::now().as_second() + lifetime };
        self.kept.table.put(&reference.key(), &kept).await?;
        Ok(self.queue.send(&MailMessage::Kept(reference), group, delay).await?)
    }
}

impl KeptMails {
    /// The deployment's, with the function's own credentials.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `RATES_TABLE` is not set.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        Ok(Self { table: Table::from_settings(config, TableName::Rates)? })
    }

    /// The mail of a message; none when it was sent already, or has expired. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer, or the item does not parse.
    pub async fn find(&self, message: &MailMessage) -> Result<Option<Mail>, TableError> {
        match message {
            MailMessage::Whole(mail) => Ok(Some(mail.as_ref().clone())),
            MailMessage::Kept(reference) => {
                let kept: Option<KeptMail> = self.table.get(&reference.key()).await?;
                let now = clock::now().as_second();
                Ok(kept.filter(|kept| now < kept.expires_at).map(|kept| kept.mail))
            }
        }
    }

    /// Deletes the mail of a message, which was sent. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer.
    pub async fn forget(&self, message: &MailMessage) -> Result<(), TableError> {
        match message {
            MailMessage::Whole(_) => Ok(()),
            MailMessage::Kept(reference) => self.table.delete(&reference.key()).await,
        }
    }
}

impl MailReference {
    fn key(self) -> Key {
        Key::global(MAIL, &self.mail)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_holds_neither_address_nor_link() {
        let message = MailMessage::Kept(MailReference { mail: ContentHash::of(b"1") });
        let body = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<MailMessage>(&body).unwrap(), message);
        assert!(!body.contains('@') && !body.contains("http") && body.len() < 100, "{body}");
    }

    /// A queue may hold such messages when a new version is deployed, a dead-letter queue for two weeks.
    #[test]
    fn a_message_with_the_mail_itself_is_read() {
        let body = json!({ "kind": "erasure_begun", "to": "ruth@example.org" });
        let mail = Mail::ErasureBegun { to: "ruth@example.org".parse().unwrap() };
        let read: MailMessage = serde_json::from_value(body).unwrap();
        assert_eq!(read, MailMessage::Whole(Box::new(mail)));
        for bad in [json!("poison"), json!({ "kind": "secret" }), json!({ "mail": "x" })] {
            assert!(serde_json::from_value::<MailMessage>(bad).is_err());
        }
    }
}
