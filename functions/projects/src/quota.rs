//! The problem that says why a quota does not suffice.

use edge::{Code, Problem};
use metering::Refusal;

/// The 402 that names what does not suffice; `needs` begins its detail: "This render may need".
pub fn quota_exceeded(refusal: Refusal, needs: &str, frontend: &str) -> Problem {
    let Refusal { metric, limit, used, asked, resets_at } = refusal;
    let unit = metric.counted_per_shown();
    let remedy = match resets_at {
        Some(at) => format!("It fits again on {at}, or upgrade."),
        None => "Delete videos or uploads, or upgrade.".to_owned(),
    };
    let detail = format!(
        "{needs} {} {} and {} of {} are used or held. {remedy}",
        asked.div_ceil(unit),
        metric.as_str(),
        used.div_ceil(unit),
        limit / unit,
    );
    Problem::new(Code::QuotaExceeded, detail)
        .with("metric", metric.as_str())
        .with("limit", limit / unit)
        .with("used", used.div_ceil(unit))
        .with("asked", asked.div_ceil(unit))
        .with("resets_at", resets_at.map(|at| at.to_string()))
        .with("upgrade_url", format!("{frontend}/billing"))
}
