//! Amounts of all metrics together.

use std::ops::Add;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::metric::Metric;

/// An amount of every metric, in counted units: whole numbers, so that sums are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Amounts {
    /// Pictures.
    pub images: u64,
    /// Milliseconds of speech.
    pub speech_ms: u64,
    /// Milliseconds of film.
    pub render_ms: u64,
    /// Bytes of objects.
    pub stored_bytes: u64,
}

impl Amounts {
    /// The amount of one metric.
    #[must_use]
    pub const fn of(&self, metric: Metric) -> u64 {
        match metric {
            Metric::ImagesCount => self.images,
            Metric::TtsSeconds => self.speech_ms,
            Metric::RenderMinutes => self.render_ms,
            Metric::StorageBytes => self.stored_bytes,
        }
    }

    /// The smaller of the two amounts of each metric.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        self.each(other, u64::min)
    }

    fn each(self, other: Self, both: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            images: both(self.images, other.images),
            speech_ms: both(self.speech_ms, other.speech_ms),
            render_ms: both(self.render_ms, other.render_ms),
            stored_bytes: both(self.stored_bytes, other.stored_bytes),
        }
    }
}

impl Add for Amounts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.each(other, u64::saturating_add)
    }
}
