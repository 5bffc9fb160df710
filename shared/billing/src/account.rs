use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Plan, TenantId};

use crate::{Access, Prices, RemoteSubscription, Subscription, SubscriptionStatus};

/// What the table keeps of a tenant's dealings with Stripe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingAccount {
    /// Whose.
    pub tenant: TenantId,
    /// Rises with every write: who has looked at Stripe writes only if nobody has looked since.
    pub version: u64,
    /// `cus_…`; none before the first checkout.
    pub customer: Option<String>,
    /// How many customers were made: one, unless somebody has deleted it in Stripe.
    pub customers: u32,
    /// The subscription, a live one before one that has ended.
    pub subscription: Option<Subscription>,
    /// Other live ones, which there should not be.
    #[serde(default)]
    pub extra: Vec<String>,
    /// When Stripe was asked.
    pub synced_at: Option<Timestamp>,
}

impl BillingAccount {
    /// Of a tenant that has had no dealings with Stripe.
    #[must_use]
    pub const fn new(tenant: TenantId) -> Self {
        Self {
            tenant,
            version: 0,
            customer: None,
            customers: 0,
            subscription: None,
            extra: Vec::new(),
            synced_at: None,
        }
    }

    /// What the tenant may use.
    #[must_use]
    pub fn access(&self) -> Access {
        self.subscription.as_ref().map_or(Access::FREE, Subscription::access)
    }

    /// The subscription that is not over.
    #[must_use]
    pub fn live(&self) -> Option<&Subscription> {
        self.subscription.as_ref().filter(|subscription| subscription.status.is_live())
    }

    /// The account as Stripe's subscriptions of the customer make it.
    pub(crate) fn with(self, remote: &[RemoteSubscription], prices: &Prices, at: Timestamp) -> Self {
        let chosen = remote.iter().max_by_key(|subscription| rank(subscription, prices));
        let extra = remote.iter().filter(|other| other.status.is_live());
        let extra = extra.filter(|other| chosen.is_some_and(|chosen| chosen.id != other.id));
        let mut extra: Vec<String> = extra.map(|other| other.id.clone()).collect();
        extra.sort_unstable();
        let subscription = chosen.map(|chosen| Subscription::of(chosen, prices));
        Self { subscription, extra, synced_at: Some(at), ..self }
    }
}

/// Which of several counts: one that gives something before one that does not, a live one before one that has
/// ended, the greater plan, and of equals the one that was there first; of those that have ended, the last.
fn rank(
    subscription: &RemoteSubscription,
    prices: &Prices,
) -> (bool, bool, u8, std::cmp::Reverse<Timestamp>, Timestamp, String) {
    let of = Subscription::of(subscription, prices);
    let is_live = subscription.status.is_live();
    let plan = match of.plan {
        Some(Plan::Enterprise) => 2,
        Some(Plan::Pro) => 1,
        Some(Plan::Free) | None => 0,
    };
    let (first, last) = match is_live {
        true => (subscription.created_at, Timestamp::MIN),
        false => (Timestamp::MIN, subscription.ended_at.unwrap_or(subscription.created_at)),
    };
    let gives = of.access().plan != Plan::Free;
    (gives, is_live, if is_live { plan } else { 0 }, std::cmp::Reverse(first), last, subscription.id.clone())
}

impl Subscription {
    pub(crate) fn of(remote: &RemoteSubscription, prices: &Prices) -> Self {
        let is_due = remote.status == SubscriptionStatus::PastDue;
        Self {
            id: remote.id.clone(),
            status: remote.status,
            plan: prices.plan(&remote.price),
            price: remote.price.clone(),
            recurring: remote.recurring.clone(),
            current_period_end: remote.current_period_end,
            cancel_at_period_end: remote.cancel_at_period_end,
            past_due_since: remote.unpaid_since.filter(|_| is_due),
            started_at: remote.started_at,
            ended_at: remote.ended_at,
        }
    }
}
