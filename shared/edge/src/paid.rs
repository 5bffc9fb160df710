use tenancy::{Plan, TenantContext};

use crate::problem::{Code, Problem};

/// Refuses what is part of the paid plans to a tenant without one. `feature` is what problems call it; the
/// frontend's origin is where plans are chosen.
///
/// # Errors
/// `plan_required` (402), with `feature` and `upgrade_url`.
pub fn require_paid_subscription(
    caller: &TenantContext,
    feature: &str,
    frontend: &str,
) -> Result<(), Problem> {
    if caller.plan != Plan::Free {
        return Ok(());
    }
    let detail = format!("`{feature}` is part of the paid plans. Do without it, or upgrade.");
    let problem = Problem::new(Code::PlanRequired, detail).with("feature", feature);
    Err(problem.with("upgrade_url", format!("{frontend}/billing")))
}
