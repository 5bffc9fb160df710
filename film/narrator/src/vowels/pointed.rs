//! A text in which words were given their vowels, and where each of its words stands in the text without them.

use std::ops::Range;

/// A text with vowels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pointed {
    /// The text for the voice.
    pub(crate) text: String,
    /// For each changed word, its byte range in the text with vowels and in the one without, in order.
    words: Vec<(Range<usize>, Range<usize>)>,
}

impl Pointed {
    /// A text that needs no vowels.
    pub(crate) fn unchanged(text: &str) -> Self {
        Self { text: text.to_owned(), words: Vec::new() }
    }

    /// A text whose words at the given ranges, in order, are written otherwise.
    pub(super) fn new(bare: &str, edits: Vec<(Range<usize>, String)>) -> Self {
        let mut pointed = Self { text: String::with_capacity(bare.len() * 2), words: Vec::new() };
        let mut end = 0;
        for (range, word) in edits {
            pointed.text.push_str(&bare[end..range.start]);
            let start = pointed.text.len();
            pointed.text.push_str(&word);
            end = range.end;
            pointed.words.push((start..pointed.text.len(), range));
        }
        pointed.text.push_str(&bare[end..]);
        pointed
    }

    /// True if no word was changed.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.words.is_empty()
    }

    /// The same without vowels on the words at the given places of the text with them.
    pub(crate) fn without(&self, bare: &str, places: &[usize]) -> Self {
        let kept = self.words.iter().filter(|(with, _)| !places.iter().any(|place| with.contains(place)));
        Self::new(
            bare,
            kept.map(|(with, without)| (without.clone(), self.text[with.clone()].to_owned())).collect(),
        )
    }

    /// The byte range of the text without vowels that a range of the text with them stands for. What lies within a
    /// changed word stands for the whole word.
    pub(crate) fn bare_range(&self, range: Range<usize>) -> Range<usize> {
        self.bare(range.start, false)..self.bare(range.end, true)
    }

    fn bare(&self, at: usize, is_end: bool) -> usize {
        let after = self.words.partition_point(|(with, _)| with.start < at || !is_end && with.start == at);
        let Some((with, without)) = after.checked_sub(1).map(|before| &self.words[before]) else { return at };
        match at < with.end || is_end && at == with.end {
            true if is_end => without.end,
            true => without.start,
            false => without.end + (at - with.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_the_text_without_vowels() {
        let bare = "xy ab, cd e";
        let pointed = Pointed::new(bare, vec![(3..5, "a1b2".to_owned()), (7..9, "c33d".to_owned())]);
        assert_eq!(pointed.text, "xy a1b2, c33d e");
        for (range, expected) in
            [(0..2, 0..2), (3..7, 3..5), (4..5, 3..5), (7..8, 5..6), (9..13, 7..9), (14..15, 10..11)]
        {
            assert_eq!(pointed.bare_range(range.clone()), expected, "{range:?}");
        }
        assert_eq!(pointed.without(bare, &[4]).text, "xy ab, c33d e");
        assert_eq!(Pointed::unchanged(bare).bare_range(3..5), 3..5);
    }
}
