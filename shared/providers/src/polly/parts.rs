//! Splits a text into parts that each fit into one call of Polly.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::document::escaped;

/// The limit of billed characters a call; tags are not billed.
const MAX_BILLED_CHARS: usize = 3_000;
/// The limit of characters a call with tags and entities: 6,000, less the tags that [`super::document::Document`] adds.
const MAX_SENT_CHARS: usize = 5_900;

/// The pause after a sentence, in milliseconds; the embedded voices pause as long there.
const SENTENCE_MS: u32 = 450;
/// The pause after a mark within a sentence, in milliseconds.
const COMMA_MS: u32 = 200;
/// The pause where the voice changes, or a long sentence is divided, without a mark, in milliseconds.
const CHANGE_MS: u32 = 80;

/// The pause after a part of a text, by the mark at its end, in milliseconds.
pub(super) fn pause_after(text: &str, part: &Range<usize>) -> u32 {
    let end = text[..part.end].trim_end().chars().rev().find(|c| !matches!(c, '"' | '”' | '’' | '»' | ')'));
    match end {
        Some('.' | '!' | '?' | '…' | '।' | '॥' | '۔' | '؟' | '。' | '！' | '？' | '׃') => {
            SENTENCE_MS
        }
        Some(',' | ';' | ':' | '—' | '–' | '،' | '؛' | '，' | '、') => COMMA_MS,
        _ => CHANGE_MS,
    }
}

fn fits(text: &str) -> bool {
    // Entities are counted even where plain text is sent, so that a text is split alike at every pace.
    let sent = |c: char| escaped(c).map_or(1, str::len);
    text.chars().count() <= MAX_BILLED_CHARS && text.chars().map(sent).sum::<usize>() <= MAX_SENT_CHARS
}

/// Byte ranges of a text, each as long as a call allows: whole sentences, or words of a sentence that is too long, or
/// characters of a word that is too long. Parts without a letter or digit are left out, because they are silent.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for piece in pieces(text) {
        match parts.last_mut() {
            Some(part) if fits(&text[part.start..piece.end]) => part.end = piece.end,
            _ => parts.push(piece),
        }
    }
    parts.retain(|part| text[part.clone()].chars().any(char::is_alphanumeric));
    parts
}

/// The text in pieces that each fit into a call, split as little as possible.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    for (at, sentence) in text.split_sentence_bound_indices() {
        if fits(sentence) {
            pieces.push(at..at + sentence.len());
            continue;
        }
        for (within, word) in sentence.split_word_bound_indices() {
            if fits(word) {
                pieces.push(at + within..at + within + word.len());
            } else {
                let start = at + within;
                pieces.extend(word.char_indices().map(|(i, c)| start + i..start + i + c.len_utf8()));
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_text_is_one_part_and_silence_none() {
        assert_eq!(split("Amen. So be it.").as_slice(), std::slice::from_ref(&(0..15)));
        assert!(split("").is_empty() && split(" … \n—").is_empty());
    }

    #[test]
    fn the_mark_at_the_end_of_a_part_says_how_long_the_pause_is() {
        for (text, pause) in
            [("He said, “Amen.” ", SENTENCE_MS), ("The word, ", COMMA_MS), ("The word ", CHANGE_MS)]
        {
            assert_eq!(pause_after(text, &(0..text.len())), pause, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_split_between_sentences() {
        let sentence = "He leadeth me beside the still waters. ";
        let text = sentence.repeat(200);
        let parts = split(&text);
        assert_eq!(parts.len(), 3);
        for part in &parts {
            assert!(
                part.start % sentence.len() == 0 && text[part.clone()].chars().count() <= MAX_BILLED_CHARS
            );
        }
    }

    #[test]
    fn a_long_sentence_is_split_between_words_and_a_long_word_anywhere() {
        let parts = split(&"शान्ति ".repeat(1_000)).len();
        assert!(parts >= 3, "{parts}");
        assert_eq!(split(&"a".repeat(7_000)).len(), 3);
        assert_eq!(split(&format!("a{}", "&".repeat(2_000))).len(), 1, "the rest is silent");
    }

    proptest! {
        #[test]
        fn parts_fit_and_leave_nothing_out_that_can_be_heard(text in "(\\PC{0,30}[.!।。 ]){0,300}") {
            let mut end = 0;
            for part in split(&text) {
                prop_assert!(part.start >= end && fits(&text[part.clone()]));
                prop_assert!(!text[end..part.start].chars().any(char::is_alphanumeric));
                end = part.end;
            }
            prop_assert!(!text[end..].chars().any(char::is_alphanumeric));
        }
    }
}
