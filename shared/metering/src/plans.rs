use tenancy::Plan;

use crate::Metric;

/// What a plan allows in a month, in counted units; none is without limit. Source: the deployment
/// guide's table of quota tiers.
#[must_use]
pub const fn limit(plan: Plan, metric: Metric) -> Option<u64> {
    let (images, speech_s, render_min) = match plan {
        Plan::Free => (500, 60_000, 500),
        Plan::Pro => (2_500, 300_000, 2_500),
        Plan::Enterprise => return None,
    };
    let shown = match metric {
        Metric::ImagesCount => images,
        Metric::TtsSeconds => speech_s,
        Metric::RenderMinutes => render_min,
    };
    Some(shown * metric.counted_per_shown())
}
