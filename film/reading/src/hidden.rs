//! What captions leave out of a text, so that what is left reads as if it had never been there.

use std::ops::Range;

use crate::characters::is_space;
use crate::rewrite::{Kind, Rewrite};
use crate::script::is_word;
use crate::scripts::arabic_signs;

/// The parts of a stretch of the written text that are left out for a rewrite of it.
pub(crate) fn of(text: &str, rewrite: &Rewrite, written: Range<usize>) -> Vec<Range<usize>> {
    let chars = text[written.clone()].char_indices().map(|(at, c)| (written.start + at, c));
    match rewrite.kind {
        // A wish may be a mark on a name, which stays.
        Kind::Honorific => chars
            .filter(|(_, c)| arabic_signs::is_honorific(*c))
            .map(|(at, c)| at..at + c.len_utf8())
            .collect(),
        // The danda before the number ends the verse.
        Kind::VerseNumber => {
            let is_danda = |c: char| matches!(c, '।' | '॥' | '|' | '‖') || is_space(c);
            let start = text[written.clone()].find(|c| !is_danda(c)).unwrap_or(0) + written.start;
            vec![Range { start, ..written }]
        }
        _ => vec![written],
    }
}

/// The ranges in order, joined where they touch, widened so that neither two spaces nor an empty line nor empty
/// brackets are left where they stood.
pub(crate) fn tidy(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let gap =
            |last: &Range<usize>| text.get(last.end..range.start).is_none_or(|gap| gap.chars().all(is_space));
        match joined.last_mut().filter(|last| gap(last)) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    let mut tidied: Vec<Range<usize>> = Vec::new();
    for range in joined {
        let from = tidied.last().map_or(0, |last| last.end);
        let range = widened(text, range, from);
        match tidied.last_mut().filter(|last| last.end >= range.start) {
            Some(last) => last.end = last.end.max(range.end),
            None => tidied.push(range),
        }
    }
    tidied
}

/// A range with the space and the brackets that nobody needs without it. It begins at `from` or later.
fn widened(text: &str, mut range: Range<usize>, from: usize) -> Range<usize> {
    let before = |at: usize| text[from..at].chars().next_back();
    let after = |at: usize| text[at..].chars().next();
    while let (Some(open), Some(close)) = (before(range.start), after(range.end)) {
        if !matches!((open, close), ('(', ')') | ('[', ']') | ('{', '}') | ('<', '>')) {
            break;
        }
        range = range.start - 1..range.end + 1;
    }
    let line_start = |at: usize| text[..at].chars().next_back().is_none_or(|c| c == '\n');
    let spaces_after =
        |at: usize| text[at..].chars().take_while(|c| is_space(*c)).map(char::len_utf8).sum::<usize>();
    let spaces_before = |at: usize| {
        let space = text[from..at].chars().rev().take_while(|c| is_space(*c));
        space.map(char::len_utf8).sum::<usize>()
    };
    let indent = spaces_before(range.start);
    if line_start(range.start - indent) {
        range = range.start - indent..range.end + spaces_after(range.end);
        // Nothing is left of the line: its break goes too.
        match after(range.end) {
            Some('\n') => range.end += 1,
            None if range.start > from => {
                range.start -= text[from..range.start].len() - text[from..range.start].trim_end().len()
            }
            _ => {}
        }
        return range;
    }
    let closes = |c: char| {
        matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '…' | ')' | ']' | '}' | '»' | '”' | '’')
            || c.is_whitespace()
    };
    let opens = |c: char| matches!(c, '(' | '[' | '{' | '«' | '“' | '‘' | '¿' | '¡');
    if after(range.end).is_none_or(closes) {
        range.start -= indent;
    } else if indent == 0 && before(range.start).is_some_and(opens) {
        range.end += spaces_after(range.end);
    }
    range
}

/// A text as captions show it, and where each of its bytes comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The text without what is left out.
    pub text: String,
    /// Where each kept stretch begins in `text`, and its range in the written text.
    pieces: Vec<(usize, Range<usize>)>,
}

impl Shown {
    /// A text without its hidden ranges ([`crate::Reading::hidden`]). Nothing takes the place of a range, but for one
    /// space where it held two words apart (`mercy<br>endures`). A range that does not fit the text is shown.
    pub fn new(text: &str, hidden: &[Range<usize>]) -> Self {
        let mut shown = Self { text: String::with_capacity(text.len()), pieces: Vec::new() };
        let mut at = 0;
        for range in hidden {
            let Some((kept, removed)) = text.get(at..range.start).zip(text.get(range.clone())) else {
                continue;
            };
            shown.keep(at, kept);
            let apart = shown.text.ends_with(is_word) && text[range.end..].starts_with(is_word);
            if apart && holds_apart(removed) {
                shown.text.push(' ');
            }
            at = range.end;
        }
        shown.keep(at, &text[at..]);
        shown
    }

    fn keep(&mut self, at: usize, kept: &str) {
        if !kept.is_empty() {
            self.pieces.push((self.text.len(), at..at + kept.len()));
            self.text.push_str(kept);
        }
    }

    /// The range in [`Self::text`] of a range in the written text; empty for what is left out.
    pub fn range(&self, written: &Range<usize>) -> Range<usize> {
        let of = |(start, kept): &(usize, Range<usize>)| {
            let (from, to) = (written.start.max(kept.start), written.end.min(kept.end));
            (from < to).then(|| start + from - kept.start..start + to - kept.start)
        };
        let parts = self.pieces.iter().filter_map(of);
        let whole = parts.reduce(|all, part| all.start..part.end);
        whole.unwrap_or_else(|| {
            let next = self.pieces.iter().find(|(_, kept)| kept.start >= written.end);
            let at = next.map_or(self.text.len(), |(start, _)| *start);
            at..at
        })
    }
}

/// True if what is removed stood between two words. Marks of emphasis stand within one, unless there is a space among
/// them: `*one* _two_`.
fn holds_apart(removed: &str) -> bool {
    !removed.starts_with(['*', '_', '~', '`', '<'])
        || removed.starts_with("<br")
        || removed.contains(is_space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, ReadingChoices, Treatment, read};

    /// What captions show where everything that can be is left out.
    fn shown(text: &str) -> String {
        let all = ReadingChoices {
            verse_numbers: Treatment::LeaveOut,
            footnote_marks: Treatment::LeaveOut,
            emoji: Treatment::LeaveOut,
            links: Treatment::LeaveOut,
            honorifics: Treatment::LeaveOut,
            other_scripts: Treatment::LeaveOut,
            ..ReadingChoices::default()
        };
        let language = if text.chars().any(|c| c > '\u{900}' && c < '\u{980}') { "hi" } else { "en" };
        let hidden = read(text, &Options::with(language, all, vec![])).hidden;
        Shown::new(text, &hidden).text
    }

    #[test]
    fn nothing_tells_that_something_was_left_out() {
        for (text, expected) in [
            ("*Good morning* 🙏🏽", "Good morning"),
            ("# Blessing", "Blessing"),
            ("- God is **faithful**", "God is faithful"),
            ("Peace 🕊️, and joy", "Peace, and joy"),
            ("good🙏day", "good day"),
            (
                "Read this (www.example.org/a), and rest https://example.org/x?a=1 #blessed",
                "Read this, and rest",
            ),
            (
                "world,ᵃ his only Son.[b] He will save* the world²",
                "world, his only Son. He will save the world",
            ),
            ("¹In the beginning. 16For God. [3] He restoreth.", "In the beginning. For God. He restoreth."),
            ("Grace\n\n[Verse 2]\nAmazing grace (x2)\nHow sweet", "Grace\n\nAmazing grace\nHow sweet"),
            ("Praise\n[Chorus]", "Praise"),
            ("(All stand) Let us pray.", "Let us pray."),
            ("Leader: The Lord be with you.", "The Lord be with you."),
            ("mercy<br/>endure", "mercy endure"),
            ("un**believ**able", "unbelievable"),
            ("*Good* _morning_ ~to~ you", "Good morning to you"),
            ("love (ἀγάπη) and ἀγάπη", "love and"),
            ("धर्मक्षेत्रे ॥ १.१ ॥ कुरुक्षेत्रे", "धर्मक्षेत्रे ॥ कुरुक्षेत्रे"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn every_kept_byte_knows_where_it_stands() {
        let text = "*Good* morning 🙏 to you";
        let shown = Shown::new(text, &[0..1, 5..6, 14..19]);
        assert_eq!(shown.text, "Good morning to you");
        assert_eq!(shown.range(&(1..5)), 0..4);
        assert_eq!(&shown.text[shown.range(&(7..14))], "morning");
        assert!(shown.range(&(15..19)).is_empty());
        assert_eq!(&shown.text[shown.range(&(0..text.len()))], shown.text);
    }
}
