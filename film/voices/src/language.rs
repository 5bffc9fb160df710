//! A language: how it is called and written, and who speaks it.

use crate::script::{Direction, direction, font};
use crate::voice::{Provider, Quality, Voice};

/// A language of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// BCP 47, for example `en`, `pt-BR`.
    pub tag: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// Its own name, in its own script.
    pub own_name: &'static str,
    /// ISO 15924 code of the script that it is usually written in. `Kore` and `Jpan` stand for the mixtures of scripts
    /// of Korean and Japanese.
    pub script: &'static str,
    pub(crate) speaker: Speaker,
}

/// Who speaks a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// Kokoro's voices, the default first, with phonemes by the rules of a voice of espeak-ng.
    Kokoro { rules: &'static str, voices: &'static [&'static str], quality: Quality },
    /// Only espeak-ng, by its own name for the voice.
    Espeak { rules: &'static str },
    /// Nobody. The neighbour is the language whose reader understands the spelling well enough for a draft.
    Nobody { neighbour: Option<&'static str> },
}

impl Language {
    /// How well the default voice speaks it.
    #[must_use]
    pub const fn quality(&self) -> Quality {
        match self.speaker {
            Speaker::Kokoro { quality, .. } => quality,
            Speaker::Espeak { .. } => Quality::Draft,
            Speaker::Nobody { .. } => Quality::None,
        }
    }

    /// Right to left or left to right.
    #[must_use]
    pub fn direction(&self) -> Direction {
        direction(self.script)
    }

    /// Family of the font that captions in it are set in.
    #[must_use]
    pub fn font(&self) -> &'static str {
        // Print in these languages is in Nastaliq, where other languages of the same script use Naskh.
        match self.tag {
            "ur" | "ks" | "pnb" | "skr" => "Noto Nastaliq Urdu",
            _ => font(self.script),
        }
    }

    /// The voices that speak it, the default first; none if nobody does.
    #[must_use]
    pub fn voices(&self) -> Vec<Voice> {
        let mut voices = Vec::new();
        match self.speaker {
            Speaker::Nobody { .. } => return voices,
            Speaker::Espeak { .. } => {}
            Speaker::Kokoro { voices: kokoro, quality, .. } => {
                voices.extend(kokoro.iter().map(|id| Voice::kokoro(id, self.tag, quality)));
                if self.is_english() {
                    voices.push(Voice::hibari(self.tag));
                }
            }
        }
        voices.push(Voice::espeak(self.tag));
        voices
    }

    /// The voice that speaks it unless another is named.
    #[must_use]
    pub fn default_voice(&self) -> Option<Voice> {
        self.voices().into_iter().next()
    }

    /// espeak-ng's name of the voice whose rules turn the language's text into phonemes.
    #[must_use]
    pub const fn espeak_voice(&self) -> Option<&'static str> {
        match self.speaker {
            Speaker::Kokoro { rules, .. } | Speaker::Espeak { rules } => Some(rules),
            Speaker::Nobody { .. } => None,
        }
    }

    /// Ids of its Kokoro voices, the default first.
    #[must_use]
    pub const fn kokoro_voices(&self) -> &'static [&'static str] {
        match self.speaker {
            Speaker::Kokoro { voices, .. } => voices,
            _ => &[],
        }
    }

    /// The engine of its default voice.
    #[must_use]
    pub const fn provider(&self) -> Option<Provider> {
        match self.speaker {
            Speaker::Kokoro { .. } => Some(Provider::Kokoro),
            Speaker::Espeak { .. } => Some(Provider::Espeak),
            Speaker::Nobody { .. } => None,
        }
    }

    /// True for the kinds of English, for which there are more engines.
    #[must_use]
    pub fn is_english(&self) -> bool {
        self.tag == "en" || self.tag.starts_with("en-")
    }
}
