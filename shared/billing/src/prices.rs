//! The prices of the paid plans.

use tenancy::Plan;

/// The ids of Stripe's prices (`price_…`) by plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// The price of the plan Pro.
    pub pro: String,
    /// The price of the plan Enterprise.
    pub enterprise: String,
}

impl Prices {
    /// The price of a plan; none for the free plan.
    #[must_use]
    pub fn of(&self, plan: Plan) -> Option<&str> {
        match plan {
            Plan::Free => None,
            Plan::Pro => Some(&self.pro),
            Plan::Enterprise => Some(&self.enterprise),
        }
    }

    /// The plan of a price; none for a price that no setting names.
    #[must_use]
    pub fn plan(&self, price: &str) -> Option<Plan> {
        [Plan::Pro, Plan::Enterprise].into_iter().find(|plan| self.of(*plan) == Some(price))
    }
}
