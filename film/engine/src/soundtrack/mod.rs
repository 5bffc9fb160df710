//! The whole film's sound, mixed once and encoded once.
//!
//! AAC has frames of 1,024 samples and needs a run-up; sound encoded clip by clip drifts by half a second over
//! thirty joins. One soundtrack laid under all clips has no joins.
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

mod duck;
mod limiter;
mod loudness;
mod pad;
mod reverb;
mod track;
mod voice;

use std::fs;
use std::path::{Path, PathBuf};

use film_narrator::{SAMPLE_RATE, Speech};
use film_painter::Tradition;
use serde::{Deserialize, Serialize};

use crate::error::FilmError;
use crate::ffmpeg::{Arguments, Ffmpeg};
use crate::part_file::PartFile;
use duck::Ducking;
use limiter::Limiter;
pub(crate) use loudness::{Loudness, read_summary};
use loudness::{Meter, decibels_to_gain};
pub use pad::Mood;
use pad::Pad;
use track::Track;
use voice::Voices;

/// Integrated loudness of every film. What podcasts and streaming sites ask of stereo speech.
pub const TARGET_LUFS: f64 = -16.0;

/// No peak between samples may pass this, decoded, or cheap converters distort (EBU R 128 s2).
pub const MAX_TRUE_PEAK_DBTP: f64 = -1.0;

/// What the limiter aims at: AAC at 192 kbit/s raises peaks by up to about half a decibel.
const CEILING_DBTP: f64 = -1.5;

/// How far from its aim the master may be before its gain is corrected.
const MASTER_TOLERANCE_LU: f64 = 0.1;

/// How far from [`TARGET_LUFS`] the encoded sound may be. FFmpeg's encoder leaves out what it takes to be
/// unheard, which makes speech quieter by up to 0.6 LU.
const ENCODED_TOLERANCE_LU: f64 = 0.3;

/// Encodings at most: the first shows what the encoder does to this sound, the second undoes it.
const MOST_TRIES: u32 = 3;

/// Where music stands, a pad as well as a track, before it is ducked.
const LEVEL_LUFS: f64 = -20.0;

/// Samples handled at once: a tenth of a second.
const CHUNK: usize = SAMPLE_RATE as usize / 10;

/// Left and right.
type Frame = [f32; 2];

/// A narration and when it is heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    /// The film's sample on which it begins, as
    /// [`Timeline::speech_start`](crate::timeline::Timeline::speech_start) gives it.
    pub start: u64,
    /// The sound.
    pub speech: SpeechSource,
}

/// Where a narration's samples are.
#[derive(Clone, Debug, PartialEq)]
pub enum SpeechSource {
    /// In memory: mono, 48 kHz, −1.0 ..= 1.0.
    Samples(Vec<f32>),
    /// In a mono WAV file at 48 kHz, read when its turn comes: the way to mix an hour.
    Wav(PathBuf),
}

impl From<Speech> for SpeechSource {
    fn from(speech: Speech) -> Self {
        Self::Samples(speech.samples)
    }
}

/// What is heard beside the voice.
#[derive(Clone, Debug, PartialEq)]
pub enum Music {
    /// Nothing.
    None,
    /// Slow chords made here. The same mood and seed always give the same music.
    Pad {
        /// Mode and instruments.
        mood: Mood,
        /// Decides key, progression and bells.
        seed: u64,
    },
    /// A file in any format that FFmpeg reads, looped and faded to the film's length.
    Track(PathBuf),
}

impl Music {
    /// The pad that fits a tradition.
    pub fn pad(tradition: Tradition, seed: u64) -> Self {
        Self::Pad { mood: Mood::of(tradition, seed), seed }
    }
}

/// Everything that a soundtrack depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct SoundtrackJob {
    /// The film's length in samples; the sound is exactly as long.
    pub samples: u64,
    /// Narrations in the order in which they are heard; they may not overlap.
    pub voices: Vec<Voice>,
    /// What is heard beside them.
    pub music: Music,
}

/// How the finished soundtrack measures, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoundtrackReport {
    /// Samples of the film.
    pub samples: u64,
    /// Integrated loudness (EBU R 128); none for silence.
    pub integrated_lufs: Option<f64>,
    /// Highest peak between samples; none for silence.
    pub true_peak_dbtp: Option<f64>,
    /// Size of the file.
    pub bytes: u64,
}

/// Mixes, masters and encodes a film's sound to an M4A file.
///
/// # Errors
/// [`FilmError::Invalid`] if narrations overlap or reach beyond the film; [`FilmError::Malformed`] if a sound
/// file is not what it should be; what FFmpeg and the disk give.
pub fn make_soundtrack(
    job: &SoundtrackJob,
    ffmpeg: &Ffmpeg,
    out: &Path,
) -> Result<SoundtrackReport, FilmError> {
    let scratch = Scratch::beside(out);
    let mixed = mix(job, ffmpeg, &scratch)?;
    let file = PartFile::of(out);
    let mut aim = Aim { lufs: TARGET_LUFS, ceiling_dbtp: CEILING_DBTP };
    let mut tries = 0;
    let measured = loop {
        tries += 1;
        master(job.samples, mixed, aim, &scratch)?;
        encode(ffmpeg, &scratch.master, file.path(), out)?;
        let measured = measure(ffmpeg, file.path())?;
        if tries == MOST_TRIES || !aim.correct(measured) {
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

/// What the master is made for, so that the encoded sound comes out as it should.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Aim {
    lufs: f64,
    ceiling_dbtp: f64,
}

impl Aim {
    /// Moves the aim by what the encoder was off; false if it was near enough.
    fn correct(&mut self, encoded: Loudness) -> bool {
        let before = *self;
        if let Some(off) = encoded.integrated_lufs.map(|lufs| TARGET_LUFS - lufs)
            && off.abs() > ENCODED_TOLERANCE_LU
        {
            self.lufs += off;
        }
        if let Some(over) = encoded.true_peak_dbtp.map(|peak| peak - MAX_TRUE_PEAK_DBTP)
            && over > 0.0
        {
            self.ceiling_dbtp -= over + 0.2;
        }
        *self != before
    }
}

/// Files that are gone when the soundtrack is made, or has failed.
struct Scratch {
    music: PathBuf,
    mix: PathBuf,
    master: PathBuf,
}

impl Scratch {
    fn beside(out: &Path) -> Self {
        let name = |kind: &str| {
            let mut name = out.file_stem().unwrap_or_default().to_owned();
            name.push(kind);
            out.with_file_name(name)
        };
        Self { music: name(".music.wav"), mix: name(".mix.wav"), master: name(".master.wav") }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for path in [&self.music, &self.mix, &self.master] {
            // Whatever was not made cannot be removed.
            let _ = fs::remove_file(path);
        }
    }
}

/// What plays under the voice.
enum Bed {
    Silence,
    Pad(Box<Pad>),
    Track(Box<Track>),
}

/// Pass 1. Returns the integrated loudness, none for silence.
fn mix(job: &SoundtrackJob, ffmpeg: &Ffmpeg, scratch: &Scratch) -> Result<Option<f64>, FilmError> {
    let mut voices = Voices::new(&job.voices, job.samples)?;
    let ducking = Ducking::under(voices.intervals());
    let mut bed = match &job.music {
        Music::None => Bed::Silence,
        Music::Pad { mood, seed } => Bed::Pad(Box::new(Pad::new(*mood, *seed)?)),
        Music::Track(path) => Bed::Track(Box::new(Track::open(path, job.samples, ffmpeg, &scratch.music)?)),
    };
    let fades = Fades::of(job.samples);
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let path = &scratch.mix;
    let mut file = hound::WavWriter::create(path, spec).map_err(|e| FilmError::wav(path, e))?;
    let mut meter = Meter::new()?;
    let mut chunk = vec![[0f32; 2]; CHUNK];
    let mut at = 0;
    while at < job.samples {
        let length = (job.samples - at).min(CHUNK as u64) as usize;
        let chunk = &mut chunk[..length];
        match &mut bed {
            Bed::Silence => chunk.fill([0.0; 2]),
            Bed::Pad(pad) => pad.fill(chunk),
            Bed::Track(track) => track.fill(chunk)?,
        }
        for (sample, frame) in (at..).zip(chunk.iter_mut()) {
            let gain = ducking.gain(sample) * fades.gain(sample);
            *frame = frame.map(|s| s * gain);
        }
        voices.add_to(chunk, at)?;
        meter.hear(chunk)?;
        for sample in chunk.as_flattened() {
            file.write_sample(*sample).map_err(|e| FilmError::wav(path, e))?;
        }
        at += length as u64;
    }
    file.finalize().map_err(|e| FilmError::wav(path, e))?;
    meter.integrated()
}

/// Pass 2.
fn master(samples: u64, mixed: Option<f64>, aim: Aim, scratch: &Scratch) -> Result<(), FilmError> {
    let mut gain_db = mixed.map_or(0.0, |lufs| aim.lufs - lufs);
    // The limiter takes only peaks, so one correction is the rule and three are for shouting.
    for _ in 0..4 {
        let measured = master_once(samples, gain_db, aim.ceiling_dbtp, scratch)?;
        let Some(short) = measured.map(|lufs| aim.lufs - lufs) else { return Ok(()) };
        if short.abs() <= MASTER_TOLERANCE_LU {
            return Ok(());
        }
        gain_db += short;
    }
    Ok(())
}

fn master_once(
    samples: u64,
    gain_db: f64,
    ceiling: f64,
    scratch: &Scratch,
) -> Result<Option<f64>, FilmError> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let (from, to) = (&scratch.mix, &scratch.master);
    let mut source = hound::WavReader::open(from).map_err(|e| FilmError::wav(from, e))?;
    let mut file = hound::WavWriter::create(to, spec).map_err(|e| FilmError::wav(to, e))?;
    let mut mixed = source.samples::<f32>();
    let mut meter = Meter::new()?;
    let mut limiter = Limiter::new(decibels_to_gain(ceiling));
    let gain = decibels_to_gain(gain_db) as f32;
    let mut chunk = Vec::with_capacity(CHUNK);
    // What the limiter still holds when the mix is over is driven out by silence.
    let (mut left, mut late) = (samples + limiter.delay() as u64, limiter.delay());
    while left > 0 {
        chunk.clear();
        for _ in 0..left.min(CHUNK as u64) {
            let mut next = || mixed.next().unwrap_or(Ok(0.0)).map_err(|e| FilmError::wav(from, e));
            chunk.push([next()? * gain, next()? * gain]);
        }
        left -= chunk.len() as u64;
        limiter.process(&mut chunk);
        let early = late.min(chunk.len());
        late -= early;
        let heard = &chunk[early..];
        meter.hear(heard)?;
        for sample in heard.as_flattened() {
            let whole = (f64::from(*sample) * 8_388_607.0).round().clamp(-8_388_608.0, 8_388_607.0);
            file.write_sample(whole as i32).map_err(|e| FilmError::wav(to, e))?;
        }
    }
    file.finalize().map_err(|e| FilmError::wav(to, e))?;
    meter.integrated()
}

fn encode(ffmpeg: &Ffmpeg, from: &Path, to: &Path, writes: &Path) -> Result<(), FilmError> {
    let arguments = Arguments::new()
        .text(&["-i"])
        .path(from)
        .text(&["-c:a", "aac", "-b:a", "192k", "-movie_timescale", crate::encoder::TIMESCALE, "-f", "mp4"])
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

/// The music's fades at the film's ends.
struct Fades {
    samples: u64,
    up: u64,
    down: u64,
}

impl Fades {
    fn of(samples: u64) -> Self {
        let second = u64::from(SAMPLE_RATE);
        Self { samples, up: (2 * second).min(samples / 4).max(1), down: (4 * second).min(samples / 3).max(1) }
    }

    fn gain(&self, sample: u64) -> f32 {
        let up = sample as f32 / self.up as f32;
        let down = (self.samples - sample) as f32 / self.down as f32;
        // A quarter of a sine wave: the ear hears a straight line in power as late and sudden.
        (up.min(down).clamp(0.0, 1.0) * std::f32::consts::FRAC_PI_2).sin()
    }
}
