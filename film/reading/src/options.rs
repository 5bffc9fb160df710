//! How a text is to be read.

use serde::{Deserialize, Serialize};

use crate::choices::ReadingChoices;

/// The language of a text, the choices of its reader, and words that are read otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// BCP 47, for example `en`, `hi`, `pt-BR`.
    pub language: String,
    /// What is read, shown and left out.
    pub choices: ReadingChoices,
    /// Words that are read otherwise than the voice would, the first match winning: the project's, then the tenant's.
    pub lexicon: Vec<LexiconEntry>,
}

/// A word, or several, and how it is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LexiconEntry {
    /// As it is written, without regard to capitals; whole words only.
    pub written: String,
    /// A spelling that the voice reads rightly.
    pub spoken: String,
}

impl Options {
    /// The default choices for a language, without entries.
    pub fn new(language: impl Into<String>) -> Self {
        Self::with(language, ReadingChoices::default(), Vec::new())
    }

    /// The language of a text, its choices, and its entries in the order in which they are tried.
    pub fn with(language: impl Into<String>, choices: ReadingChoices, lexicon: Vec<LexiconEntry>) -> Self {
        Self { language: language.into(), choices, lexicon }
    }

    /// The primary language of the tag in lower case: `pt` of `pt-BR`.
    pub(crate) fn primary(&self) -> String {
        self.language.split(['-', '_']).next().unwrap_or_default().to_lowercase()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new("en")
    }
}
