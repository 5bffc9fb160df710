//! A text taken apart: its words and the other things in it, in order, and the text that is made of them again.

use std::ops::Range;

use film_reading::Treatment;

use crate::kind::{Choices, Format, Kind};

/// How far a piece is from the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    #[default]
    None,
    /// A new line.
    Line,
    /// A blank line.
    Paragraph,
}

/// A stretch of the source that is of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// `None` for the words of the text.
    pub kind: Option<Kind>,
    /// What is written if the piece stays in the text.
    pub text: String,
    /// What is written if it is left out: the plain letters of a letter form, nothing for everything else.
    pub instead: String,
    /// Byte range in the source.
    pub span: Range<usize>,
    pub before: Break,
}

impl Piece {
    /// True if the text stands in the source as it is, but for the kind of its line end.
    fn is_verbatim(&self, source: &str) -> bool {
        source.get(self.span.clone()).is_some_and(|own| own.starts_with(self.text.trim_end_matches('\n')))
    }

    /// Divides the piece at the stretches of other kinds: byte ranges of its text, in order, not overlapping.
    pub fn divide(self, source: &str, found: &[Stretch], into: &mut Vec<Self>) {
        if found.is_empty() {
            return into.push(self);
        }
        let verbatim = self.is_verbatim(source);
        let (mut at, mut before) = (0, self.before);
        let mut take = |range: Range<usize>, kind: Option<Kind>, instead: String| {
            let Some(text) = self.text.get(range.clone()).filter(|text| !text.is_empty()) else { return };
            let span = match verbatim {
                true => {
                    let end = self.span.start + range.end;
                    self.span.start + range.start..if range.end == self.text.len() {
                        self.span.end
                    } else {
                        end
                    }
                }
                false => self.span.clone(),
            };
            into.push(Self {
                kind,
                text: text.to_owned(),
                instead,
                span,
                before: std::mem::take(&mut before),
            });
        };
        for (range, kind, instead) in found {
            take(at..range.start, None, String::new());
            take(range.clone(), Some(*kind), instead.clone());
            at = range.end;
        }
        take(at..self.text.len(), None, String::new());
    }
}

/// A stretch of a piece's text that is not words: its range, its kind, and what is written instead of it.
pub(crate) type Stretch = (Range<usize>, Kind, String);

/// A text taken apart.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub pieces: Vec<Piece>,
    /// The name of the text, as its heading gives it.
    pub title: Option<String>,
    /// BCP 47, if the source states it.
    pub language: Option<String>,
    /// White space means nothing but a space.
    folds: bool,
    /// The break that the next piece gets.
    pending: Break,
}

impl Document {
    /// Begins a new line.
    pub fn line(&mut self) {
        self.pending = self.pending.max(Break::Line);
    }

    /// Begins a new paragraph.
    pub fn paragraph(&mut self) {
        self.pending = Break::Paragraph;
    }

    /// Words as they are, line breaks included.
    pub fn exact(&mut self, text: impl Into<String>, span: Range<usize>) {
        self.push(None, text.into(), span);
    }

    /// Words whose white space means nothing but a space.
    pub fn words(&mut self, text: &str, span: Range<usize>) {
        self.folds = true;
        self.push(None, fold(text), span);
    }

    /// Something else than words.
    pub fn part(&mut self, kind: Kind, text: impl Into<String>, span: Range<usize>) {
        self.push(Some(kind), text.into(), span);
    }

    /// The number of a verse, in the form in which the film knows it: raised, before its verse.
    pub fn verse_number(&mut self, number: &str, span: Range<usize>) {
        let number = number.trim();
        if !number.is_empty() {
            let raised: Option<String> = number.chars().map(raised).collect();
            self.part(Kind::VerseNumber, raised.unwrap_or_else(|| format!("[{number}]")) + " ", span);
        }
    }

    /// A note within the text, in brackets if it is kept there.
    pub fn note(&mut self, kind: Kind, text: &str, span: Range<usize>) {
        let text = fold(text);
        let text = text.trim();
        self.part(kind, if text.is_empty() { String::new() } else { format!(" [{text}]") }, span);
    }

    fn push(&mut self, kind: Option<Kind>, text: String, span: Range<usize>) {
        // A part without words (an empty note) is still found; words without a letter or space are nothing.
        if kind.is_some() || !text.is_empty() {
            let before = std::mem::take(&mut self.pending);
            self.pieces.push(Piece { kind, text, instead: String::new(), span, before });
        }
    }

    /// The text under these choices.
    pub fn text(&self, format: Format, choices: &Choices) -> String {
        let mut text = Text { folds: self.folds, ..Text::default() };
        for piece in &self.pieces {
            text.part(piece.before);
            let left_out =
                piece.kind.is_some_and(|kind| treatment(kind, format, choices) == Treatment::LeaveOut);
            match left_out {
                true if piece.instead.is_empty() => text.cut = true,
                true => text.write(&piece.instead),
                false => text.write(&piece.text),
            }
        }
        text.end()
    }
}

/// What is done with a kind under these choices.
pub(crate) fn treatment(kind: Kind, format: Format, choices: &Choices) -> Treatment {
    choices.get(&kind).copied().unwrap_or_else(|| kind.default_treatment(format))
}

/// The text while it is written.
#[derive(Default)]
struct Text {
    written: String,
    pending: Break,
    /// Something was left out since the last words.
    cut: bool,
    /// No two spaces follow each other.
    folds: bool,
}

impl Text {
    fn part(&mut self, by: Break) {
        self.pending = self.pending.max(by);
    }

    fn write(&mut self, mut text: &str) {
        if self.pending > Break::None && !self.written.is_empty() {
            text = text.trim_start_matches(BLANK);
            if text.is_empty() {
                return;
            }
            self.trim_end();
            let wanted = if self.pending == Break::Paragraph { 2 } else { 1 };
            let there = self.written.len() - self.written.trim_end_matches('\n').len();
            self.written.extend(std::iter::repeat_n('\n', usize::saturating_sub(wanted, there)));
        } else if self.cut {
            // What was left out takes the space on one of its sides with it, and its line if nothing else is on it.
            if self.written.is_empty() || self.written.ends_with(char::is_whitespace) {
                text = text.trim_start_matches(BLANK);
            }
            if text.starts_with('\n') {
                self.trim_end();
                if self.written.is_empty() || self.written.ends_with('\n') {
                    text = &text[1..];
                }
            }
        }
        if self.folds && (self.written.is_empty() || self.written.ends_with([' ', '\n'])) {
            text = text.trim_start_matches(BLANK);
        }
        if self.folds && text.is_empty() {
            return;
        }
        self.pending = Break::None;
        self.cut = self.cut && text.is_empty();
        self.written.push_str(text);
    }

    fn trim_end(&mut self) {
        self.written.truncate(self.written.trim_end_matches(BLANK).len());
    }

    fn end(mut self) -> String {
        if self.cut || self.folds {
            self.written.truncate(self.written.trim_end().len());
        }
        self.written
    }
}

/// White space within a line.
const BLANK: &[char] = &[' ', '\t'];

/// Every run of white space as one space.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if c != ' ' || !folded.ends_with(' ') {
            folded.push(c);
        }
    }
    folded
}

/// A digit or sign of a verse number, raised.
fn raised(c: char) -> Option<char> {
    Some(match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '-' | '–' => '⁻',
        _ => return None,
    })
}
