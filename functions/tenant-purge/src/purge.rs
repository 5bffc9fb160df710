//! The steps of an erasure. Every step is idempotent: after a crash or a timeout, the next attempt begins with the
//! first step again, and each does what is left of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use billing::{AccountStore as _, Billing, Stripe as _, StripeError};
use cloud::clock;
use cloud::metrics::{Metrics, Unit};
use cloud::queue::{Queue, QueueError};
use cloud::table::TableError;
use identity::{Erasure, IdentityStore, Mail, MailError, MailQueue};
use jiff::Timestamp;
use protection::erasure::ErasureMessage;
use protection::tombstone::TombstoneError;
use protection::{TableKind, TenantData, TenantDataError, Tombstone, Tombstones};
use studio::{JobStatus, Studio};
use tenancy::TenantId;

/// How long a message waits for its tenant to be marked: longer than the request that sent it can take.
const REQUEST_GRACE: Duration = Duration::from_secs(60);

/// The longest delay of an SQS message.
const MAX_DELAY: Duration = Duration::from_secs(900);

/// How many jobs are read in one query.
const JOBS_PER_PAGE: i32 = 100;

/// How many of the remaining records an error names.
const MAX_NAMED: usize = 5;

/// Why an erasure is not complete. SQS delivers the message again, and the next attempt goes on.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// A table did not answer, or refused.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The tenant's data could not be listed or erased.
    #[error(transparent)]
    TenantData(#[from] TenantDataError),
    /// The tombstone could not be read or written.
    #[error(transparent)]
    Tombstone(#[from] TombstoneError),
    /// A queue did not accept a message.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A mail was not queued.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Stripe did not answer, or refused. The subscription must be cancelled, because nobody can use it any more.
    #[error(transparent)]
    Stripe(#[from] StripeError),
    /// A Checkout session could not be expired, because it was completed at this moment. The next attempt finds its
    /// subscription.
    #[error("a page of Stripe's is not closed yet")]
    OpenCheckout,
    /// Something was written while the erasure was under way.
    #[error("not all is erased: {0}")]
    Left(String),
    /// The tenant is not marked. The API sends the message first, so that the request may still be about to mark it.
    #[error("the erasure is announced and not asked for yet")]
    NotRequested,
}

/// Erases tenants.
pub struct Purge {
    /// The marks of tenants that are being erased, and their members.
    pub identity: IdentityStore,
    /// The tenant's jobs.
    pub studio: Studio,
    /// The tenant's customers and subscriptions in Stripe.
    pub billing: Billing,
    /// Every place that stores the tenant's data.
    pub tenant_data: TenantData,
    /// The store of tombstones.
    pub tombstones: Tombstones,
    /// The queue of mail.
    pub mail_queue: MailQueue,
    /// The erasure queue, for the message to the invocation that goes on.
    pub queue: Queue,
    /// How long one invocation works before another goes on.
    pub run: Duration,
    /// How long nothing may have been found before the erasure counts as complete.
    pub settle_time: Duration,
}

impl Purge {
    /// Erases a tenant, or goes on with it. The caller must act for the message's tenant
    /// ([`cloud::tenant_role::acting_for`]).
    ///
    /// Reads: every item of the tenant, the keys of all its objects. Writes: deletes all of them; the tombstone.
    ///
    /// # Errors
    /// [`PurgeError::NotRequested`] when the tenant is not marked yet, [`PurgeError::Left`] when something was found
    /// again, any other [`PurgeError`] when a service fails.
    pub async fn erase(&self, message: &ErasureMessage) -> Result<(), PurgeError> {
        let deadline = Instant::now() + self.run;
        let tenant = message.tenant;
        let Some(mut erasure) = self.under_way(message).await? else { return Ok(()) };
        self.announce(&mut erasure).await?;
        self.end_jobs(&tenant).await?;
        self.leave_stripe(&tenant).await?;
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

    /// The erasure that the message asks for; none when it is complete. The identity table may have been restored to a
    /// time before it was asked for: then its tombstone, which no restore touches, says that it is not complete.
    async fn under_way(&self, message: &ErasureMessage) -> Result<Option<Erasure>, PurgeError> {
        let ErasureMessage { tenant, asked_at } = *message;
        if let Some(erasure) = self.identity.erasure(&tenant).await? {
            return Ok(Some(erasure));
        }
        if let Some(stone) = self.tombstones.get(&tenant).await?.filter(|stone| stone.erased_at.is_none()) {
            tracing::warn!(%tenant, "the erasure of {tenant} goes on from its tombstone");
            return Ok(Some(self.identity.resume_erasure(&tenant, stone.requested_at).await?));
        }
        let waited = clock::now().duration_since(asked_at).unsigned_abs();
        let is_there = self.identity.tenant(&tenant).await?.is_some();
        if is_there && waited < REQUEST_GRACE { Err(PurgeError::NotRequested) } else { Ok(None) }
    }

    /// Stores the tombstone, with the counts of what there was, and sends a mail to the owners.
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

    /// Cancels every running job: its steps end without effect, and the usage that it held is released.
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

    /// Ends what the tenant has at Stripe: expires the open Checkout sessions, in which another subscription could be
    /// bought, cancels the live subscriptions at once, and deletes the customers. There may be several, where somebody
    /// has deleted one in Stripe. The items that name them are deleted after this, so that another attempt finds them
    /// too.
    async fn leave_stripe(&self, tenant: &TenantId) -> Result<(), PurgeError> {
        let mut customers: BTreeSet<String> = self.tenant_data.customers(tenant).await?.into_iter().collect();
        customers.extend(self.billing.table.account(tenant).await?.customer);
        let stripe = &self.billing.stripe;
        for customer in &customers {
            for page in found(stripe.open_checkouts(customer).await)?.unwrap_or_default() {
                if !stripe.expire_checkout(&page).await? {
                    return Err(PurgeError::OpenCheckout);
                }
            }
            let subscriptions = found(stripe.subscriptions_of(customer).await)?.unwrap_or_default();
            for subscription in subscriptions.iter().filter(|subscription| subscription.status.is_live()) {
                found(stripe.cancel(&subscription.id).await)?;
                tracing::info!(%tenant, subscription = subscription.id, "{} is cancelled", subscription.id);
            }
            stripe.delete_customer(customer).await?;
            tracing::info!(%tenant, customer, "{customer} is deleted in Stripe");
        }
        Ok(())
    }

    /// Looks for what is left. The erasure is complete when nothing is found and nothing was found `settle_time` ago:
    /// no worker or presigned URL is left then that could write something late.
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
        // A second more, because SQS counts whole seconds and drops the fraction.
        let delay = if delay.is_zero() { delay } else { delay + Duration::from_secs(1) };
        Ok(self.queue.send(message, &group, delay.min(MAX_DELAY)).await?)
    }
}

fn tombstone(erasure: &Erasure, erased_at: Option<Timestamp>, counts: BTreeMap<String, u64>) -> Tombstone {
    Tombstone { tenant: erasure.tenant, requested_at: erasure.requested_at, erased_at, counts }
}

/// None when Stripe answers that there is no such object.
fn found<T>(answer: Result<T, StripeError>) -> Result<Option<T>, StripeError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(StripeError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
