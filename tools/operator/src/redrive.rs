use std::collections::HashMap;
use std::io::{self, Write};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use billing::WebhookNotification;
use cloud::cause::sdk_cause;
use identity::MailMessage;
use protection::erasure::ErasureMessage;
use protection::exports::ExportMessage;
use studio::StepMessage;

use crate::deployment::{Deployment, DeploymentError};
use crate::options::{Redrive, RedriveQueue};

/// The visibility timeout of received messages, in seconds. Messages that are not sent again stay invisible until the
/// end of the redrive, so that the queue does not deliver them before the others.
const VISIBILITY_TIMEOUT_S: i32 = 300;

/// How many receives in a row must bring nothing new before the queue counts as empty: one receive asks only some of
/// SQS's servers.
const EMPTY_RECEIVES: u32 = 2;

/// Why a redrive stopped. Messages that were sent again by then are deleted from the dead-letter queue.
#[derive(Debug, thiserror::Error)]
pub enum RedriveError {
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error("the queue does not do it: {0}")]
    Queue(String),
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// A queue and its dead-letter queue, by their URLs.
struct DeadLetters {
    client: Client,
    source: String,
    dead: String,
}

/// Sends the messages of a dead-letter queue again. Each is deleted only after its queue has accepted it: when the
/// redrive stops in between, one message is in both queues, which does no harm because the functions behind the queues
/// are idempotent. Prints how many messages were sent, and which were left.
pub async fn redrive(
    deployment: &Deployment,
    args: &Redrive,
    out: &mut dyn Write,
) -> Result<(), RedriveError> {
    let (source, dead) = match args.queue {
        RedriveQueue::RenderSteps => deployment.step_queues()?,
        RedriveQueue::Mail => deployment.mail_queues()?,
        RedriveQueue::StripeSync => deployment.stripe_queues()?,
        RedriveQueue::Exports => deployment.export_queues()?,
        RedriveQueue::Erasures => deployment.erasure_queues()?,
    };
    let letters = DeadLetters { client: Client::new(&deployment.config), source, dead };
    let (mut sent, mut left, mut empty) = (0_usize, HashMap::new(), 0);
    while empty < EMPTY_RECEIVES {
        let missing = args.max.map_or(10, |max| max.saturating_sub(sent).min(10));
        if missing == 0 {
            break;
        }
        let messages = letters.receive(missing).await?;
        let is_news = |message: &Message| !left.contains_key(&id(message));
        empty = if messages.iter().any(is_news) { 0 } else { empty + 1 };
        for message in messages {
            match unreadable(args.queue, &message).filter(|_| !args.all) {
                None => {
                    letters.send_again(&message).await?;
                    sent += 1;
                }
                Some(reason) => {
                    let (id, bytes) = (id(&message), message.body().unwrap_or_default().len());
                    // In a redrive of more than five minutes it is received again, with another receipt handle.
                    if left.insert(id.clone(), message).is_none() {
                        writeln!(out, "left: message {id} of {bytes} bytes: {reason}")?;
                    }
                }
            }
        }
    }
    for message in left.values() {
        letters.make_visible(message).await?;
    }
    writeln!(out, "sent again: {sent}")?;
    if !left.is_empty() {
        writeln!(out, "left, for nobody could read them (--all sends them too): {}", left.len())?;
    }
    Ok(())
}

impl DeadLetters {
    async fn receive(&self, most: usize) -> Result<Vec<Message>, RedriveError> {
        let request = self.client.receive_message().queue_url(&self.dead);
        let request = request
            .max_number_of_messages(i32::try_from(most).unwrap_or(10))
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::MessageGroupId)
            .visibility_timeout(VISIBILITY_TIMEOUT_S)
            .wait_time_seconds(1);
        let answer = request.send().await.map_err(refused)?;
        Ok(answer.messages.unwrap_or_default())
    }

    /// Sends a message with the same body, attributes and group, and deletes the dead letter.
    async fn send_again(&self, message: &Message) -> Result<(), RedriveError> {
        let group = message.attributes().and_then(|all| all.get(&MessageSystemAttributeName::MessageGroupId));
        let request = self.client.send_message().queue_url(&self.source);
        let request = request
            .set_message_body(message.body.clone())
            .set_message_attributes(message.message_attributes.clone())
            .set_message_group_id(group.cloned());
        request.send().await.map_err(refused)?;
        let delete = self.client.delete_message().queue_url(&self.dead);
        let delete = delete.set_receipt_handle(message.receipt_handle.clone());
        delete.send().await.map(drop).map_err(refused)
    }

    async fn make_visible(&self, message: &Message) -> Result<(), RedriveError> {
        let request = self.client.change_message_visibility().queue_url(&self.dead).visibility_timeout(0);
        let request = request.set_receipt_handle(message.receipt_handle.clone());
        request.send().await.map(drop).map_err(refused)
    }
}

/// Why the queue's function cannot parse the message; none when it can. The reason does not quote the message, because
/// mail contains credentials.
fn unreadable(queue: RedriveQueue, message: &Message) -> Option<String> {
    let body = message.body().unwrap_or_default();
    let error = match queue {
        RedriveQueue::RenderSteps => serde_json::from_str::<StepMessage>(body).err(),
        RedriveQueue::Mail => serde_json::from_str::<MailMessage>(body).err(),
        RedriveQueue::StripeSync => serde_json::from_str::<WebhookNotification>(body).err(),
        RedriveQueue::Exports => serde_json::from_str::<ExportMessage>(body).err(),
        RedriveQueue::Erasures => serde_json::from_str::<ErasureMessage>(body).err(),
    }?;
    let what = if error.is_data() { "not of the expected form" } else { "not JSON" };
    // Messages of the mail queue may have two forms, for which the parser tells no place.
    match error.line() {
        0 => Some(what.to_owned()),
        line => Some(format!("{what} (line {line}, column {})", error.column())),
    }
}

fn id(message: &Message) -> String {
    message.message_id().unwrap_or_default().to_owned()
}

fn refused<E>(error: SdkError<E>) -> RedriveError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    RedriveError::Queue(sdk_cause(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_message_cannot_be_read_is_told_without_it() {
        let of = |body: &str| Message::builder().body(body).build();
        let mail = of(r#"{"kind": "secret"}"#);
        let reason = unreadable(RedriveQueue::Mail, &mail).unwrap();
        assert!(reason.starts_with("not of the expected form") && !reason.contains("secret"), "{reason}");
        assert!(unreadable(RedriveQueue::RenderSteps, &of("poison")).unwrap().starts_with("not JSON"));
        let tenant = tenancy::TenantId::new();
        let step = serde_json::json!({"tenant": tenant, "job": studio::JobId::new(), "step": "stitch-0000"});
        assert_eq!(unreadable(RedriveQueue::RenderSteps, &of(&step.to_string())), None);
    }
}
