//! What a soundtrack is made from, and how the finished one measures.

use std::path::PathBuf;

use film_narrator::Speech;
use film_vocabulary::Tradition;
use serde::{Deserialize, Serialize};

use crate::soundtrack::mood::Mood;

/// A narration and when it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    /// The film's sample on which it begins, as
    /// [`Timeline::speech_start`](crate::timeline::Timeline::speech_start) gives it.
    pub start: u64,
    /// Its samples.
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

/// The music under the narration.
#[derive(Clone, Debug, PartialEq)]
pub enum Music {
    /// No music.
    None,
    /// Generated slow chords. The same mood and seed always give the same music.
    Pad {
        /// Mode and instruments.
        mood: Mood,
        /// Seed of key, chord progression and bells.
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
    /// The music under them.
    pub music: Music,
}

/// How the finished soundtrack measures, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoundtrackReport {
    /// Samples of the film.
    pub samples: u64,
    /// Integrated loudness (EBU R 128); none for silence.
    pub integrated_lufs: Option<f64>,
    /// True peak; none for silence.
    pub true_peak_dbtp: Option<f64>,
    /// Size of the file, in bytes.
    pub bytes: u64,
}
