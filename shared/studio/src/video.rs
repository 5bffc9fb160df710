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
    /// Its id.
    pub id: VideoId,
    /// What it shows.
    pub project: ProjectId,
    /// Which job made it.
    pub job: JobId,
    /// What people call it.
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The frame's size.
    pub resolution: Resolution,
    /// The film's object, and those of its captions and thumbnail.
    pub artefact: ArtefactVersion,
    /// What inspection found.
    #[serde(flatten)]
    pub film: FilmFacts,
    /// When it was delivered.
    pub created_at: Timestamp,
}

/// What inspection found of a delivered film.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FilmFacts {
    /// Milliseconds.
    pub duration_ms: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Size of the file.
    pub bytes: u64,
    /// Integrated loudness, LUFS (EBU R 128).
    pub loudness_lufs: f64,
    /// True peak, dBTP.
    pub true_peak_dbtp: f64,
}
