use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is counted by the month. The names are those of the usage log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Pictures made. Unit: one picture.
    ImagesCount,
    /// Narration. Counted in milliseconds, shown in seconds.
    TtsSeconds,
    /// Film rendered. Counted in milliseconds, shown in minutes.
    RenderMinutes,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ImagesCount, Self::TtsSeconds, Self::RenderMinutes];

    /// The name as it stands in the usage log and in problems.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ImagesCount => "images_count",
            Self::TtsSeconds => "tts_seconds",
            Self::RenderMinutes => "render_minutes",
        }
    }

    /// How many counted units make one shown unit.
    #[must_use]
    pub const fn counted_per_shown(self) -> u64 {
        match self {
            Self::ImagesCount => 1,
            Self::TtsSeconds => 1000,
            Self::RenderMinutes => 60_000,
        }
    }

    pub(crate) const fn total_attribute(self) -> &'static str {
        match self {
            Self::ImagesCount => "images_total",
            Self::TtsSeconds => "speech_ms_total",
            Self::RenderMinutes => "render_ms_total",
        }
    }

    pub(crate) const fn used_attribute(self) -> &'static str {
        match self {
            Self::ImagesCount => "images_used",
            Self::TtsSeconds => "speech_ms_used",
            Self::RenderMinutes => "render_ms_used",
        }
    }
}

/// An amount of every metric, in counted units: whole numbers, so that sums are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// Pictures.
    pub images: u64,
    /// Milliseconds of speech.
    pub speech_ms: u64,
    /// Milliseconds of film.
    pub render_ms: u64,
}

impl Amounts {
    /// The amount of one metric.
    #[must_use]
    pub const fn of(&self, metric: Metric) -> u64 {
        match metric {
            Metric::ImagesCount => self.images,
            Metric::TtsSeconds => self.speech_ms,
            Metric::RenderMinutes => self.render_ms,
        }
    }
}
