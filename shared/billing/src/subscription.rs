use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tenancy::Plan;

/// How long a tenant keeps its plan when a payment has failed.
pub const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Where a subscription is in its life, by Stripe's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    /// Paid.
    Active,
    /// To be paid later.
    Trialing,
    /// A payment has failed and is tried again.
    PastDue,
    /// It has failed for good, and the subscription was kept.
    Unpaid,
    /// The first payment has not succeeded yet.
    Incomplete,
    /// Nor within a day.
    IncompleteExpired,
    /// A trial without a way to pay is over.
    Paused,
    /// Ended.
    Canceled,
    /// One that Stripe has added since: it gives nothing.
    #[serde(other)]
    Unknown,
}

impl SubscriptionStatus {
    /// By Stripe's name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        serde_json::from_value(name.into()).unwrap_or(Self::Unknown)
    }

    /// By Stripe's name.
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

    /// Whether it is not over: a tenant has at most one such.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Canceled | Self::IncompleteExpired)
    }
}

/// A tenant's subscription, as Stripe had it at the last look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// `sub_…`.
    pub id: String,
    /// Where it is in its life.
    pub status: SubscriptionStatus,
    /// What its price stands for; none when the settings do not know the price.
    pub plan: Option<Plan>,
    /// `price_…`.
    pub price: String,
    /// What it brings in.
    pub recurring: Recurring,
    /// When it is paid for again, or ends.
    pub current_period_end: Timestamp,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// Since when a payment is due.
    pub past_due_since: Option<Timestamp>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A price that is paid again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// In the currency's smallest unit, for all seats together.
    pub amount: i64,
    /// Three lowercase letters (ISO 4217).
    pub currency: String,
    /// `day`, `week`, `month` or `year`.
    pub interval: String,
    /// How many of these.
    pub interval_count: u32,
}

/// What a tenant may use, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The plan.
    pub plan: Plan,
    /// After which time it is the free plan; none while no end is known.
    pub until: Option<Timestamp>,
}

impl Access {
    /// Without a subscription.
    pub const FREE: Self = Self { plan: Plan::Free, until: None };

    /// The plan at a time.
    #[must_use]
    pub fn plan_at(&self, now: Timestamp) -> Plan {
        if self.until.is_some_and(|until| until <= now) { Plan::Free } else { self.plan }
    }
}

impl Subscription {
    /// What it gives: while it is paid, its plan, to the period's end when it ends there; while a payment is
    /// due, its plan for [`GRACE`]; otherwise nothing.
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

    /// When a due payment ends the plan.
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
