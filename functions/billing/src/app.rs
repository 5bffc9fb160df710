use std::time::Duration;

use billing::{Billing, CheckoutError, StripeError, SyncError};
use edge::{Answer, Code, Problem};
use metering::Entitlements;
use tenancy::TenantId;

/// What the routes share.
pub struct App {
    /// Subscriptions, and Stripe.
    pub billing: Billing,
    /// What the operator has switched off.
    pub entitlements: Entitlements,
    /// The tenant whose owners see what all tenants bring in; none where nobody does.
    pub operator: Option<TenantId>,
}

/// How long Stripe may take for everything that a route asks of it: an answer is due within ten seconds.
const PATIENCE: Duration = Duration::from_secs(8);

/// What `work` comes to, if Stripe is fast enough. Work that is given up is as that of a process that died: the
/// next one goes on from there.
pub(crate) async fn in_time<T, E>(
    work: impl Future<Output = Result<T, E>>,
    told: impl FnOnce(E) -> Problem,
) -> Answer<T> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(told),
        Err(_) => Err(Problem::unavailable("stripe", "it is too slow")),
    }
}

/// What is said when Stripe does not do what it was asked.
pub(crate) fn refused(error: StripeError) -> Problem {
    match error {
        // What it refuses or does not know is our fault: nothing of a request reaches it but a plan's name.
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
