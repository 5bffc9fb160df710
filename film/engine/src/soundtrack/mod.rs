//! The whole film's sound, mixed once and encoded once.
//!
//! AAC has frames of 1,024 samples and an encoder delay, so sound that is encoded clip by clip drifts by half a second
//! over thirty joins. One soundtrack for the whole film has no joins.
//!
//! # Passes
//! 1. *Mix*: narrations at their samples, music ducked under them, fades; measured while it is written to a
//!    scratch file. Memory holds one narration and a tenth of a second of the rest, however long the film is.
//! 2. *Master*: gain to [`TARGET_LUFS`], true-peak limiter, 24-bit WAV; measured again, and done again with a
//!    corrected gain if limiting made it quieter than it should be.
//! 3. *Encode*: AAC at 192 kbit/s. An encoder moves peaks and loses loudness, so its output is decoded and
//!    measured; if it is not what it should be, pass 2 is repeated with its aim moved by the difference.
//!
//! Scratch space beside the output: 1.4 GB an hour for the mix and 1.0 GB an hour for the master.
//!
//! # Cost
//! CPU seconds per second of sound, 0.06 together: pad 0.008, mix and first measurement 0.004, master 0.008,
//! AAC 0.03 to 0.05, verification 0.01. Each correction of the aim costs the last three again.

mod ducking;
mod job;
pub(crate) mod levels;
mod limiter;
pub(crate) mod loudness;
mod master;
mod mix;
mod mood;
mod pad;
mod reverb;
mod scratch;
mod stereo;
mod track;
mod voice;

use std::path::Path;

use crate::encoder::TIMESCALE;
use crate::error::FilmError;
use crate::ffmpeg::arguments::Arguments;
use crate::ffmpeg::program::Ffmpeg;
use crate::part_file::PartFile;
pub use crate::soundtrack::job::{Music, SoundtrackJob, SoundtrackReport, SpeechSource, Voice};
pub use crate::soundtrack::levels::{MAX_TRUE_PEAK_DBTP, TARGET_LUFS};
use crate::soundtrack::loudness::{Loudness, read_summary};
use crate::soundtrack::master::{Aim, master};
use crate::soundtrack::mix::mix;
pub use crate::soundtrack::mood::Mood;
use crate::soundtrack::scratch::Scratch;

/// Encodings at most: the first shows how the encoder changes this sound, the next ones compensate for it.
const MAX_ENCODES: u32 = 3;

/// Mixes, masters and encodes a film's sound to an M4A file.
///
/// # Errors
/// [`FilmError::Invalid`] if narrations overlap or end after the film; [`FilmError::Malformed`] if a sound file has
/// another format or is damaged; [`FilmError::Ffmpeg`], [`FilmError::Failed`] or [`FilmError::Stuck`] if FFmpeg does not
/// finish; [`FilmError::DiskFull`] or [`FilmError::Io`] for the disk.
pub fn make_soundtrack(
    job: &SoundtrackJob,
    ffmpeg: &Ffmpeg,
    out: &Path,
) -> Result<SoundtrackReport, FilmError> {
    let scratch = Scratch::beside(out);
    let mixed = mix(job, ffmpeg, &scratch)?;
    let file = PartFile::of(out);
    let mut aim = Aim::first();
    let mut tries = 0;
    let measured = loop {
        tries += 1;
        master(job.samples, mixed, aim, &scratch)?;
        encode(ffmpeg, &scratch.master, file.path(), out)?;
        let measured = measure(ffmpeg, file.path())?;
        if tries == MAX_ENCODES || !aim.correct(measured) {
            break measured;
        }
    };
    let bytes = file.finish()?;
    Ok(SoundtrackReport {
        samples: job.samples,
        integrated_lufs: measured.integrated_lufs,
        true_peak_dbtp: measured.true_peak_dbtp,
        bytes,
    })
}

fn encode(ffmpeg: &Ffmpeg, from: &Path, to: &Path, writes: &Path) -> Result<(), FilmError> {
    let arguments = Arguments::new()
        .text(&["-i"])
        .path(from)
        .text(&["-c:a", "aac", "-b:a", "192k", "-movie_timescale", TIMESCALE, "-f", "mp4"])
        .path(to);
    ffmpeg.run(arguments, writes).map(drop)
}

/// Decodes a file and measures its sound.
fn measure(ffmpeg: &Ffmpeg, path: &Path) -> Result<Loudness, FilmError> {
    let filter = "ebur128=peak=true:framelog=verbose";
    let arguments =
        Arguments::new().text(&["-i"]).path(path).text(&["-map", "0:a", "-af", filter, "-f", "null", "-"]);
    read_summary(&ffmpeg.run(arguments, path)?)
        .ok_or_else(|| FilmError::malformed(path, "FFmpeg did not say how loud it is"))
}
