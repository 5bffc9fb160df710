//! When a word is spoken.

use std::ops::Range;

/// A spoken word: where it stands in the scene's text, and when it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Byte range in the scene's text.
    pub span: Range<usize>,
    /// When it begins to be heard, in milliseconds from the start of the scene.
    pub start_ms: u32,
    /// When it has been heard, in milliseconds from the start of the scene.
    pub end_ms: u32,
}

/// The words of a written text as words of the part of it that is shown. `shown` gives the range of a word there, which is
/// empty for a word that is left out, and `None` for one whose time belongs to several words that are shown: these get it
/// by their length.
///
/// A word that is left out but heard, such as one that a person wants to hear and not to see, gives its time to the word
/// before it, or to the one behind it where there is none: the caption stays while it is heard.
pub fn shown_words(
    words: impl IntoIterator<Item = Word>,
    shown: impl Fn(&Range<usize>) -> Option<Range<usize>>,
) -> Vec<Word> {
    let mut kept: Vec<Word> = Vec::new();
    let mut early = None;
    for word in words {
        let Some(span) = shown(&word.span) else { continue };
        let is_heard = word.start_ms < word.end_ms;
        if !span.is_empty() {
            let start_ms = early.take().unwrap_or(word.start_ms);
            kept.push(Word { span, start_ms, ..word });
        } else if is_heard {
            match kept.last_mut() {
                Some(before) => before.end_ms = before.end_ms.max(word.end_ms),
                None => early = early.or(Some(word.start_ms)),
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(span: Range<usize>, start_ms: u32, end_ms: u32) -> Word {
        Word { span, start_ms, end_ms }
    }

    #[test]
    fn a_word_that_is_left_out_leaves_its_time_to_its_neighbour() {
        let words =
            [word(0..2, 0, 300), word(3..7, 300, 800), word(8..12, 800, 1200), word(13..14, 1200, 1200)];
        let shown = |hidden: Range<usize>| {
            shown_words(words.clone(), |span| {
                let before = span.start.min(hidden.start) + span.start.saturating_sub(hidden.end);
                Some(if hidden.contains(&span.start) { before..before } else { before..before + span.len() })
            })
        };
        assert_eq!(shown(3..8), [word(0..2, 0, 800), word(3..7, 800, 1200), word(8..9, 1200, 1200)]);
        assert_eq!(shown(0..3), [word(0..4, 0, 800), word(5..9, 800, 1200), word(10..11, 1200, 1200)]);
        assert_eq!(shown(13..14), words[..3]);
        assert_eq!(shown(0..14), []);
        let untimed = shown_words(words.clone(), |span| (span.start != 3).then(|| span.clone()));
        assert_eq!(untimed, [words[0].clone(), words[2].clone(), words[3].clone()]);
    }
}
