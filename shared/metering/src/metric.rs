//! The metrics and their units.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Number;
use tenancy::UnknownName;
use utoipa::ToSchema;

/// What is counted. The serialised names are those of the usage log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Pictures made. Unit: one picture.
    ImagesCount,
    /// Narration. Counted in milliseconds, shown in seconds.
    TtsSeconds,
    /// Film rendered. Counted in milliseconds, shown in minutes.
    RenderMinutes,
    /// What lies in the bucket: a level, which no new month resets. Unit: one byte.
    StorageBytes,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 4] = [Self::ImagesCount, Self::TtsSeconds, Self::RenderMinutes, Self::StorageBytes];

    /// The metrics that start at zero every month and are in the usage log.
    pub const MONTHLY: [Self; 3] = [Self::ImagesCount, Self::TtsSeconds, Self::RenderMinutes];

    /// The name in the usage log and in problem documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ImagesCount => "images_count",
            Self::TtsSeconds => "tts_seconds",
            Self::RenderMinutes => "render_minutes",
            Self::StorageBytes => "storage_bytes",
        }
    }

    /// The number of counted units in one displayed unit, for example 60,000 milliseconds in a minute.
    #[must_use]
    pub const fn counted_per_shown(self) -> u64 {
        match self {
            Self::ImagesCount | Self::StorageBytes => 1,
            Self::TtsSeconds => 1000,
            Self::RenderMinutes => 60_000,
        }
    }

    /// A counted amount in displayed units: an integer if it is whole, otherwise a fraction. Its text, parsed as a 64-bit
    /// float and multiplied by [`counted_per_shown`](Self::counted_per_shown), rounds to exactly `counted` again.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 ms, which are 285,000 years")]
    pub fn shown(self, counted: u64) -> Number {
        let unit = self.counted_per_shown();
        let fraction = || Number::from_f64(counted as f64 / unit as f64);
        let fraction = (!counted.is_multiple_of(unit)).then(fraction).flatten();
        fraction.unwrap_or_else(|| Number::from(counted / unit))
    }

    /// The attribute that is the sum of used and held.
    pub(crate) const fn total_attribute(self) -> &'static str {
        match self {
            Self::ImagesCount => "images_total",
            Self::TtsSeconds => "speech_ms_total",
            Self::RenderMinutes => "render_ms_total",
            Self::StorageBytes => "bytes_total",
        }
    }

    /// The attribute that is what is used.
    pub(crate) const fn used_attribute(self) -> &'static str {
        match self {
            Self::ImagesCount => "images_used",
            Self::TtsSeconds => "speech_ms_used",
            Self::RenderMinutes => "render_ms_used",
            Self::StorageBytes => "bytes_used",
        }
    }
}

impl FromStr for Metric {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let named = Self::ALL.into_iter().find(|metric| metric.as_str() == text);
        named.ok_or_else(|| UnknownName { kind: "metric", text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_counted_amount_can_be_recovered_from_the_displayed_one(counted in 0..1_u64 << 45) {
            for metric in Metric::ALL {
                let text = metric.shown(counted).to_string();
                let unit = metric.counted_per_shown() as f64;
                prop_assert_eq!((text.parse::<f64>().unwrap() * unit).round() as u64, counted, "{}", text);
            }
        }
    }

    #[test]
    fn whole_amounts_are_shown_whole() {
        assert_eq!(Metric::TtsSeconds.shown(45_500).to_string(), "45.5");
        assert_eq!(Metric::RenderMinutes.shown(120_000).to_string(), "2");
    }
}
