//! Lexicons: how an account, or one project, wants words to be read.

use film_reading::LexiconEntry;
use film_vocabulary::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::deflated_json;

/// The words of an entry as they are written.
pub type WrittenWords = Line<80>;

/// A spelling that a voice reads rightly.
pub type SpokenWords = Line<160>;

/// The most entries of an account's lexicon.
pub const MOST_ENTRIES: usize = 1_000;

/// The most entries of a project's lexicon.
pub const MOST_PROJECT_ENTRIES: usize = 200;

/// The words that an account reads otherwise than the voices would, in all its projects. Read with every quote, render
/// and storyboard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lexicon {
    /// Counts edits: zero before the first. An edit of an older revision is refused.
    pub revision: u64,
    /// When it was last edited; none before the first time.
    pub updated_at: Option<Timestamp>,
    /// The entries, in the order in which they were given: of two that fit the same place, the first is read.
    #[serde(with = "crate::deflated_json")]
    pub entries: Vec<LanguageEntry>,
}

/// An entry of an account's lexicon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageEntry {
    /// The language of the texts in which it is read, BCP 47. `en` is for `en-GB` as well, but not the other way.
    pub language: String,
    /// The word or words, as they are written.
    pub written: String,
    /// A spelling that the voice reads rightly.
    pub spoken: String,
}

impl Lexicon {
    /// Whether the entries fit one table item when deflated.
    #[must_use]
    pub fn fits(&self) -> bool {
        deflated_json::encode(&self.entries).is_ok_and(|packed| packed.len() <= deflated_json::LARGEST)
    }

    /// The entries for texts of a language: those of just this language first, then those of the wider one.
    #[must_use]
    pub fn for_language(&self, language: &str) -> Vec<LexiconEntry> {
        let exactly = |entry: &&LanguageEntry| entry.language.eq_ignore_ascii_case(language);
        let (own, others): (Vec<_>, Vec<_>) = self.entries.iter().partition(exactly);
        let wider = others.into_iter().filter(|entry| includes(&entry.language, language));
        own.into_iter()
            .chain(wider)
            .map(|entry| LexiconEntry { written: entry.written.clone(), spoken: entry.spoken.clone() })
            .collect()
    }
}

/// Whether a language tag stands for another with more parts: `pt` for `pt-BR`.
fn includes(wide: &str, narrow: &str) -> bool {
    let start = narrow.get(..wide.len()).is_some_and(|start| start.eq_ignore_ascii_case(wide));
    start && narrow[wide.len()..].starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(language: &str, written: &str) -> LanguageEntry {
        LanguageEntry { language: language.into(), written: written.into(), spoken: "x".into() }
    }

    #[test]
    fn entries_are_for_their_language_and_its_regions_the_narrower_first() {
        let entries = vec![entry("pt", "a"), entry("pt-BR", "b"), entry("pt-PT", "c"), entry("p", "d")];
        let lexicon = Lexicon { entries, ..Lexicon::default() };
        let found = |language| -> Vec<String> {
            lexicon.for_language(language).into_iter().map(|entry| entry.written).collect()
        };
        assert_eq!(found("pt-BR"), ["b", "a"]);
        assert_eq!(found("pt"), ["a"]);
        assert_eq!(found("pt-AO"), ["a"]);
        assert_eq!(found("ptx"), Vec::<String>::new());
    }

    #[test]
    fn an_ordinary_lexicon_fits_and_random_signs_do_not() {
        let named = |word: &dyn Fn(usize) -> String| Lexicon {
            entries: (0..MOST_ENTRIES).map(|i| entry("en", &word(i))).collect(),
            ..Lexicon::default()
        };
        assert!(named(&|i| format!("Nebuchadnezzar {i}")).fits());
        let noise = |i: usize| -> String {
            let hash = |part: usize| tenancy::ContentHash::of(format!("{i} {part}").as_bytes()).to_string();
            (0..20).map(hash).collect()
        };
        assert!(!named(&noise).fits());
    }
}
