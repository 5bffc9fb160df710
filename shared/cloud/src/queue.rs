//! An SQS queue to send to, and the loop of a Lambda function that a queue invokes.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::MessageAttributeValue;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Serialize, de::DeserializeOwned};

use crate::cause::sdk_cause;
use crate::correlation;
use crate::settings::{self, QueueName, SettingError};

/// SQS did not accept a request, after the SDK's retries.
#[derive(Debug, thiserror::Error)]
#[error("the queue did not take the message: {0}")]
pub struct QueueError(String);

/// A handle on one SQS queue. Clones share their connections.
#[derive(Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    /// A handle on the queue with this URL.
    #[must_use]
    pub fn new(config: &SdkConfig, url: String) -> Self {
        Self { client: Client::new(config), url }
    }

    /// A handle on a queue of the deployment.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when the queue's variable is not set.
    pub fn from_settings(config: &SdkConfig, queue: QueueName) -> Result<Self, SettingError> {
        Ok(Self::new(config, settings::text(queue)?))
    }

    /// Sends `message` as JSON. `group` is the message group, usually the tenant: SQS's fair queues serve groups in
    /// turn, so that one tenant's thousand messages do not delay another's ten. `delay` is at most 15 minutes. The
    /// [correlation] id goes along as a message attribute.
    ///
    /// # Errors
    /// [`QueueError`] when the message does not serialise, or SQS does not accept it after the SDK's retries.
    pub async fn send<M: Serialize>(
        &self,
        message: &M,
        group: &str,
        delay: Duration,
    ) -> Result<(), QueueError> {
        let body = serde_json::to_string(message).map_err(|error| QueueError(error.to_string()))?;
        let delay = i32::try_from(delay.as_secs().min(900)).unwrap_or(900);
        let mut request = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .message_group_id(group)
            .delay_seconds(delay);
        if let Some(id) = correlation::current() {
            let id = MessageAttributeValue::builder().data_type("String").string_value(id).build();
            request = request
                .message_attributes(correlation::FIELD, id.map_err(|error| QueueError(error.to_string()))?);
        }
        request.send().await.map_err(|error| QueueError(sdk_cause(&error)))?;
        Ok(())
    }

    /// Makes SQS deliver a received message again after `delay`, instead of at the end of the visibility timeout.
    async fn change_visibility(&self, receipt: &str, delay: Duration) -> Result<(), QueueError> {
        let delay = i32::try_from(delay.as_secs()).unwrap_or(i32::MAX);
        let request = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(receipt);
        let sent = request.visibility_timeout(delay).send().await;
        sent.map(drop).map_err(|error| QueueError(sdk_cause(&error)))
    }

    /// Checks that the queue answers.
    ///
    /// # Errors
    /// [`QueueError`] when it does not.
    pub async fn ping(&self) -> Result<(), QueueError> {
        let asked = self.client.get_queue_attributes().queue_url(&self.url).send().await;
        asked.map(drop).map_err(|error| QueueError(sdk_cause(&error)))
    }
}

/// Runs a Lambda function that a queue invokes. Every record of a batch is handled by itself, and only those that fail
/// are delivered again (`ReportBatchItemFailures`). A record that does not parse fails by itself and ends in the
/// dead-letter queue.
///
/// # Errors
/// When the connection to the Lambda runtime's API ends.
pub fn serve<M, F, Fut, E>(handle: F) -> impl Future<Output = Result<(), Error>>
where
    M: DeserializeOwned,
    F: Fn(M) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    serve_records(handle, None)
}

/// As [`serve`], with exponential backoff: a message that fails is delivered again after `pause`, then after twice,
/// four times and eight times that, until the queue's `maxReceiveCount` sends it to the dead-letter queue. [`serve`]
/// leaves a failed message invisible until its visibility timeout ends.
///
/// # Errors
/// When the connection to the Lambda runtime's API ends.
pub fn serve_with_backoff<M, F, Fut, E>(
    queue: Queue,
    pause: Duration,
    handle: F,
) -> impl Future<Output = Result<(), Error>>
where
    M: DeserializeOwned,
    F: Fn(M) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    serve_records(handle, Some((queue, pause)))
}

async fn serve_records<M, F, Fut, E>(handle: F, backoff: Option<(Queue, Duration)>) -> Result<(), Error>
where
    M: DeserializeOwned,
    F: Fn(M) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let (handle, backoff) = (&handle, &backoff);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let mut response = SqsBatchResponse::default();
        for record in event.payload.records {
            let correlation_id = correlation_id(&record);
            let again = backoff.as_ref().map(|(queue, pause)| (queue, *pause * 2_u32.pow(failures(&record))));
            let receipt = record.receipt_handle.unwrap_or_default();
            let message_id = record.message_id.unwrap_or_default();
            // Boxed as a trait object: the nested futures of several SDK clients otherwise exceed the compiler's
            // recursion limit where it checks that they are `Send`.
            let one: Pin<Box<dyn Future<Output = Result<(), String>> + '_>> = Box::pin(async {
                let message = serde_json::from_str(record.body.as_deref().unwrap_or_default());
                let message = message.map_err(|error| format!("unreadable message: {error}"))?;
                handle(message).await.map_err(|error| error.to_string())
            });
            let logged = async {
                let failed = one.await.is_err_and(|error| {
                    tracing::error!(message_id, error, "message {message_id} failed");
                    true
                });
                if failed
                    && let Some((queue, delay)) = again
                    && let Err(error) = queue.change_visibility(&receipt, delay).await
                {
                    tracing::warn!(message_id, %error, "message {message_id} comes again when the queue likes");
                }
                failed
            };
            if correlation::scope(correlation_id, logged).await {
                response.add_failure(message_id);
            }
        }
        Ok::<_, Error>(response)
    }))
    .await
}

/// How often a message has failed before; at most 8, so that the doubled delay stays in range.
fn failures(record: &SqsMessage) -> u32 {
    let received = record.attributes.get("ApproximateReceiveCount");
    received.and_then(|count| count.parse::<u32>().ok()).unwrap_or(1).saturating_sub(1).min(8)
}

/// The correlation id that the sender attached; for a message without one (a schedule's), the message's own id.
fn correlation_id(record: &SqsMessage) -> String {
    let given = record.message_attributes.get(correlation::FIELD);
    given
        .and_then(|attribute| attribute.string_value.clone())
        .or_else(|| record.message_id.clone())
        .unwrap_or_default()
}
