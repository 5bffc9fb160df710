//! What a finished film should be, and what the inspection found.

use film_painter::Size;
use serde::{Deserialize, Serialize};

use crate::timeline::FrameRate;

/// The properties that the film must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Frames of the film.
    pub frames: u64,
    /// Frames a second.
    pub rate: FrameRate,
    /// The frame in pixels.
    pub size: Size,
    /// Frames of the fades at both ends, during which the film may be black.
    pub fade: u32,
    /// False for a film without narration and music.
    pub sound: bool,
}

/// A part of the film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRange {
    /// Its start, in milliseconds from the film's.
    pub start_ms: u64,
    /// Its end, in milliseconds from the film's start.
    pub end_ms: u64,
}

/// What the inspection found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// Frames in the file's sample table.
    pub frames: u64,
    /// Length of the video track, in milliseconds.
    pub video_ms: f64,
    /// Length of the sound track, in milliseconds; none without one.
    pub audio_ms: Option<f64>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Codec and profile, for example `h264 (High)`.
    pub codec: String,
    /// FFmpeg's name for the kind of samples, for example `yuv420p`.
    pub pixel_format: String,
    /// Range and colour space, for example `tv, bt709`.
    pub colour: String,
    /// Integrated loudness (EBU R 128); none for silence.
    pub integrated_lufs: Option<f64>,
    /// True peak; none for silence.
    pub true_peak_dbtp: Option<f64>,
    /// Black parts, including the fades at both ends.
    pub black: Vec<TimeRange>,
    /// Parts in which nothing moves.
    pub frozen: Vec<TimeRange>,
    /// Every property that is not as expected; a film is delivered only if there is none.
    pub problems: Vec<Problem>,
}

/// A property of the film that is not as expected. Its `Display` is a message for users.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant's message says what it and its numbers are")]
pub enum Problem {
    #[error("the film has {found} frames instead of {expected}")]
    FrameCount { found: u64, expected: u64 },
    #[error("frame {frame} is shown at {found_ms} ms instead of {expected_ms} ms")]
    Timestamp { frame: u64, found_ms: f64, expected_ms: f64 },
    #[error("the frame measures {width}×{height} pixels instead of {expected_width}×{expected_height}")]
    FrameSize { width: u32, height: u32, expected_width: u32, expected_height: u32 },
    #[error("the picture is {found} instead of {expected}")]
    Format { found: String, expected: String },
    #[error("there is no sound track")]
    NoSoundTrack,
    #[error("picture and sound differ by {difference_ms} ms, which is more than a frame")]
    Lengths { difference_ms: f64 },
    #[error("picture or sound begins {late_ms} ms late")]
    LateStart { late_ms: f64 },
    #[error("nothing is heard")]
    Silent,
    #[error("the film should be silent and measures {lufs} LUFS")]
    NotSilent { lufs: f64 },
    #[error("the film measures {lufs} LUFS instead of {expected}")]
    Loudness { lufs: f64, expected: f64 },
    #[error("the sound peaks at {dbtp} dBTP, above {limit}")]
    TruePeak { dbtp: f64, limit: f64 },
    #[error("the picture is black from {} to {} ms", .stretch.start_ms, .stretch.end_ms)]
    Black { stretch: TimeRange },
    #[error("the picture stands still from {} to {} ms", .stretch.start_ms, .stretch.end_ms)]
    Frozen { stretch: TimeRange },
    #[error("the file is damaged: {message}")]
    Damaged { message: String },
}
