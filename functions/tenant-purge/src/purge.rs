//! The steps of an erasure. Each does what is left of it, so that all of them can be done again at any time: whoever
//! dies on the way is followed by another, who begins at the first.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use billing::{Accounts as _, Billing, Stripe as _, StripeError};
use cloud::clock;
use cloud::metrics::{Metrics, Unit};
use cloud::queue::{Queue, QueueError};
use cloud::table::TableError;
use identity::{Erasure, IdentityStore, Mail};
use jiff::Timestamp;
use protection::erasure::ErasureMessage;
use protection::tombstone::TombstoneError;
use protection::{TableKind, TenantData, TenantDataError, Tombstone, Tombstones};
use studio::{JobStatus, Studio};
use tenancy::TenantId;

/// How long a message waits for the erasure that it announces: longer than a request can take.
const REQUEST_GRACE: Duration = Duration::from_secs(60);

/// The longest that a queue keeps a message back.
const MAX_DELAY: Duration = Duration::from_secs(900);

/// How many jobs are looked at at once.
const JOBS_PER_PAGE: i32 = 100;

/// How much of what is left a log line names.
const MAX_NAMED: usize = 5;

/// Why an erasure is not done. Whoever takes the message again goes on with it.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// The tables.
    #[error(transparent)]
    Table(#[from] TableError),
    /// What is kept of the tenant.
    #[error(transparent)]
    TenantData(#[from] TenantDataError),
    /// The tombstone.
    #[error(transparent)]
    Tombstone(#[from] TombstoneError),
    /// The queues.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// Stripe. A subscription that nobody can use must not be paid on.
    #[error(transparent)]
    Stripe(#[from] StripeError),
    /// Somebody has paid on a page at this moment.
    #[error("a page of Stripe's is not closed yet")]
    OpenCheckout,
    /// Something was written while everything was erased.
    #[error("not all is erased: {0}")]
    Left(String),
    /// Nobody has asked for it, or not yet: who announced it may still be about to.
    #[error("the erasure is announced and not asked for yet")]
    NotRequested,
}

/// Erases tenants.
pub struct Purge {
    /// Who is being erased.
    pub identity: IdentityStore,
    /// Its jobs.
    pub studio: Studio,
    /// Its subscription.
    pub billing: Billing,
    /// All that is kept of it.
    pub tenant_data: TenantData,
    /// Where it is written that it is gone.
    pub tombstones: Tombstones,
    /// Where mail waits.
    pub mail_queue: Queue,
    /// Where whoever goes on is called.
    pub queue: Queue,
    /// How long one process works before another goes on.
    pub run: Duration,
    /// How long nothing may have been left before it is believed.
    pub settle_time: Duration,
}

impl Purge {
    /// Erases a tenant, or goes on with it. The tenant is the one that is acted for.
    ///
    /// Reads: every item of the tenant, the names of all its objects. Writes: all of them; its tombstone.
    ///
    /// # Errors
    /// [`PurgeError`].
    pub async fn erase(&self, message: &ErasureMessage) -> Result<(), PurgeError> {
        let deadline = Instant::now() + self.run;
        let ErasureMessage { tenant, asked_at } = *message;
        let Some(mut erasure) = self.identity.erasure(&tenant).await? else {
            let waited = clock::now().duration_since(asked_at).unsigned_abs();
            let is_there = self.identity.tenant(&tenant).await?.is_some();
            return if is_there && waited < REQUEST_GRACE { Err(PurgeError::NotRequested) } else { Ok(()) };
        };
        self.announce(&mut erasure).await?;
        self.end_jobs(&tenant).await?;
        self.end_subscription(&tenant).await?;
        self.identity.forget_outside(&tenant).await?;
        self.tenant_data.erase_customers(&tenant).await?;
        for kind in TableKind::ALL {
            self.tenant_data.erase_items(kind, &tenant, Some(IdentityStore::ERASURE)).await?;
        }
        self.tenant_data.erase_uploads(&tenant).await?;
        while self.tenant_data.erase_objects(&tenant).await? {
            if Instant::now() >= deadline {
                tracing::info!(%tenant, "another goes on with {tenant}");
                return self.requeue(message, Duration::ZERO).await;
            }
        }
        self.tenant_data.erase_backups(&tenant).await?;
        self.settle(message, &mut erasure).await
    }

    /// Puts up the tombstone, with what there was, and tells the owners.
    async fn announce(&self, erasure: &mut Erasure) -> Result<(), PurgeError> {
        let tenant = erasure.tenant;
        if self.tombstones.get(&tenant).await?.is_none() {
            let counts = self.tenant_data.find(&tenant, Some(IdentityStore::ERASURE), 0).await?.counts;
            tracing::info!(%tenant, ?counts, "{tenant} is being erased");
            self.tombstones.put(&tombstone(erasure, None, counts)).await?;
        }
        if !erasure.is_announced {
            for to in erasure.owners.clone() {
                self.mail(&tenant, &Mail::ErasureBegun { to }).await?;
            }
            erasure.is_announced = true;
            self.identity.keep_erasure(erasure).await?;
        }
        Ok(())
    }

    /// Cancels every job that runs. Its steps end without effect, and what it held is free.
    async fn end_jobs(&self, tenant: &TenantId) -> Result<(), PurgeError> {
        let mut after = None;
        loop {
            let page = self.studio.jobs(tenant, JOBS_PER_PAGE, after).await?;
            for job in page.items.iter().filter(|job| job.status == JobStatus::Running) {
                self.studio.cancel_job(tenant, &job.id).await?;
            }
            match page.items.last().filter(|_| page.next.is_some()) {
                Some(last) => after = Some(last.id),
                None => return Ok(()),
            }
        }
    }

    /// Ends the subscription at once, and closes the pages on which another could be paid.
    async fn end_subscription(&self, tenant: &TenantId) -> Result<(), PurgeError> {
        let account = self.billing.table.account(tenant).await?;
        let Some(customer) = account.customer else { return Ok(()) };
        let stripe = &self.billing.stripe;
        for page in found(stripe.open_checkouts(&customer).await)?.unwrap_or_default() {
            if !stripe.expire_checkout(&page).await? {
                return Err(PurgeError::OpenCheckout);
            }
        }
        let subscriptions = found(stripe.subscriptions_of(&customer).await)?.unwrap_or_default();
        for subscription in subscriptions.iter().filter(|subscription| subscription.status.is_live()) {
            found(stripe.cancel(&subscription.id).await)?;
            tracing::info!(%tenant, subscription = subscription.id, "{} is cancelled", subscription.id);
        }
        Ok(())
    }

    /// Looks for what is left. Where there is nothing, and has been nothing for long enough, it is done: no worker
    /// is left that could write something late.
    async fn settle(&self, message: &ErasureMessage, erasure: &mut Erasure) -> Result<(), PurgeError> {
        let tenant = erasure.tenant;
        let left = self.tenant_data.find(&tenant, Some(IdentityStore::ERASURE), MAX_NAMED).await?;
        let mut named: Vec<String> = left.first.iter().map(ToString::to_string).collect();
        for owner in &erasure.owners {
            if self.identity.is_known_in(&tenant, owner).await? {
                named.push("an owner".to_owned());
            }
        }
        let now = clock::now();
        if !named.is_empty() {
            erasure.clean_since = None;
            self.identity.keep_erasure(erasure).await?;
            return Err(PurgeError::Left(named.join(", ")));
        }
        let Some(since) = erasure.clean_since else {
            erasure.clean_since = Some(now);
            self.identity.keep_erasure(erasure).await?;
            return self.requeue(message, self.settle_time).await;
        };
        match self.settle_time.checked_sub(now.duration_since(since).unsigned_abs()) {
            Some(rest) if !rest.is_zero() => self.requeue(message, rest).await,
            _ => self.finish(erasure, now).await,
        }
    }

    async fn finish(&self, erasure: &Erasure, now: Timestamp) -> Result<(), PurgeError> {
        let tenant = erasure.tenant;
        let counts = self.tombstones.get(&tenant).await?.map(|stone| stone.counts).unwrap_or_default();
        self.tombstones.put(&tombstone(erasure, Some(now), counts)).await?;
        for to in erasure.owners.clone() {
            self.mail(&tenant, &Mail::ErasureDone { to }).await?;
        }
        self.identity.end_erasure(&tenant).await?;
        let took = now.duration_since(erasure.requested_at).as_secs_f64();
        let mut metrics = Metrics::default();
        metrics.add("ErasureSeconds", Unit::None, took);
        metrics.emit(now);
        tracing::info!(%tenant, took_s = took, "nothing is left of {tenant}");
        Ok(())
    }

    async fn mail(&self, tenant: &TenantId, mail: &Mail) -> Result<(), PurgeError> {
        Ok(self.mail_queue.send(mail, &tenant.to_string(), Duration::ZERO).await?)
    }

    async fn requeue(&self, message: &ErasureMessage, delay: Duration) -> Result<(), PurgeError> {
        let group = message.tenant.to_string();
        // A second more: the queue counts whole ones.
        let delay = if delay.is_zero() { delay } else { delay + Duration::from_secs(1) };
        Ok(self.queue.send(message, &group, delay.min(MAX_DELAY)).await?)
    }
}

fn tombstone(erasure: &Erasure, erased_at: Option<Timestamp>, counts: BTreeMap<String, u64>) -> Tombstone {
    Tombstone { tenant: erasure.tenant, requested_at: erasure.requested_at, erased_at, counts }
}

/// None where Stripe knows no such thing any more.
fn found<T>(answer: Result<T, StripeError>) -> Result<Option<T>, StripeError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(StripeError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
