//! The limits of the plans.

use tenancy::Plan;

use crate::metric::Metric;

/// A gigabyte as storage is sold, in bytes.
const GB: u64 = 1_000_000_000;

/// What a plan allows of a metric, in counted units; none when it is unlimited. Source: the product's table of
/// quota tiers.
#[must_use]
pub const fn limit(plan: Plan, metric: Metric) -> Option<u64> {
    let (images, speech_s, render_min, storage_gb) = match plan {
        Plan::Free => (500, 60_000, 500, 100),
        Plan::Pro => (2_500, 300_000, 2_500, 500),
        Plan::Enterprise => return None,
    };
    let shown = match metric {
        Metric::ImagesCount => images,
        Metric::TtsSeconds => speech_s,
        Metric::RenderMinutes => render_min,
        Metric::StorageBytes => storage_gb * GB,
    };
    Some(shown * metric.counted_per_shown())
}

/// How many projects a tenant may have at once. No plan is without a limit, because every project is an item of up to
/// 400 KB that is kept for as long as its owner likes.
#[must_use]
pub const fn max_projects(plan: Plan) -> u64 {
    match plan {
        Plan::Free => 1_000,
        Plan::Pro => 10_000,
        Plan::Enterprise => 100_000,
    }
}

/// How many uploads a tenant may have asked for that have not arrived yet. Each of them holds its bytes, and is an URL
/// that somebody may still write to.
#[must_use]
pub const fn max_pending_uploads(plan: Plan) -> u64 {
    match plan {
        Plan::Free => 50,
        Plan::Pro => 200,
        Plan::Enterprise => 1_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_operations_page() {
        assert_eq!(limit(Plan::Free, Metric::RenderMinutes), Some(500 * 60_000));
        assert_eq!(limit(Plan::Free, Metric::StorageBytes), Some(100_000_000_000));
        assert_eq!(limit(Plan::Pro, Metric::TtsSeconds), Some(300_000_000));
        assert_eq!(limit(Plan::Enterprise, Metric::ImagesCount), None);
    }
}
