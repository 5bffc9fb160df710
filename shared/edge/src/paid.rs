//! Refusing features of the paid plans to tenants on the free plan.

use tenancy::Plan;

use crate::problem::{Code, Problem};

/// Checks that `plan` is a paid one. It must be read for this request: the plan in the authorizer's answer may be a
/// minute old, and whoever has paid since must not be refused. `feature` is the name of the feature in the problem,
/// `frontend` the origin of the front end, whose billing page the problem links to.
///
/// # Errors
/// The problem `plan_required` (402) with the members `feature` and `upgrade_url`, when it is the free plan.
pub fn require_paid_subscription(plan: Plan, feature: &str, frontend: &str) -> Result<(), Problem> {
    if plan != Plan::Free {
        return Ok(());
    }
    let detail = format!("`{feature}` is part of the paid plans. Do without it, or upgrade.");
    let problem = Problem::new(Code::PlanRequired, detail).with("feature", feature);
    Err(problem.with("upgrade_url", format!("{frontend}/billing")))
}
