//! A tenant's billing account, and which of several subscriptions counts.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Plan, TenantId};

use crate::prices::Prices;
use crate::stripe::RemoteSubscription;
use crate::subscription::{Access, Subscription, SubscriptionStatus};

/// A tenant's item in the `billing` table: its Stripe customer and subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingAccount {
    /// The tenant that the account belongs to.
    pub tenant: TenantId,
    /// Grows by one with every write. A sync writes only if the version is the one that it read.
    pub version: u64,
    /// Stripe's customer (`cus_…`); none before the first checkout.
    pub customer: Option<String>,
    /// How many customers were created: one, or more where somebody has deleted them in Stripe. Part of the
    /// idempotency key of the next one.
    pub customers: u32,
    /// The subscription that counts: a live one before one that has ended.
    pub subscription: Option<Subscription>,
    /// Ids of other live subscriptions, which there should not be.
    #[serde(default)]
    pub extra: Vec<String>,
    /// When Stripe was last asked.
    pub synced_at: Option<Timestamp>,
}

impl BillingAccount {
    /// The account of a tenant that has never been a customer.
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

    /// The plan that the subscription gives, and until when.
    #[must_use]
    pub fn access(&self) -> Access {
        self.subscription.as_ref().map_or(Access::FREE, Subscription::access)
    }

    /// The subscription, unless it has ended.
    #[must_use]
    pub fn live(&self) -> Option<&Subscription> {
        self.subscription.as_ref().filter(|subscription| subscription.status.is_live())
    }

    /// The account after Stripe was asked for the customer's subscriptions at the time `at`.
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

/// Orders subscriptions; the greatest counts. One that is paid comes before one that is past due, both before one that
/// gives nothing, a live one before one that has ended, then the greater plan, then the one that was created first. Of
/// those that have ended, the last one counts.
fn rank(
    subscription: &RemoteSubscription,
    prices: &Prices,
) -> (u8, bool, u8, Reverse<Timestamp>, Timestamp, String) {
    let plan = match prices.plan(&subscription.price) {
        Some(Plan::Enterprise) => 2,
        Some(Plan::Pro) => 1,
        Some(Plan::Free) | None => 0,
    };
    let gives = match subscription.status {
        SubscriptionStatus::Active | SubscriptionStatus::Trialing if plan > 0 => 2,
        SubscriptionStatus::PastDue if plan > 0 => 1,
        _ => 0,
    };
    let (id, ended_at) = (subscription.id.clone(), subscription.ended_at);
    match subscription.status.is_live() {
        true => (gives, true, plan, Reverse(subscription.created_at), Timestamp::MIN, id),
        false => {
            let ended_at = ended_at.unwrap_or(subscription.created_at);
            (gives, false, 0, Reverse(Timestamp::MIN), ended_at, id)
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscription::Recurring;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    fn remote(id: &str, status: SubscriptionStatus, plan: Plan, day: i64) -> RemoteSubscription {
        let price = if plan == Plan::Enterprise { "price_enterprise" } else { "price_pro" };
        RemoteSubscription {
            id: id.into(),
            customer: "cus_1".into(),
            tenant: None,
            status,
            price: price.into(),
            recurring: Recurring {
                amount: 2_900,
                currency: "usd".into(),
                interval: "month".into(),
                interval_count: 1,
            },
            add_ons: Vec::new(),
            current_period_end: at(day + 30),
            cancel_at_period_end: false,
            unpaid_since: Some(at(day)),
            created_at: at(day),
            started_at: at(day),
            ended_at: (!status.is_live()).then(|| at(day + 1)),
        }
    }

    fn chosen(remote: &[RemoteSubscription]) -> (String, Vec<String>) {
        let prices = Prices { pro: "price_pro".into(), enterprise: "price_enterprise".into() };
        let account = BillingAccount::new(TenantId::new()).with(remote, &prices, at(100));
        (account.subscription.unwrap().id, account.extra)
    }

    #[test]
    fn of_several_the_one_counts_that_gives_most() {
        use SubscriptionStatus::{Active, Canceled, Incomplete, PastDue};
        for (others, expected, extra) in [
            (
                vec![remote("a", Active, Plan::Pro, 1), remote("b", Active, Plan::Enterprise, 2)],
                "b",
                vec!["a"],
            ),
            (vec![remote("a", Active, Plan::Pro, 2), remote("b", Active, Plan::Pro, 1)], "b", vec!["a"]),
            // Of a plan that is due little is left.
            (
                vec![remote("a", PastDue, Plan::Enterprise, 1), remote("b", Active, Plan::Pro, 2)],
                "b",
                vec!["a"],
            ),
            (
                vec![remote("a", Incomplete, Plan::Enterprise, 1), remote("b", PastDue, Plan::Pro, 2)],
                "b",
                vec!["a"],
            ),
            (
                vec![remote("a", Canceled, Plan::Enterprise, 9), remote("b", Incomplete, Plan::Pro, 2)],
                "b",
                vec![],
            ),
            (
                vec![remote("a", Canceled, Plan::Pro, 9), remote("b", Canceled, Plan::Enterprise, 2)],
                "a",
                vec![],
            ),
        ] {
            let extra: Vec<String> = extra.into_iter().map(str::to_owned).collect();
            assert_eq!(chosen(&others), (expected.to_owned(), extra.clone()), "{others:?}");
            let backwards: Vec<_> = others.into_iter().rev().collect();
            assert_eq!(chosen(&backwards), (expected.to_owned(), extra), "in any order");
        }
    }
}
