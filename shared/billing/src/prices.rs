use tenancy::Plan;

/// Which of Stripe's prices stands for which plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Of the plan for one studio.
    pub pro: String,
    /// Of the plan without monthly limits.
    pub enterprise: String,
}

impl Prices {
    /// The price of a paid plan.
    #[must_use]
    pub fn of(&self, plan: Plan) -> Option<&str> {
        match plan {
            Plan::Free => None,
            Plan::Pro => Some(&self.pro),
            Plan::Enterprise => Some(&self.enterprise),
        }
    }

    /// The plan that a price stands for.
    #[must_use]
    pub fn plan(&self, price: &str) -> Option<Plan> {
        [Plan::Pro, Plan::Enterprise].into_iter().find(|plan| self.of(*plan) == Some(price))
    }
}
