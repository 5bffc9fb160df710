//! The items `USAGE#{month}` and `STORAGE`.

use serde::Deserialize;

use crate::metric::Metric;

/// Counts the changes of the stored level, so that a measurement notices changes that it did not see.
pub(crate) const REVISION: &str = "revision";

/// The counters of a month, or of what is stored. They are signed: an object that is deleted between two measurements can
/// be subtracted twice, and the level is then below zero until the next measurement.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CounterItem {
    images_total: i64,
    images_used: i64,
    speech_ms_total: i64,
    speech_ms_used: i64,
    render_ms_total: i64,
    render_ms_used: i64,
    bytes_total: i64,
    bytes_used: i64,
}

impl CounterItem {
    /// What of a metric is used, and what is held, in counted units.
    pub(crate) fn of(&self, metric: Metric) -> (u64, u64) {
        let (total, used) = match metric {
            Metric::ImagesCount => (self.images_total, self.images_used),
            Metric::TtsSeconds => (self.speech_ms_total, self.speech_ms_used),
            Metric::RenderMinutes => (self.render_ms_total, self.render_ms_used),
            Metric::StorageBytes => (self.bytes_total, self.bytes_used),
        };
        let unsigned = |amount: i64| u64::try_from(amount).unwrap_or_default();
        (unsigned(used), unsigned(total.saturating_sub(used)))
    }
}

/// The amount as a number that DynamoDB can add, at most `i64::MAX`.
pub(crate) fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
