use billing::{Billing, CheckoutError, StripeError, SyncError};
use edge::{Code, Problem};
use identity::Directory;
use metering::Entitlements;
use tenancy::TenantId;

/// What the routes share.
pub struct App {
    /// Subscriptions, and Stripe.
    pub billing: Billing,
    /// Who is to be written to.
    pub directory: Directory,
    /// What the operator has switched off.
    pub entitlements: Entitlements,
    /// The tenant whose owners see what all tenants bring in; none where nobody does.
    pub operator: Option<TenantId>,
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
