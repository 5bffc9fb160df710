//! Is the finished file what was asked for?
//!
//! Lengths come from the MP4's own tables; what the eye and the ear would notice comes from decoding the file
//! once. FFmpeg's companion `ffprobe` is not needed, for the static builds do not carry it.
//!
//! # Cost
//! CPU seconds per second of 1080p30: 0.04 to 0.06, of which decoding takes three quarters.

mod signals;
mod tables;

use std::path::Path;

use film_painter::Size;
use serde::{Deserialize, Serialize};

use crate::error::FilmError;
use crate::ffmpeg::Ffmpeg;
use crate::soundtrack::{MAX_TRUE_PEAK_DBTP, TARGET_LUFS};
use crate::timeline::FrameRate;

/// How far from [`TARGET_LUFS`] a film may be. Sites correct by more than this, and nobody hears less.
const LOUDNESS_TOLERANCE_LU: f64 = 1.0;

/// FFmpeg prints peaks with one decimal.
const PRINTED_DB: f64 = 0.05;

/// What was asked for.
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

/// A part of the film, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Where it begins.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// Frames in the file's table.
    pub frames: u64,
    /// How long the picture is shown.
    pub video_ms: f64,
    /// How long the sound is heard; none without a sound track.
    pub audio_ms: Option<f64>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Codec and profile, for example `h264 (High)`.
    pub codec: String,
    /// FFmpeg's name for the kind of samples, for example `yuv420p`.
    pub pixel_format: String,
    /// Range and colour space, for example `tv, bt709`.
    pub colour: String,
    /// Integrated loudness (EBU R 128); none for silence.
    pub integrated_lufs: Option<f64>,
    /// Highest peak between samples; none for silence.
    pub true_peak_dbtp: Option<f64>,
    /// Black stretches, the fades at the ends included.
    pub black: Vec<Stretch>,
    /// Stretches in which nothing moves.
    pub frozen: Vec<Stretch>,
    /// Everything that is not as it should be; a film is delivered only if this is empty.
    pub problems: Vec<Problem>,
}

/// Something that is not as it should be, in plain words.
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
    #[error("the film measures {lufs} LUFS instead of {expected}")]
    Loudness { lufs: f64, expected: f64 },
    #[error("the sound peaks at {dbtp} dBTP, above {limit}")]
    TruePeak { dbtp: f64, limit: f64 },
    #[error("the picture is black from {} to {} ms", .stretch.start_ms, .stretch.end_ms)]
    Black { stretch: Stretch },
    #[error("the picture stands still from {} to {} ms", .stretch.start_ms, .stretch.end_ms)]
    Frozen { stretch: Stretch },
    #[error("the file is damaged: {message}")]
    Damaged { message: String },
}

/// Inspects a finished film.
///
/// # Errors
/// [`FilmError::Malformed`] if the file is no MP4 with a picture; what FFmpeg gives if it cannot decode at all.
/// A film that can be read but is wrong is no error: see [`Inspection::problems`].
pub fn inspect(path: &Path, expected: &Expected, ffmpeg: &Ffmpeg) -> Result<Inspection, FilmError> {
    let tables = tables::read(path)?;
    let signals = signals::decode(path, tables.sound.is_some(), ffmpeg, tables.picture.shown_ms)?;
    let mut problems = Vec::new();
    lengths(&tables, expected, &mut problems);
    format(&tables, &signals, expected, &mut problems);
    sound(&tables, &signals, expected, &mut problems);

    let fade_ms = expected.rate.ms(u64::from(expected.fade)) + 1;
    let end_ms = expected.rate.ms(expected.frames);
    for &stretch in &signals.black {
        let length = stretch.end_ms.saturating_sub(stretch.start_ms);
        let at_an_end = stretch.start_ms <= fade_ms || stretch.end_ms + fade_ms >= end_ms;
        if !(at_an_end && length <= fade_ms) {
            problems.push(Problem::Black { stretch });
        }
    }
    problems.extend(signals.frozen.iter().map(|&stretch| Problem::Frozen { stretch }));
    problems.extend(signals.damage.clone().map(|message| Problem::Damaged { message }));

    Ok(Inspection {
        frames: tables.picture.times_ms.len() as u64,
        video_ms: tables.picture.shown_ms,
        audio_ms: tables.sound.map(|sound| sound.heard_ms),
        width: tables.picture.width,
        height: tables.picture.height,
        codec: signals.codec,
        pixel_format: signals.pixel_format,
        colour: signals.colour,
        integrated_lufs: signals.loudness.and_then(|l| l.integrated_lufs),
        true_peak_dbtp: signals.loudness.and_then(|l| l.true_peak_dbtp),
        black: signals.black,
        frozen: signals.frozen,
        problems,
    })
}

fn lengths(tables: &tables::Tables, expected: &Expected, problems: &mut Vec<Problem>) {
    let frame_ms = 1000.0 / f64::from(expected.rate.fps());
    let found = tables.picture.times_ms.len() as u64;
    if found != expected.frames {
        problems.push(Problem::FrameCount { found, expected: expected.frames });
    }
    // A hundredth of a frame is far above what the table's clock rounds to, and far below what an eye sees.
    let off = (0u64..).zip(&tables.picture.times_ms).find_map(|(frame, &found_ms)| {
        let expected_ms = frame as f64 * frame_ms;
        let wrong = (found_ms - expected_ms).abs() > frame_ms / 100.0;
        wrong.then_some(Problem::Timestamp { frame, found_ms, expected_ms })
    });
    problems.extend(off);
    let late_sound = tables.sound.map_or(0.0, |sound| sound.late_ms);
    let late_ms = tables.picture.late_ms.max(late_sound);
    if late_ms > frame_ms / 2.0 {
        problems.push(Problem::LateStart { late_ms });
    }
    if let Some(sound) = tables.sound {
        let difference_ms = (tables.picture.shown_ms - sound.heard_ms).abs();
        if difference_ms > frame_ms {
            problems.push(Problem::Lengths { difference_ms });
        }
    }
}

fn format(
    tables: &tables::Tables,
    signals: &signals::Signals,
    expected: &Expected,
    problems: &mut Vec<Problem>,
) {
    let (width, height) = (tables.picture.width, tables.picture.height);
    if (width, height) != (expected.size.width, expected.size.height) {
        problems.push(Problem::FrameSize {
            width,
            height,
            expected_width: expected.size.width,
            expected_height: expected.size.height,
        });
    }
    for (found, wanted) in
        [(&signals.codec, "h264 (High)"), (&signals.pixel_format, "yuv420p"), (&signals.colour, "tv, bt709")]
    {
        if found != wanted {
            problems.push(Problem::Format { found: found.clone(), expected: wanted.into() });
        }
    }
}

fn sound(
    tables: &tables::Tables,
    signals: &signals::Signals,
    expected: &Expected,
    problems: &mut Vec<Problem>,
) {
    if tables.sound.is_none() {
        problems.push(Problem::NoSoundTrack);
        return;
    }
    let Some(loudness) = signals.loudness else { return };
    match loudness.integrated_lufs {
        Some(lufs) if (lufs - TARGET_LUFS).abs() > LOUDNESS_TOLERANCE_LU => {
            problems.push(Problem::Loudness { lufs, expected: TARGET_LUFS });
        }
        None if expected.sound => problems.push(Problem::Silent),
        _ => {}
    }
    if let Some(dbtp) = loudness.true_peak_dbtp
        && dbtp > MAX_TRUE_PEAK_DBTP + PRINTED_DB
    {
        problems.push(Problem::TruePeak { dbtp, limit: MAX_TRUE_PEAK_DBTP });
    }
}
