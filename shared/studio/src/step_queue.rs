//! The queue of steps that may run.

use std::time::Duration;

use cloud::SdkConfig;
use cloud::queue::{Queue, QueueError};
use cloud::settings::{QueueName, SettingError};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::step_message::StepMessage;

/// Messages under way at once: enough to hide the queue's latency, few enough for one connection pool.
const AT_ONCE: usize = 16;

/// The SQS queue of steps that may run. A lost message costs time only: the sweeper sends it again.
#[derive(Clone)]
pub struct StepQueue(pub Queue);

impl StepQueue {
    /// The deployment's queue, reached with the credentials of `config`.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `RENDER_STEPS_QUEUE_URL` is not set.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        Ok(Self(Queue::from_settings(config, QueueName::RenderSteps)?))
    }

    /// Sends messages that become visible after `delay`. The message group is the tenant, so that SQS shares the
    /// workers fairly among tenants.
    ///
    /// # Errors
    /// [`QueueError`] when SQS did not take one of the messages; others may have been sent.
    pub async fn send(
        &self,
        messages: impl IntoIterator<Item = StepMessage>,
        delay: Duration,
    ) -> Result<(), QueueError> {
        let messages: Vec<StepMessage> = messages.into_iter().collect();
        stream::iter(messages)
            .map(|message| async move { self.0.send(&message, &message.tenant.to_string(), delay).await })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }
}
