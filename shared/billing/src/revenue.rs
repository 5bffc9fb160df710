//! Monthly recurring revenue and churn.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::stripe::RemoteSubscription;
use crate::subscription::{Recurring, SubscriptionStatus};

/// The period over which churn is computed: 30 days.
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Monthly recurring revenue and churn over all subscriptions.
///
/// MRR adds up the monthly amount of every subscription that is active or past due. Trials, taxes, discounts and one-time
/// payments are not in it. Churn is the share of the subscriptions that paid thirty days ago and have ended since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revenue {
    /// When it was computed.
    pub computed_at: Timestamp,
    /// MRR by currency, in its smallest unit.
    pub mrr: Vec<Sum>,
    /// Number of subscriptions in the MRR.
    pub subscriptions: u64,
    /// Number of subscriptions that paid thirty days ago.
    pub paid_30_days_ago: u64,
    /// How many of these have ended since.
    pub ended_since: u64,
    /// `ended_since / paid_30_days_ago`, from 0 to 1; 0 where nobody paid.
    pub churn: f64,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The currency as three lowercase letters (ISO 4217).
    pub currency: String,
    /// In the currency's smallest unit.
    pub amount: i64,
}

impl Recurring {
    /// The amount for a month, in hundredths of the currency's smallest unit. A year has 12 months, 52.18 weeks and
    /// 365.25 days.
    fn monthly_hundredths(&self) -> i64 {
        let a_year_in_hundredths = match self.interval.as_str() {
            "day" => 36_525,
            "week" => 5_218,
            "month" => 1_200,
            "year" => 100,
            _ => 0,
        };
        self.amount * a_year_in_hundredths / 12 / i64::from(self.interval_count.max(1))
    }
}

impl Revenue {
    /// Computed from all subscriptions, including ended ones.
    #[must_use]
    pub fn of(subscriptions: &[RemoteSubscription], now: Timestamp) -> Self {
        let pays = |subscription: &&RemoteSubscription| {
            matches!(subscription.status, SubscriptionStatus::Active | SubscriptionStatus::PastDue)
        };
        let mut mrr: BTreeMap<&str, i64> = BTreeMap::new();
        for subscription in subscriptions.iter().filter(pays) {
            for recurring in std::iter::once(&subscription.recurring).chain(&subscription.add_ons) {
                *mrr.entry(&recurring.currency).or_default() += recurring.monthly_hundredths();
            }
        }
        let then = now.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN);
        let paid_then = |subscription: &&RemoteSubscription| {
            let never_paid = matches!(
                subscription.status,
                SubscriptionStatus::Incomplete | SubscriptionStatus::IncompleteExpired
            );
            !never_paid
                && subscription.started_at <= then
                && subscription.ended_at.is_none_or(|ended_at| ended_at > then)
        };
        let paid: Vec<_> = subscriptions.iter().filter(paid_then).collect();
        let ended = paid.iter().filter(|subscription| subscription.ended_at.is_some()).count() as u64;
        let (paid, subscriptions) = (paid.len() as u64, subscriptions.iter().filter(pays).count() as u64);
        #[allow(clippy::cast_precision_loss, reason = "a share of fewer than 2^52")]
        let churn = if paid == 0 { 0.0 } else { ended as f64 / paid as f64 };
        let sum = |(currency, hundredths): (&str, i64)| Sum {
            currency: currency.to_owned(),
            amount: (hundredths + 50) / 100,
        };
        Self {
            computed_at: now,
            mrr: mrr.into_iter().map(sum).collect(),
            subscriptions,
            paid_30_days_ago: paid,
            ended_since: ended,
            churn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    fn subscription(amount: i64, interval: &str, started: i64, ended: Option<i64>) -> RemoteSubscription {
        RemoteSubscription {
            id: "sub_1".into(),
            customer: "cus_1".into(),
            tenant: None,
            status: if ended.is_some() { SubscriptionStatus::Canceled } else { SubscriptionStatus::Active },
            price: "price_1".into(),
            recurring: Recurring {
                amount,
                currency: "usd".into(),
                interval: interval.into(),
                interval_count: 1,
            },
            add_ons: Vec::new(),
            current_period_end: at(100),
            cancel_at_period_end: false,
            unpaid_since: None,
            created_at: at(started),
            started_at: at(started),
            ended_at: ended.map(at),
        }
    }

    #[test]
    fn a_year_is_twelve_months() {
        let all = [subscription(2_900, "month", 0, None), subscription(24_000, "year", 0, None)];
        let revenue = Revenue::of(&all, at(10));
        assert_eq!(revenue.mrr, [Sum { currency: "usd".into(), amount: 2_900 + 2_000 }]);
        assert_eq!(revenue.subscriptions, 2);
    }

    #[test]
    fn only_what_is_paid_for_counts() {
        let trial = RemoteSubscription {
            status: SubscriptionStatus::Trialing,
            ..subscription(2_900, "month", 0, None)
        };
        let due = RemoteSubscription {
            status: SubscriptionStatus::PastDue,
            ..subscription(1_900, "month", 0, None)
        };
        let revenue = Revenue::of(&[trial, due, subscription(900, "month", 0, Some(5))], at(10));
        assert_eq!(revenue.mrr, [Sum { currency: "usd".into(), amount: 1_900 }]);
    }

    #[test]
    fn churn_is_the_share_of_those_thirty_days_ago_that_has_ended() {
        let all = [
            subscription(100, "month", 0, None),
            subscription(100, "month", 0, None),
            subscription(100, "month", 0, None),
            subscription(100, "month", 0, Some(40)),
            // Over before the window, and begun within it: neither was there thirty days ago.
            subscription(100, "month", 0, Some(15)),
            subscription(100, "month", 25, Some(40)),
        ];
        let revenue = Revenue::of(&all, at(50));
        assert_eq!((revenue.paid_30_days_ago, revenue.ended_since), (4, 1));
        assert!((revenue.churn - 0.25).abs() < 1e-9);
        assert!(Revenue::of(&[], at(50)).churn.abs() < 1e-9);
    }
}
