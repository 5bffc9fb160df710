//! Words of Arabic and Hebrew that are written without their vowels.
//!
//! Both scripts leave short vowels out, and a voice then reads a word as its consonants alone. What adds them is not part
//! of this crate; this file says which words lack them, and how a word with its points is written for the voice.

use std::ops::Range;

use crate::options::Options;
use crate::script::is_mark;
use crate::scripts::{arabic, hebrew};

/// Names what the narrator's models give to words without vowels, and the rules around them. Another number stands for
/// another sound of the same text, so it is to be raised with every change of these.
pub const VOWELS_VERSION: u32 = 1;

/// The languages whose words can be given their vowels, by the primary language of a tag. Persian and Urdu have the
/// Arabic script, but vowels of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unvowelled {
    /// Arabic.
    Arabic,
    /// Hebrew, also under its old code `iw`.
    Hebrew,
}

impl Unvowelled {
    /// The language of a tag (`ar-EG`), if it is one of these.
    pub fn of(language: &str) -> Option<Self> {
        match Options::new(language).primary().as_str() {
            "ar" => Some(Self::Arabic),
            "he" | "iw" => Some(Self::Hebrew),
            _ => None,
        }
    }

    /// Byte ranges of the words that have no point at all, in order. A word with a single one counts as pointed: its
    /// writer has said how it is read, and it stays as it is. A lone Hebrew letter is a numeral or a label, and is
    /// passed over.
    pub fn words(self, text: &str) -> Vec<Range<usize>> {
        let (mut words, shortest) = match self {
            Self::Arabic => (arabic::words(text), 1),
            Self::Hebrew => (hebrew::words(text), 2),
        };
        words.retain(|word| {
            let word = &text[word.clone()];
            word.chars().filter(|c| c.is_alphabetic()).count() >= shortest && !word.chars().any(is_mark)
        });
        words
    }

    /// A word with its points as the voice needs it: each letter's own mark before its vowel, and letters instead of the
    /// points that espeak-ng does not know.
    pub fn spell(self, pointed: &str) -> String {
        match self {
            Self::Arabic => arabic::spell_word(pointed),
            Self::Hebrew => hebrew::read(pointed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: &str, text: &str) -> Vec<String> {
        let words = Unvowelled::of(language).map(|language| language.words(text)).unwrap_or_default();
        words.into_iter().map(|word| text[word].to_owned()).collect()
    }

    #[test]
    fn words_without_a_point_are_found_and_others_are_not() {
        assert_eq!(words("he", "בראשית בָּרָא אלהים, 7 ABC"), ["בראשית", "אלהים"]);
        assert_eq!(words("ar-EG", "قال رَبِّ و ١٢ محمّد"), ["قال", "و"]);
        assert_eq!(words("iw", "א שלום־רב"), ["שלום", "רב"]);
        assert!(words("fa", "خداوند").is_empty() && words("en", "שלום").is_empty());
    }

    #[test]
    fn a_pointed_word_is_written_for_the_voice() {
        assert_eq!(Unvowelled::Hebrew.spell("כֹּל"), "כּוֹל");
        assert_eq!(Unvowelled::Arabic.spell("رَب\u{064E}\u{0651}نَا"), "رَب\u{0651}\u{064E}نَا");
    }
}
