//! Returning a step to the queue after an attempt that did not succeed (a negative acknowledgement).

use std::time::Duration;

use cloud::clock;
use cloud::table::TableError;

use super::due_index;
use super::keys::step_key;
use super::leased_step::LeasedStep;
use super::studio::Studio;
use crate::failure::StepFailure;
use crate::step::{Step, StepState};

/// Waits before the second, third and fourth attempt (2, 4 and 8 s, a requirement of the product; then the job fails).
const RETRIES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// The outcome of [`Studio::nack`].
#[derive(Debug, PartialEq, Eq)]
pub enum NackOutcome {
    /// The step is queued again; its message is to be sent with this delay.
    Retry(Duration),
    /// There are no more retries: the caller must end the job with [`Studio::fail_job`].
    FailJob,
    /// Another worker holds the step; nothing is left to do.
    Superseded,
}

impl Step {
    /// Whether the step was begun more often than retries allow. Its workers then died without reporting a failure, and
    /// the next one probably would too.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        usize::try_from(self.attempts).is_ok_and(|attempts| attempts > RETRIES.len() + 1)
    }
}

impl Studio {
    /// Returns a step to the queue after a failure, or says that its job must end. The step keeps its slot meanwhile.
    /// Cost: one write; up to three where another worker tries beside this one.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn nack(&self, leased: &LeasedStep, failure: &StepFailure) -> Result<NackOutcome, TableError> {
        let attempt = usize::try_from(leased.step.attempts).unwrap_or(usize::MAX);
        let Some(delay) = RETRIES.get(attempt.saturating_sub(1)).filter(|_| failure.retry) else {
            let other_goes_on = failure.retry && self.leave_to_rival(leased).await?;
            return Ok(if other_goes_on { NackOutcome::Superseded } else { NackOutcome::FailJob });
        };
        let mut failures = leased.step.failures.clone();
        failures.push(failure.clone());
        self.requeue_after(leased, *delay, failures).await
    }

    /// Returns a step to the queue that did not fail, so that another attempt runs it at once. False when another
    /// worker holds it. Cost: as [`Studio::nack`].
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn requeue(&self, leased: &LeasedStep) -> Result<bool, TableError> {
        let outcome = self.requeue_after(leased, Duration::ZERO, leased.step.failures.clone()).await?;
        Ok(outcome != NackOutcome::Superseded)
    }

    async fn requeue_after(
        &self,
        leased: &LeasedStep,
        delay: Duration,
        failures: Vec<StepFailure>,
    ) -> Result<NackOutcome, TableError> {
        let due = due_index::due_after(&leased.tenant, delay + self.settings.delivery);
        let delay_ms = i64::try_from(delay.as_millis()).unwrap_or(0);
        let step = self.fenced_update(leased).when_absent("rival").set("state", StepState::Queued);
        let step = step.set("failures", failures).set("ready_at", clock::now_ms() + delay_ms);
        match step.set("due_at", due.due_at).send::<Step>().await {
            Ok(_) => Ok(NackOutcome::Retry(delay)),
            Err(TableError::Condition { .. }) => {
                self.leave_to_rival(leased).await?;
                Ok(NackOutcome::Superseded)
            }
            Err(error) => Err(error),
        }
    }

    /// Leaves a step that two workers hold to the other one. False when only this one holds it. Cost: one write or two.
    async fn leave_to_rival(&self, leased: &LeasedStep) -> Result<bool, TableError> {
        let key = step_key(&leased.tenant, &leased.step.job, &leased.step.id);
        let running = || self.table.update(&key).when("state", "=", StepState::Running);
        // This is the older worker: its fence is removed from `rival`, so that it is no longer valid.
        let older = running().when("rival", "=", leased.step.fence).remove("rival");
        // This is the newer worker: the fence moves on, so that no later worker gets the same one.
        let newer = running().when("fence", "=", leased.step.fence).when_has("rival").add("fence", 1);
        for leaving in [older, newer] {
            match leaving.send::<Step>().await {
                Ok(_) => return Ok(true),
                Err(TableError::Condition { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}
