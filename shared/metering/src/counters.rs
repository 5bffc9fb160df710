use serde::Deserialize;

use crate::Metric;

/// What the counting items say. Signed: an object that is deleted between two measurements can be given back
/// twice, and the level then stands below nought until the next.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Counters {
    images_total: i64,
    images_used: i64,
    speech_ms_total: i64,
    speech_ms_used: i64,
    render_ms_total: i64,
    render_ms_used: i64,
    bytes_total: i64,
    bytes_used: i64,
}

impl Counters {
    /// Used and held.
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

/// As the table adds.
pub(crate) fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
