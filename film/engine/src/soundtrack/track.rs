//! Music from a file, looped to the length of the film.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use film_narrator::SAMPLE_RATE;

use crate::error::FilmError;
use crate::ffmpeg::arguments::Arguments;
use crate::ffmpeg::program::Ffmpeg;
use crate::soundtrack::levels::MUSIC_LUFS;
use crate::soundtrack::loudness::{Meter, decibels_to_gain};
use crate::soundtrack::stereo::{CHUNK, StereoFrame};

/// Largest gain for a quiet track, in dB: beyond it its noise is heard.
const MAX_GAIN_DB: f64 = 20.0;

/// Crossfade between the end and the beginning of a looped track, in samples: 4 s.
const OVERLAP: u64 = SAMPLE_RATE as u64 * 4;

type Reader = hound::WavReader<BufReader<File>>;

pub(super) struct Track {
    path: PathBuf,
    length: u64,
    overlap: u64,
    gain: f32,
    playing: Reader,
    /// The same file from its beginning, during the crossfade of a loop.
    coming: Option<Reader>,
    at: u64,
}

impl Track {
    /// Decodes as much of `path` as the film needs to a scratch file, and measures it.
    pub(super) fn open(path: &Path, film: u64, ffmpeg: &Ffmpeg, scratch: &Path) -> Result<Self, FilmError> {
        let seconds = format!("{:.3}", (film + OVERLAP) as f64 / f64::from(SAMPLE_RATE));
        let rate = SAMPLE_RATE.to_string();
        let arguments = Arguments::new()
            .text(&["-i"])
            .path(path)
            .text(&["-map", "0:a:0", "-vn", "-t", &seconds, "-ac", "2", "-ar", &rate])
            .text(&["-c:a", "pcm_s16le", "-bitexact", "-f", "wav"])
            .path(scratch);
        ffmpeg.run(arguments, scratch)?;

        let playing = open(scratch)?;
        let length = u64::from(playing.duration());
        if length < u64::from(SAMPLE_RATE) {
            return Err(FilmError::malformed(path, "music of less than a second"));
        }
        let gain = measure(scratch)?;
        let overlap = OVERLAP.min(length / 4);
        Ok(Self { path: scratch.to_owned(), length, overlap, gain, playing, coming: None, at: 0 })
    }

    /// The next samples; begins again when the track is over.
    pub(super) fn fill(&mut self, out: &mut [StereoFrame]) -> Result<(), FilmError> {
        for frame in out {
            let mut sound = next(&mut self.playing, &self.path)?;
            let turn = self.length - self.overlap;
            if self.at >= turn {
                let coming = match &mut self.coming {
                    Some(reader) => reader,
                    none => none.insert(open(&self.path)?),
                };
                // Two different passages add in power, not in amplitude.
                let share = (self.at - turn) as f32 / self.overlap as f32 * std::f32::consts::FRAC_PI_2;
                let new = next(coming, &self.path)?;
                sound = [0, 1].map(|side| sound[side] * share.cos() + new[side] * share.sin());
            }
            self.at += 1;
            if self.at == self.length
                && let Some(coming) = self.coming.take()
            {
                self.playing = coming;
                self.at = self.overlap;
            }
            *frame = sound.map(|s| s * self.gain);
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<Reader, FilmError> {
    hound::WavReader::open(path).map_err(|e| FilmError::wav(path, e))
}

fn next(reader: &mut Reader, path: &Path) -> Result<StereoFrame, FilmError> {
    let mut samples = reader.samples::<i16>();
    let mut side = || match samples.next() {
        Some(Ok(sample)) => Ok(f32::from(sample) / 32_768.0),
        Some(Err(error)) => Err(FilmError::wav(path, error)),
        None => Ok(0.0),
    };
    Ok([side()?, side()?])
}

/// The gain that brings a file to [`MUSIC_LUFS`].
fn measure(path: &Path) -> Result<f32, FilmError> {
    let mut reader = open(path)?;
    let mut meter = Meter::new()?;
    let mut left = u64::from(reader.duration());
    let mut chunk = Vec::new();
    while left > 0 {
        chunk.clear();
        for _ in 0..left.min(CHUNK as u64) {
            chunk.push(next(&mut reader, path)?);
        }
        left -= chunk.len() as u64;
        meter.add(&chunk)?;
    }
    let gain = meter.integrated()?.map_or(0.0, |lufs| (MUSIC_LUFS - lufs).min(MAX_GAIN_DB));
    Ok(decibels_to_gain(gain) as f32)
}
