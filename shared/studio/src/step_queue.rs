use std::time::Duration;

use cloud::SdkConfig;
use cloud::queue::{Queue, QueueError};
use cloud::settings::{QueueName, SettingError};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::step_message::StepMessage;

/// Messages under way at once: enough to hide the queue's latency, few enough for one connection pool.
const AT_ONCE: usize = 16;

/// The queue of steps that may run. A message is a hint: losing one costs time, never work.
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

    /// Says that these steps may run, after `delay`. Messages of one tenant are one group, so that SQS serves
    /// tenants fairly.
    ///
    /// # Errors
    /// [`QueueError`] when one was not taken; others may have been.
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
