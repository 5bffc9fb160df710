//! The words of a text as they are written, and which spoken words belong to each.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Byte ranges of a text's words by Unicode's rules (UAX #29): punctuation left out, every Han character on its own.
pub(crate) fn word_spans(text: &str) -> Vec<Range<usize>> {
    text.unicode_word_indices().map(|(start, word)| start..start + word.len()).collect()
}

/// Written words and the spoken words that stand for them: `23` is one written and two spoken words, `of the` may be
/// two written and one spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WordAlignment {
    /// Indices of the written words.
    pub(crate) written: Range<usize>,
    /// Indices of the spoken words; empty for words that are not spoken at all.
    pub(crate) spoken: Range<usize>,
}

/// Aligns the written words with the spoken ones, of which `spoken` gives the byte at which each begins.
///
/// The result is in order and covers every index of both sides exactly once. It is empty only without written words.
pub(crate) fn align(written: &[Range<usize>], spoken: &[usize]) -> Vec<WordAlignment> {
    let Some(last) = written.len().checked_sub(1) else { return Vec::new() };
    let mut matches: Vec<WordAlignment> = Vec::with_capacity(written.len());
    for (index, &byte) in spoken.iter().enumerate() {
        // A sign that is read out but is no word (`&`, `$`) goes with the word behind it.
        let word = written.partition_point(|range| range.end <= byte).min(last);
        match matches.last_mut() {
            Some(previous) if word < previous.written.end => previous.spoken.end = index + 1,
            Some(previous) => {
                // Words that were passed over are spoken as part of the one before them.
                previous.written.end = word;
                matches.push(WordAlignment { written: word..word + 1, spoken: index..index + 1 });
            }
            None => matches.push(WordAlignment { written: 0..word + 1, spoken: index..index + 1 }),
        }
    }
    match matches.last_mut() {
        Some(tail) => tail.written.end = written.len(),
        None => matches.push(WordAlignment { written: 0..written.len(), spoken: 0..0 }),
    }
    matches
}

/// Divides the time from `start` to `end` among written words in proportion to their characters. Gives the start and
/// end of each.
pub(crate) fn divide_time(text: &str, written: &[Range<usize>], start: f64, end: f64) -> Vec<(f64, f64)> {
    let letters = |range: &Range<usize>| text[range.clone()].chars().count() as f64;
    let total: f64 = written.iter().map(letters).sum();
    let mut before = 0.0;
    written
        .iter()
        .map(|range| {
            let from = start + (end - start) * before / total;
            before += letters(range);
            (from, start + (end - start) * before / total)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn starts(text: &str) -> Vec<Range<usize>> {
        word_spans(text)
    }

    #[test]
    fn words_leave_punctuation_out() {
        let text = "“Yea, though I walk—don't fear!”";
        let words: Vec<&str> = word_spans(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(words, ["Yea", "though", "I", "walk", "don't", "fear"]);
    }

    #[test]
    fn han_is_a_word_a_character_and_devanagari_is_not_split() {
        assert_eq!(word_spans("耶和华，我").len(), 4);
        let text = "यहोवा मेरा चरवाहा है।";
        let words: Vec<&str> = word_spans(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(words, ["यहोवा", "मेरा", "चरवाहा", "है"]);
    }

    #[test]
    fn a_number_said_in_two_words_is_one_written_word() {
        let words = starts("Psalm 23 says");
        assert_eq!(
            align(&words, &[0, 6, 7, 9]),
            [
                WordAlignment { written: 0..1, spoken: 0..1 },
                WordAlignment { written: 1..2, spoken: 1..3 },
                WordAlignment { written: 2..3, spoken: 3..4 },
            ]
        );
    }

    #[test]
    fn two_written_words_said_as_one_share_it() {
        let words = starts("house of the Lord");
        let matches = align(&words, &[0, 6, 13]);
        assert_eq!(matches[1], WordAlignment { written: 1..3, spoken: 1..2 });
        let shares = divide_time("house of the Lord", &words[1..3], 1.0, 2.0);
        assert_eq!(shares, [(1.0, 1.4), (1.4, 2.0)]);
    }

    #[test]
    fn a_sign_that_is_read_out_goes_with_the_next_word() {
        let words = starts("salt & light");
        assert_eq!(align(&words, &[0, 5, 7])[1], WordAlignment { written: 1..2, spoken: 1..3 });
    }

    proptest! {
        #[test]
        fn spans_are_ordered_in_bounds_and_cover_every_word(text in any::<String>()) {
            let spans = word_spans(&text);
            let mut end = 0;
            for span in &spans {
                prop_assert!(span.start >= end && span.start < span.end && span.end <= text.len());
                prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
                end = span.end;
            }
            for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
                prop_assert!(spans.iter().any(|span| span.contains(&at)), "{c:?} at {at} is in no word");
            }
        }

        #[test]
        fn matches_cover_both_sides_once_and_in_order(
            text in "[a-zA-Z0-9 ,.;&’अ-ह耶和华\n]{0,80}",
            mut spoken in prop::collection::vec(0_usize..240, 0..40),
        ) {
            let words = word_spans(&text);
            spoken.sort_unstable();
            let matches = align(&words, &spoken);
            prop_assert_eq!(matches.is_empty(), words.is_empty());
            let (mut next_written, mut next_spoken) = (0, 0);
            for one in &matches {
                prop_assert_eq!(one.written.start, next_written);
                prop_assert!(one.written.end > one.written.start);
                prop_assert_eq!(one.spoken.start, next_spoken);
                (next_written, next_spoken) = (one.written.end, one.spoken.end);
            }
            prop_assert_eq!(next_written, words.len());
            if !words.is_empty() {
                prop_assert_eq!(next_spoken, spoken.len());
            }
        }
    }
}
