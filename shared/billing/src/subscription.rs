//! A subscription's status, and the plan that it gives.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tenancy::Plan;

/// How long a tenant keeps its plan after the first failed payment: seven days.
pub const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Stripe's status of a subscription: <https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    /// The current period is paid.
    Active,
    /// In a trial: the first payment is still to come.
    Trialing,
    /// A payment has failed and Stripe retries it.
    PastDue,
    /// All retries have failed, and the subscription was kept open.
    Unpaid,
    /// The first payment has not succeeded yet; Stripe waits for 23 hours.
    Incomplete,
    /// The first payment did not succeed in time. The subscription has ended.
    IncompleteExpired,
    /// A trial ended without a payment method.
    Paused,
    /// The subscription has ended.
    Canceled,
    /// A status that this code does not know: it gives no plan.
    #[serde(other)]
    Unknown,
}

impl SubscriptionStatus {
    /// Parses Stripe's name; an unknown one is [`Self::Unknown`].
    #[must_use]
    pub fn named(name: &str) -> Self {
        serde_json::from_value(name.into()).unwrap_or(Self::Unknown)
    }

    /// Stripe's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Trialing => "trialing",
            Self::PastDue => "past_due",
            Self::Unpaid => "unpaid",
            Self::Incomplete => "incomplete",
            Self::IncompleteExpired => "incomplete_expired",
            Self::Paused => "paused",
            Self::Canceled => "canceled",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the subscription has not ended. A tenant has at most one that has not.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Canceled | Self::IncompleteExpired)
    }
}

/// A tenant's subscription, as of the last sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Stripe's id: `sub_…`.
    pub id: String,
    /// Its status.
    pub status: SubscriptionStatus,
    /// The plan of its price; none when no setting names the price.
    pub plan: Option<Plan>,
    /// The price's id: `price_…`.
    pub price: String,
    /// The amount that is charged in each interval.
    pub recurring: Recurring,
    /// When the paid period ends: the subscription is renewed or ends.
    pub current_period_end: Timestamp,
    /// Whether it ends at that time instead of being renewed.
    pub cancel_at_period_end: bool,
    /// Since when a payment is past due.
    pub past_due_since: Option<Timestamp>,
    /// When the subscription began.
    pub started_at: Timestamp,
    /// When the subscription ended; none while it is live.
    pub ended_at: Option<Timestamp>,
}

/// A recurring charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// In the currency's smallest unit (cents), price times quantity.
    pub amount: i64,
    /// The currency as three lowercase letters (ISO 4217).
    pub currency: String,
    /// `day`, `week`, `month` or `year`.
    pub interval: String,
    /// Number of intervals between two charges.
    pub interval_count: u32,
}

/// The plan that a subscription gives, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The plan.
    pub plan: Plan,
    /// From this time on it is the free plan; none while no end is known.
    pub until: Option<Timestamp>,
}

impl Access {
    /// The access without a subscription.
    pub const FREE: Self = Self { plan: Plan::Free, until: None };

    /// The plan at the time `now`.
    #[must_use]
    pub fn plan_at(&self, now: Timestamp) -> Plan {
        if self.until.is_some_and(|until| until <= now) { Plan::Free } else { self.plan }
    }
}

impl Subscription {
    /// The access that the subscription gives. Active or trialing: its plan, to the period's end if it is cancelled
    /// then. Past due: its plan for [`GRACE`]. Any other status, or an unknown price: the free plan.
    #[must_use]
    pub fn access(&self) -> Access {
        let Some(plan) = self.plan else { return Access::FREE };
        let ends = self.cancel_at_period_end.then_some(self.current_period_end);
        match self.status {
            SubscriptionStatus::Active | SubscriptionStatus::Trialing => Access { plan, until: ends },
            SubscriptionStatus::PastDue => {
                let until = [self.grace_until(), ends].into_iter().flatten().min();
                Access { plan, until }
            }
            _ => Access::FREE,
        }
    }

    /// When the plan ends because a payment is past due; none when none is.
    #[must_use]
    pub fn grace_until(&self) -> Option<Timestamp> {
        let since = self.past_due_since?;
        Some(since.saturating_add(GRACE).unwrap_or(Timestamp::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    fn subscription(status: SubscriptionStatus) -> Subscription {
        Subscription {
            id: "sub_1".into(),
            status,
            plan: Some(Plan::Pro),
            price: "price_pro".into(),
            recurring: Recurring {
                amount: 2900,
                currency: "usd".into(),
                interval: "month".into(),
                interval_count: 1,
            },
            current_period_end: at(30),
            cancel_at_period_end: false,
            past_due_since: None,
            started_at: at(0),
            ended_at: None,
        }
    }

    #[test]
    fn it_is_paid_while_stripe_says_so() {
        for status in [SubscriptionStatus::Active, SubscriptionStatus::Trialing] {
            // A renewal that is a little late takes nothing away.
            assert_eq!(subscription(status).access().plan_at(at(31)), Plan::Pro);
        }
    }

    #[test]
    fn who_cancels_keeps_it_to_the_periods_end() {
        let ends = Subscription { cancel_at_period_end: true, ..subscription(SubscriptionStatus::Active) };
        assert_eq!(ends.access().plan_at(at(29)), Plan::Pro);
        assert_eq!(ends.access().plan_at(at(30)), Plan::Free);
    }

    #[test]
    fn a_due_payment_leaves_it_for_a_week() {
        let due = Subscription { past_due_since: Some(at(30)), ..subscription(SubscriptionStatus::PastDue) };
        assert_eq!(due.access().plan_at(at(36)), Plan::Pro);
        assert_eq!(due.access().plan_at(at(37)), Plan::Free);
        assert_eq!(due.grace_until(), Some(at(37)));
    }

    #[test]
    fn nothing_else_gives_anything() {
        for status in ["canceled", "unpaid", "incomplete", "incomplete_expired", "paused", "a_new_one"] {
            let status = SubscriptionStatus::named(status);
            assert_eq!(subscription(status).access(), Access::FREE, "{status:?}");
        }
        let unknown = Subscription { plan: None, ..subscription(SubscriptionStatus::Active) };
        assert_eq!(unknown.access(), Access::FREE, "a price that nobody knows");
    }
}
