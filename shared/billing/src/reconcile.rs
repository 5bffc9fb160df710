//! Compares every account with Stripe and repairs what differs.

use std::collections::{BTreeMap, BTreeSet};

use cloud::clock;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;
use tenancy::TenantId;

use crate::account::BillingAccount;
use crate::prices::Prices;
use crate::revenue::Revenue;
use crate::store::AccountStore as _;
use crate::store::BillingTable;
use crate::stripe::{RemoteSubscription, Stripe};
use crate::sync::SyncError;
use crate::sync::sync_subscription;

/// How many accounts are read, or repaired, concurrently.
const AT_ONCE: usize = 8;

/// One difference between the table and Stripe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The tenant; none where Stripe has a subscription that belongs to no tenant.
    pub tenant: Option<TenantId>,
    /// The customer: `cus_…`.
    pub customer: String,
    /// The kind of difference.
    pub kind: DriftKind,
    /// What the table has and what Stripe has, for a person to read.
    pub detail: String,
}

/// Kinds of difference between the table and Stripe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// The stored subscription differs: an event was lost.
    Subscription,
    /// The plan in the tenant's item is not the one that the subscription gives.
    Plan,
    /// The customer has several live subscriptions. The repair keeps the one that counts and cancels the others.
    Several,
    /// A customer with a live subscription is not in the table.
    UnknownCustomer,
    /// A live subscription belongs to no tenant. It is reported only: a person must look at it.
    Nobody,
    /// No setting names the price. It is reported only: a person must look at it.
    UnknownPrice,
}

/// The result of a reconciliation.
#[derive(Clone, Debug, Serialize)]
pub struct Reconciliation {
    /// Number of accounts that were compared.
    pub accounts: usize,
    /// Number of subscriptions in Stripe.
    pub subscriptions: usize,
    /// The differences.
    pub drift: Vec<Drift>,
    /// How many of them were repaired.
    pub mended: usize,
    /// Monthly recurring revenue and churn.
    pub revenue: Revenue,
}

/// Compares every account with Stripe, and with `apply` repairs what can be repaired.
///
/// Cost: a request to Stripe for every hundred subscriptions; one query; two reads an account; to mend, a sync
/// each; one write.
///
/// # Errors
/// [`SyncError`] when Stripe's list or the table cannot be read. A repair that fails is logged and left for the next run.
pub async fn reconcile<S: Stripe + Sync>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    apply: bool,
) -> Result<Reconciliation, SyncError> {
    // The table is read first: an account that is created after that is in Stripe's list as well.
    let customers: BTreeMap<String, TenantId> = table.customers().await?.into_iter().collect();
    let tenants: BTreeSet<TenantId> = customers.values().copied().collect();
    let accounts = stream::iter(tenants.clone())
        .map(async |tenant| {
            Ok::<_, SyncError>((table.account(&tenant).await?, table.granted(&tenant).await?))
        })
        .buffer_unordered(AT_ONCE);
    let accounts: Vec<_> = accounts.try_collect().await?;
    let now = clock::now();
    let remote = stripe.subscriptions().await?;
    let mut of_customer: BTreeMap<&str, Vec<RemoteSubscription>> = BTreeMap::new();
    for subscription in &remote {
        of_customer.entry(&subscription.customer).or_default().push(subscription.clone());
    }

    let mut drift = Vec::new();
    for (account, granted) in &accounts {
        let Some(customer) = &account.customer else { continue };
        let theirs = of_customer.get(customer.as_str()).map_or(&[][..], Vec::as_slice);
        let found =
            |kind, detail| Drift { tenant: Some(account.tenant), customer: customer.clone(), kind, detail };
        let expected = account.clone().with(theirs, prices, now);
        if expected.subscription != account.subscription {
            let (ours, stripes) = (said(account), said(&expected));
            drift.push(found(DriftKind::Subscription, format!("here {ours}, in Stripe {stripes}")));
        }
        if granted.is_some_and(|granted| granted != account.access()) {
            let detail = format!("let through with {granted:?}, to be {:?}", account.access());
            drift.push(found(DriftKind::Plan, detail));
        }
        if !expected.extra.is_empty() {
            drift.push(found(DriftKind::Several, format!("besides {}", expected.extra.join(", "))));
        }
        if let Some(live) = expected.live().filter(|live| live.plan.is_none()) {
            drift.push(found(DriftKind::UnknownPrice, live.price.clone()));
        }
    }
    for subscription in remote.iter().filter(|one| one.status.is_live()) {
        if customers.contains_key(&subscription.customer) {
            continue;
        }
        let kind = match subscription.tenant {
            Some(_) => DriftKind::UnknownCustomer,
            None => DriftKind::Nobody,
        };
        drift.push(Drift {
            tenant: subscription.tenant,
            customer: subscription.customer.clone(),
            kind,
            detail: subscription.id.clone(),
        });
    }

    let mut mended = 0;
    for found in drift.iter().filter(|_| apply) {
        match mend(stripe, table, prices, found).await {
            Ok(is_mended) => mended += usize::from(is_mended),
            // The other repairs go on; the next daily run finds this one again.
            Err(error) => {
                let tenant = found.tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
                tracing::error!(tenant, customer = found.customer, reason = %error, "not mended: {error}");
            }
        }
    }
    let revenue = Revenue::of(&remote, now);
    table.keep_revenue(&revenue).await?;
    Ok(Reconciliation { accounts: accounts.len(), subscriptions: remote.len(), drift, mended, revenue })
}

async fn mend<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    drift: &Drift,
) -> Result<bool, SyncError> {
    let Some(tenant) = drift.tenant else { return Ok(false) };
    match drift.kind {
        DriftKind::Nobody | DriftKind::UnknownPrice => return Ok(false),
        DriftKind::Subscription | DriftKind::Plan => {}
        DriftKind::Several => {
            // By a fresh sync, because both sides may have changed since they were compared.
            for extra in sync_subscription(stripe, table, prices, &tenant).await?.extra {
                stripe.cancel(&extra).await?;
            }
        }
        DriftKind::UnknownCustomer => {
            let account = table.account(&tenant).await?;
            if account.customer.is_some() || table.granted(&tenant).await?.is_none() {
                // The tenant has another customer, or is gone: a person must look at it.
                return Ok(false);
            }
            table.remember_customer(&drift.customer, tenant).await?;
            let seen = account.version;
            let adopted = BillingAccount {
                customer: Some(drift.customer.clone()),
                customers: account.customers + 1,
                version: seen + 1,
                ..account
            };
            table.replace(seen, &adopted).await?;
        }
    }
    sync_subscription(stripe, table, prices, &tenant).await?;
    Ok(true)
}

fn said(account: &BillingAccount) -> String {
    match &account.subscription {
        None => "nothing".to_owned(),
        Some(it) => format!("{} {} {}", it.id, it.status.as_str(), it.plan.map_or("?", |plan| plan.as_str())),
    }
}
