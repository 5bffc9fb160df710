//! Checks a finished film: lengths, time stamps, format, loudness, black and frozen stretches, damage.
//!
//! Lengths come from the MP4's own tables; what a viewer would notice comes from decoding the file once. `ffprobe` is
//! not needed, because static builds of FFmpeg do not always carry it.
//!
//! # Cost
//! CPU seconds per second of 1080p30: 0.04 to 0.06, of which decoding takes three quarters.

mod report;
mod signals;
mod tables;

use std::path::Path;

use crate::error::FilmError;
use crate::ffmpeg::program::Ffmpeg;
pub use crate::inspect::report::{Expected, Inspection, Problem, TimeRange};
use crate::soundtrack::levels::{MAX_TRUE_PEAK_DBTP, TARGET_LUFS};

/// How far from [`TARGET_LUFS`] a film may be, in LU: a smaller difference is not audible.
const LOUDNESS_TOLERANCE_LU: f64 = 1.0;

/// Rounding error of FFmpeg's peaks, which it prints with one decimal, in dB.
const PRINTED_DB: f64 = 0.05;

/// Inspects a finished film.
///
/// # Errors
/// [`FilmError::Malformed`] if the file is no MP4 with a video track; [`FilmError::Io`] if it cannot be read;
/// [`FilmError::Ffmpeg`], [`FilmError::Failed`] or [`FilmError::Stuck`] if FFmpeg cannot decode it. A film that can be
/// decoded but is wrong is no error: see [`Inspection::problems`].
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
        Some(lufs) if !expected.sound => problems.push(Problem::NotSilent { lufs }),
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
