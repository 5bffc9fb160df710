//! What the users of a stack were charged by their receipts, and whether the usage log says the same.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use client::LocalStack;
use harness::{Aws, TestUser};

use crate::aws::usage_log;
use crate::leftovers::usage_events;

/// The metrics of the usage log, and how many counted units make one of the unit that is shown: 1,000 ms a second, 60,000
/// ms a minute.
const METRICS: [(&str, f64); 3] = [("images_count", 1.0), ("tts_seconds", 1e3), ("render_minutes", 6e4)];

/// Counted units by tenant and metric.
type Sums = BTreeMap<(String, String), u64>;

/// The charges of all users of a stack.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Sums>);

impl Ledger {
    /// Records what all jobs of a user are charged so far.
    ///
    /// # Errors
    /// When the usage counters or the usage events differ from the receipts by a unit or more.
    pub(crate) async fn record(&self, stack: &LocalStack, person: &TestUser) -> Result<()> {
        let mut charged = [0; METRICS.len()];
        for job in person.api.jobs().await?.items {
            let totals = person.api.receipt(&job.id).await?.totals;
            charged[0] += totals.images;
            charged[1] += totals.speech_ms;
            charged[2] += totals.render_ms;
        }
        let tenant = &person.signed_in.tenant;
        let events = usage_events(stack, tenant).await?;
        for ((metric, unit), charged) in METRICS.into_iter().zip(charged) {
            let used = counted(person.usage(metric).await?.used, unit);
            let logged = events.get(metric).copied().unwrap_or(0);
            let same = used == charged && i64::try_from(charged) == Ok(logged);
            ensure!(same, "{metric}: receipts {charged}, account {used}, events {logged}");
            if charged > 0 {
                let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                sums.insert((tenant.clone(), metric.to_owned()), charged);
            }
        }
        Ok(())
    }

    /// Invokes the function that writes the usage log, and compares the log with the charges.
    ///
    /// # Errors
    /// When the log is not, tenant by tenant and to the unit, the sum of what was recorded.
    pub(crate) async fn verify_usage_log(&self, stack: &LocalStack) -> Result<()> {
        Aws::of(stack)?.invoke("usage").await?;
        let mut logged = Sums::new();
        for line in usage_log(stack).await? {
            let text = |name: &str| line[name].as_str().map(str::to_owned).with_context(|| line.to_string());
            let (tenant, metric) = (text("tenant_id")?, text("metric")?);
            let (_, unit) =
                METRICS.into_iter().find(|(name, _)| *name == metric).with_context(|| metric.clone())?;
            let amount = line["amount"].as_f64().with_context(|| line.to_string())?;
            *logged.entry((tenant, metric)).or_default() += counted(amount, unit);
        }
        let charged = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ensure!(
            !charged.is_empty() && logged == charged,
            "the log says {logged:#?}, the receipts {charged:#?}"
        );
        Ok(())
    }
}

/// Counted units (milliseconds, pictures) of a shown amount.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few minutes in milliseconds")]
fn counted(shown: f64, unit: f64) -> u64 {
    (shown * unit).round() as u64
}
