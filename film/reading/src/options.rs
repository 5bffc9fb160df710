//! How a text is to be read.

use serde::{Deserialize, Serialize};

/// The language of a text and the choices of its reader. Everything but the language has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// BCP 47, for example `en`, `hi`, `pt-BR`.
    pub language: String,
    /// Numbers of verses within the text.
    pub verse_numbers: Voicing,
    /// Wishes after a name, such as ﷺ.
    pub honorifics: Voicing,
    /// How the four-letter name of God is read in Hebrew.
    pub divine_name: DivineName,
    /// Names of parts, such as `[Verse 2]` or `(Chorus)`.
    pub labels: Voicing,
    /// Directions to the congregation, such as `(All stand)`.
    pub directions: Voicing,
    /// Words in a script that the language's reader does not know: by their own language's reader, or not at all.
    pub other_scripts: Voicing,
    /// The short vowels ਿ and ੁ at the end of a word in Gurmukhi: recitation of scripture leaves them out.
    pub gurbani_final_vowels: Voicing,
    /// Words that are read otherwise than the voice would, the first match winning.
    pub lexicon: Vec<LexiconEntry>,
}

/// Whether something is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voicing {
    /// It is spoken.
    Spoken,
    /// It is not spoken.
    Silent,
}

/// How the four-letter name of God is read in Hebrew. Where it is pointed as *Elohim*, or follows *Adonai*, it is read
/// *Elohim* with both of the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivineName {
    /// *Adonai*, as in prayer and in the reading of scripture.
    Adonai,
    /// *HaShem*, as outside prayer.
    Hashem,
    /// As its letters and points say.
    AsWritten,
}

/// A word, or several, and how it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LexiconEntry {
    /// As it is written, without regard to capitals; whole words only.
    pub written: String,
    /// A spelling that the voice reads rightly.
    pub spoken: String,
}

impl Options {
    /// The defaults for a language.
    pub fn new(language: impl Into<String>) -> Self {
        Self { language: language.into(), ..Self::default() }
    }

    /// The primary language of the tag in lower case: `pt` of `pt-BR`.
    pub(crate) fn primary(&self) -> String {
        self.language.split(['-', '_']).next().unwrap_or_default().to_lowercase()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            language: "en".to_owned(),
            verse_numbers: Voicing::Silent,
            honorifics: Voicing::Spoken,
            divine_name: DivineName::Adonai,
            labels: Voicing::Silent,
            directions: Voicing::Silent,
            other_scripts: Voicing::Spoken,
            gurbani_final_vowels: Voicing::Spoken,
            lexicon: Vec::new(),
        }
    }
}
