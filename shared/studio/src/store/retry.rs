//! A step that did not succeed.

use std::time::Duration;

use cloud::clock;
use cloud::table::TableError;

use super::claim::Held;
use super::{Studio, step_key, sweep};
use crate::{Step, StepFailure, StepState};

/// Waits before the second, third and fourth attempt (the deployment guide's 2, 4, 8 s, then fail).
const RETRIES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// What follows from a failure.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Try again after this.
    Retry(Duration),
    /// The job must end: settle it.
    GiveUp,
    /// Another worker has the step.
    Superseded,
}

impl Step {
    /// Whether it was begun more often than retries allow: its workers died, or were stopped from outside,
    /// and would again.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        usize::try_from(self.attempts).is_ok_and(|attempts| attempts > RETRIES.len() + 1)
    }
}

impl Studio {
    /// Gives a step back after a failure, or says that its job must end. It keeps its place in the lane
    /// meanwhile. Cost: one write; up to three where another worker tries beside this one.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn give_back(&self, held: &Held, failure: &StepFailure) -> Result<Verdict, TableError> {
        let attempt = usize::try_from(held.step.attempts).unwrap_or(usize::MAX);
        let Some(delay) = RETRIES.get(attempt.saturating_sub(1)).filter(|_| failure.retry) else {
            let other_goes_on = failure.retry && self.leave_to_rival(held).await?;
            return Ok(if other_goes_on { Verdict::Superseded } else { Verdict::GiveUp });
        };
        let mut failures = held.step.failures.clone();
        failures.push(failure.clone());
        self.queue_again(held, *delay, failures).await
    }

    /// Gives a step back that did not fail, to be begun anew. False when another worker has it. Cost: as
    /// [`Studio::give_back`].
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn begin_anew(&self, held: &Held) -> Result<bool, TableError> {
        let verdict = self.queue_again(held, Duration::ZERO, held.step.failures.clone()).await?;
        Ok(verdict != Verdict::Superseded)
    }

    async fn queue_again(
        &self,
        held: &Held,
        delay: Duration,
        failures: Vec<StepFailure>,
    ) -> Result<Verdict, TableError> {
        let due = sweep::due(&held.tenant, delay + self.settings.delivery);
        let delay_ms = i64::try_from(delay.as_millis()).unwrap_or(0);
        let step = self.held(held).when_absent("rival").set("state", StepState::Queued);
        let step = step.set("failures", failures).set("ready_at", clock::now_ms() + delay_ms);
        match step.set("due_at", due.due_at).send::<Step>().await {
            Ok(_) => Ok(Verdict::Retry(delay)),
            Err(TableError::Condition { .. }) => {
                self.leave_to_rival(held).await?;
                Ok(Verdict::Superseded)
            }
            Err(error) => Err(error),
        }
    }

    /// Where two workers have a step and this one failed, the other goes on. False when there is no other.
    /// Cost: one write or two.
    async fn leave_to_rival(&self, held: &Held) -> Result<bool, TableError> {
        let key = step_key(&held.tenant, &held.step.job, &held.step.id);
        let running = || self.table.update(&key).when("state", "=", StepState::Running);
        // The older one goes: nobody writes under its fence any more.
        let older = running().when("rival", "=", held.step.fence).remove("rival");
        // The newer one goes: the fence moves on, so that no later worker can get the one it had.
        let newer = running().when("fence", "=", held.step.fence).when_has("rival").add("fence", 1);
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
