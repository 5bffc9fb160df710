use film_vocabulary::{Aspect, Resolution};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::ArtefactVersion;
use utoipa::ToSchema;

use crate::ids::{JobId, VideoId};
use crate::project::ProjectId;

/// A finished film as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Video {
    /// Identifies it.
    pub id: VideoId,
    /// The project that it shows.
    pub project: ProjectId,
    /// The job that made it.
    pub job: JobId,
    /// The project's title when the film was ordered.
    pub title: String,
    /// BCP 47 language of the text.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The frame's size.
    pub resolution: Resolution,
    /// The version whose objects are the film, its captions and its thumbnail.
    pub artefact: ArtefactVersion,
    /// What the inspection measured.
    #[serde(flatten)]
    pub film: FilmFacts,
    /// When it was delivered.
    pub created_at: Timestamp,
}

/// What the inspection measured of a delivered film.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FilmFacts {
    /// Length, milliseconds.
    pub duration_ms: u64,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Size of the file, bytes.
    pub bytes: u64,
    /// Integrated loudness, LUFS (EBU R 128).
    pub loudness_lufs: f64,
    /// True peak, dBTP.
    pub true_peak_dbtp: f64,
}
