//! What a narrator and `espeak-pipe` say to each other: one JSON line each way, then the sound.

use serde::{Deserialize, Serialize};

/// Joins the letters of one sound (`t^ʃ`, `a^ɪ`), so that a diphthong can be told from two vowels.
pub const TIE: char = '^';

/// One line of text to read, as one JSON line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// espeak-ng's name of the voice, for example `en-us` or `hi`.
    pub voice: String,
    /// Words a minute; espeak-ng's own default is 175.
    pub rate: u32,
    /// How the sounds are to be written.
    pub spelling: Spelling,
    /// Plain text: no SSML, no phoneme brackets.
    pub text: String,
}

/// How espeak-ng writes sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// The International Phonetic Alphabet; letters of one sound are joined by [`TIE`].
    Ipa,
    /// espeak-ng's own names, parted by `_`; they keep the tones of Mandarin, which its IPA does not.
    Names,
}

/// The answer, as one JSON line. After [`Reply::Read`] follow `samples` × 2 bytes: signed 16-bit little-endian mono.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The text was read.
    Read {
        /// Samples a second.
        sample_rate: u32,
        /// How many samples follow this line.
        samples: usize,
        /// What was said, in order.
        words: Vec<EspeakWord>,
    },
    /// It was not, and why; the pipe stays open.
    Refused(String),
}

/// One word as it was said: `23` is two of these, `of the` may be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EspeakWord {
    /// Where it begins in the text, in characters.
    pub character: usize,
    /// First sample of the word.
    pub start: usize,
    /// First sample after the word.
    pub end: usize,
    /// Its sounds with stress marks, in the spelling that was asked for.
    pub phonemes: String,
}
