//! The protocol between the narrator and `espeak-pipe`: one JSON line each way, then the samples.

use serde::{Deserialize, Serialize};

/// Joins the letters of one sound (`t^ʃ`, `a^ɪ`), so that a diphthong can be told from two vowels.
pub const TIE: char = '^';

/// A text to read, as one JSON line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// espeak-ng's name of the voice, for example `en-us` or `hi`.
    pub voice: String,
    /// Words a minute; espeak-ng's own default is 175.
    pub rate: u32,
    /// The notation of the phonemes in the answer.
    pub spelling: Spelling,
    /// Plain text: no SSML, no phoneme brackets.
    pub text: String,
}

/// A notation of phonemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// The International Phonetic Alphabet; letters of one sound are joined by [`TIE`].
    Ipa,
    /// espeak-ng's own phoneme names, separated by `_`; they keep the tones of Mandarin, which its IPA does not.
    Names,
}

/// The answer, as one JSON line. After [`Reply::Read`] follow `samples` × 2 bytes: signed 16-bit little-endian mono.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The text was read.
    Read {
        /// Sample rate in Hz.
        sample_rate: u32,
        /// How many samples follow this line.
        samples: usize,
        /// The spoken words, in order.
        words: Vec<EspeakWord>,
    },
    /// The text was not read, for this reason; the pipe stays open.
    Refused(String),
}

/// One word as it is spoken: `23` is two of these, `of the` may be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EspeakWord {
    /// Where it begins in the text, in characters.
    pub character: usize,
    /// First sample of the word.
    pub start: usize,
    /// First sample after the word.
    pub end: usize,
    /// Its phonemes with stress marks, in the requested notation.
    pub phonemes: String,
}
