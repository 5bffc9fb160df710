//! What a model that adds vowels gives, and the places of words that its corrections look at.

use std::ops::Range;

/// Gives each letter of a sentence its marks.
pub(super) trait Diacritizer {
    /// The marks of each of the sentence's letters, by the byte at which the letter stands, in order.
    fn marks(&mut self, sentence: &str) -> Result<Vec<(usize, &str)>, String>;

    /// A word with the model's marks, corrected by its place where the model or the voice is known to be wrong.
    fn corrected(&self, word: String, place: &Place<'_>) -> String;
}

/// Where a word stands.
pub(super) struct Place<'a> {
    /// What stands before it and behind it, up to the next space.
    pub(super) beside: [&'a str; 2],
    /// True if the reader pauses behind it.
    pub(super) pauses: bool,
}

impl<'a> Place<'a> {
    pub(super) fn of(word: &Range<usize>, text: &'a str) -> Self {
        let (before, behind) = (&text[..word.start], &text[word.end..]);
        let rest = behind.trim_start_matches([')', ']', '»', '”', '"']);
        let ends = rest.starts_with(['.', '،', '؛', '؟', '!', ':', ',', ';', '…', '\n']);
        Self {
            beside: [before.split_whitespace().next_back(), behind.split_whitespace().next()]
                .map(Option::unwrap_or_default),
            pauses: ends || rest.trim().is_empty(),
        }
    }
}
