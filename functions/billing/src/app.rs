//! What the routes share: state, the timeout for Stripe, and the problems for its errors.

use std::time::Duration;

use billing::{Billing, CheckoutError, StripeError, SyncError};
use edge::{Answer, Code, Limiter, Problem};
use metering::Entitlements;
use tenancy::TenantId;

/// The state of the routes.
pub struct App {
    /// Accounts and Stripe's client.
    pub billing: Billing,
    /// The features that the operator has switched off.
    pub entitlements: Entitlements,
    /// Counts how often Stripe is asked for an account.
    pub limiter: Limiter,
    /// The tenant whose owners may see the revenue; none where the setting is empty.
    pub operator: Option<TenantId>,
}

/// Timeout for all requests to Stripe of one API call: an answer is due within ten seconds.
const STRIPE_TIMEOUT: Duration = Duration::from_secs(8);

/// Runs `work` with the timeout. Work that is abandoned leaves what a process that died would leave, and the next call
/// continues from there.
pub(crate) async fn in_time<T, E>(
    work: impl Future<Output = Result<T, E>>,
    stripe_error: impl FnOnce(E) -> Problem,
) -> Answer<T> {
    match tokio::time::timeout(STRIPE_TIMEOUT, work).await {
        Ok(done) => done.map_err(stripe_error),
        Err(_) => Err(Problem::unavailable("stripe", "it is too slow")),
    }
}

/// The problem for a failed request to Stripe.
pub(crate) fn refused(error: StripeError) -> Problem {
    match error {
        // A refusal is a fault of this code: of the client's request only the plan's name reaches Stripe.
        StripeError::Refused(_) | StripeError::NotFound(_) => Problem::internal(error),
        StripeError::Unavailable(_) => Problem::unavailable("stripe", error),
    }
}

pub(crate) fn not_synced(error: SyncError) -> Problem {
    match error {
        SyncError::Stripe(error) => refused(error),
        SyncError::Table(error) => error.into(),
        SyncError::Contended => Problem::unavailable("billing", error),
    }
}

pub(crate) fn no_page(error: CheckoutError) -> Problem {
    match error {
        CheckoutError::Subscribed(account) => {
            let plan = account.subscription.and_then(|it| it.plan).map_or("none", |plan| plan.as_str());
            let detail =
                "There is a subscription. Change its plan in the portal, at POST /api/billing/portal.";
            Problem::new(Code::AlreadySubscribed, detail).with("plan", plan)
        }
        CheckoutError::NoCustomer => {
            let detail = "There is no subscription yet. Begin one at POST /api/billing/checkout.";
            Problem::new(Code::NotSubscribed, detail)
        }
        CheckoutError::Stripe(error) => refused(error),
        CheckoutError::Table(error) => error.into(),
        CheckoutError::Contended => Problem::unavailable("billing", "others write all the time"),
    }
}
