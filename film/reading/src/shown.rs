//! A text as captions show it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::characters::is_space;
use crate::script::is_word;

/// Words that are heard again in place of a mark such as `(x2)` or a bare `[Chorus]`, so that captions show them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sung {
    /// Byte range of the mark in the written text.
    pub mark: Range<usize>,
    /// Byte range of the words.
    pub words: Range<usize>,
    /// How often they are heard in place of the mark.
    pub times: u32,
}

/// A text as captions show it, and where each of its bytes comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The text without what is left out.
    pub text: String,
    /// Where each kept stretch begins in `text`, and its range in the written text.
    pieces: Vec<(usize, Range<usize>)>,
    /// The words of the written text whose times hold those of words that are shown again: a mark that stands for them,
    /// or the word before a mark without a word.
    without_times: Vec<Range<usize>>,
}

impl Shown {
    /// A text without its hidden ranges ([`crate::Reading::hidden`]), with the words that are sung again in place of hidden
    /// marks ([`crate::Reading::sung`]), each time on lines of their own. Nothing takes the place of another range, but for
    /// one space where it held two words apart (`mercy<br>endures`). A range that does not fit the text is shown, and
    /// nothing is shown again for a mark that is not hidden.
    pub fn new(text: &str, hidden: &[Range<usize>], sung: &[Sung]) -> Self {
        let mut shown = Self { text: String::with_capacity(text.len()), ..Self::default() };
        let mut at = 0;
        for range in hidden {
            let Some((kept, removed)) = text.get(at..range.start).zip(text.get(range.clone())) else {
                continue;
            };
            shown.keep(at, kept);
            at = range.end;
            let lines = removed.chars().take_while(|c| c.is_whitespace()).filter(|c| *c == '\n').count();
            let mut again = false;
            for sung in sung.iter().filter(|sung| range.contains(&sung.mark.start)) {
                // A blank line that goes with a name that stands alone stays where the words take its place.
                if !again && !shown.text.is_empty() {
                    shown.text.push_str(&"\n".repeat(lines));
                }
                again |= shown.repeat(text, hidden, sung);
            }
            if again {
                // What follows on the line of the mark begins a line of its own.
                at += text[at..].len() - text[at..].trim_start_matches(is_space).len();
                if !text[at..].is_empty() && !text[at..].starts_with('\n') {
                    shown.text.push('\n');
                }
            } else if shown.text.ends_with(is_word) && text[at..].starts_with(is_word) && holds_apart(removed)
            {
                shown.text.push(' ');
            }
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

    /// Shows the words that are sung again on lines of their own; false if there are none.
    fn repeat(&mut self, text: &str, hidden: &[Range<usize>], sung: &Sung) -> bool {
        let Some((words, mark)) = text.get(sung.words.clone()).zip(text.get(sung.mark.clone())) else {
            return false;
        };
        let within = |range: &Range<usize>| {
            let (start, end) = (range.start.max(sung.words.start), range.end.min(sung.words.end));
            (start < end).then(|| start - sung.words.start..end - sung.words.start)
        };
        let inside: Vec<_> = hidden.iter().filter_map(within).collect();
        let words = Self::new(words, &inside, &[]).text;
        for _ in 0..sung.times {
            if !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            self.text.push_str(words.trim());
        }
        let mut without_times = sung.mark.clone();
        if !mark.contains(is_word) {
            // A voice has told the time of these words as that of the word before.
            let last = text[..sung.mark.start].rfind(is_word);
            without_times.start = last.unwrap_or(without_times.start);
        }
        self.without_times.push(without_times);
        sung.times > 0
    }

    /// Where a word of the written text is shown, for a caption that is timed by it: as [`range`](Self::range), and `None`
    /// for a word whose time is also that of words that are shown again.
    pub fn timed(&self, written: &Range<usize>) -> Option<Range<usize>> {
        let shared = |range: &Range<usize>| written.start < range.end && range.start < written.end;
        (!self.without_times.iter().any(shared)).then(|| self.range(written))
    }

    /// The range in [`Self::text`] of a range in the written text; empty for what is left out.
    pub fn range(&self, written: &Range<usize>) -> Range<usize> {
        let of = |(start, kept): &(usize, Range<usize>)| {
            let (from, to) = (written.start.max(kept.start), written.end.min(kept.end));
            (from < to).then(|| start + from - kept.start..start + to - kept.start)
        };
        let first = self.pieces.partition_point(|(_, kept)| kept.end <= written.start);
        let touched = self.pieces[first..].iter().take_while(|(_, kept)| kept.start < written.end);
        let whole = touched.filter_map(of).reduce(|all, part| all.start..part.end);
        whole.unwrap_or_else(|| {
            let next = self.pieces.partition_point(|(_, kept)| kept.start < written.end);
            let at = self.pieces.get(next).map_or(self.text.len(), |(start, _)| *start);
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
        Shown::new(text, &hidden, &[]).text
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
        let shown = Shown::new(text, &[0..1, 5..6, 14..19], &[]);
        assert_eq!(shown.text, "Good morning to you");
        assert_eq!(shown.range(&(1..5)), 0..4);
        assert_eq!(&shown.text[shown.range(&(7..14))], "morning");
        assert!(shown.range(&(15..19)).is_empty());
        assert_eq!(&shown.text[shown.range(&(0..text.len()))], shown.text);
    }

    #[test]
    fn what_is_sung_again_is_shown_again() {
        for (text, expected) in [
            (
                "Grace\n\nBless the Lord (x3)\nHis name",
                "Grace\n\nBless the Lord\nBless the Lord\nBless the Lord\nHis name",
            ),
            ("Praise him (x2)", "Praise him\nPraise him"),
            ("// Glory to God // on high", "Glory to God\nGlory to God\non high"),
            (
                "[Chorus]\n*Praise* him\nall\n\n[Verse]\nGlory\n\n[Chorus]",
                "Praise him\nall\n\nGlory\n\nPraise him\nall",
            ),
            ("Holy, holy\nholy Lord\n(x2)\nAmen", "Holy, holy\nholy Lord\nHoly, holy\nholy Lord\nAmen"),
        ] {
            let reading = read(text, &Options::default());
            assert_eq!(Shown::new(text, &reading.hidden, &reading.sung()).text, expected, "{text}");
        }
        let shows_marks = ReadingChoices { repeat_marks: Treatment::Show, ..ReadingChoices::default() };
        let reading = read("Praise him (x2)", &Options::with("en", shows_marks, vec![]));
        assert_eq!(Shown::new("Praise him (x2)", &reading.hidden, &reading.sung()).text, "Praise him (x2)");
    }

    #[test]
    fn a_mark_gives_its_time_to_what_is_shown_for_it() {
        let text = "Praise him (x2)";
        let reading = read(text, &Options::default());
        let shown = Shown::new(text, &reading.hidden, &reading.sung());
        assert_eq!(
            (shown.timed(&(0..6)), shown.timed(&(7..10)), shown.timed(&(12..14))),
            (Some(0..6), Some(7..10), None)
        );
        let text = "Praise him // Amen";
        let reading = read(text, &Options::default());
        let shown = Shown::new(text, &reading.hidden, &reading.sung());
        assert_eq!((shown.timed(&(0..6)), shown.timed(&(7..10))), (Some(0..6), None), "{reading:?}");
    }
}
