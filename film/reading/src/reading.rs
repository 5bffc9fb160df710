//! A text as it is read: segments for the voices, and what was rewritten.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::draft::{Draft, Piece};
use crate::rewrite::{Rewrite, Spoken};

/// A text as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What is spoken, in order. A segment without a word is left out, so there are none for a text that is all silent.
    pub segments: Vec<Segment>,
    /// What is spoken otherwise than written or not at all, in the order of the text. Their ranges do not overlap.
    pub rewrites: Vec<Rewrite>,
    /// Marks that ask for a repetition.
    pub repeats: Vec<Repeat>,
    /// Words that no reader can read, so that they are silent. A text of which this is a part should not be published
    /// as it is.
    pub unread: Vec<Unread>,
}

/// A stretch that one voice speaks in one language, in one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Byte range of the written text that it stands for.
    pub written: Range<usize>,
    /// The text for the voice.
    pub spoken: String,
    /// BCP 47.
    pub language: String,
    /// Where the spoken text comes from, in order; together they cover it.
    pub spans: Vec<Span>,
}

/// A stretch of a segment's text and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Byte range in the segment's text, never empty.
    pub spoken: Range<usize>,
    /// Byte range in the written text.
    pub written: Range<usize>,
    /// True if the two are the same, byte for byte. Otherwise the words of both belong to one another as a whole.
    pub verbatim: bool,
}

/// A mark that asks for a repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// Byte range of the mark.
    pub mark: Range<usize>,
    /// Byte range of what is to be repeated: the line before the mark, the line after a mark that stands alone before
    /// its lines, or what two marks enclose.
    pub stretch: Range<usize>,
    /// How often it is to be heard in all.
    pub times: u32,
}

/// Words that no reader can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Byte range in the written text.
    pub written: Range<usize>,
    /// ISO 15924 code of the script, for example `Syrc`, or `Hani` for kanji.
    pub script: String,
    /// True if the text's language is written in this script. Without these words the text makes no sense.
    pub own_script: bool,
}

impl Segment {
    /// The byte range of the written text that a range of the spoken text comes from: exact for what stands as it is
    /// written, the whole stretch for what was rewritten.
    pub fn written_range(&self, spoken: Range<usize>) -> Range<usize> {
        let touched = self.spans.iter().filter(|span| {
            span.spoken.start < spoken.end.max(spoken.start + 1) && span.spoken.end > spoken.start
        });
        touched
            .map(|span| match span.verbatim {
                false => span.written.clone(),
                true => {
                    let from = spoken.start.max(span.spoken.start) - span.spoken.start;
                    let to = spoken.end.min(span.spoken.end).max(spoken.start) - span.spoken.start;
                    span.written.start + from..span.written.start + to.max(from)
                }
            })
            .reduce(|all, part| all.start.min(part.start)..all.end.max(part.end))
            .unwrap_or(self.written.end..self.written.end)
    }
}

/// The segments of a finished draft, each one language.
pub(crate) fn segments(draft: &Draft, language: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for piece in draft.pieces() {
        let text = &draft.text()[piece.spoken.clone()];
        let own = piece.language.as_deref().unwrap_or(language);
        // What has no word, such as the full stop after a foreign word, stays with what it follows.
        let follows = piece.spoken.is_empty() || !has_word(text);
        match segments.last_mut().filter(|last| follows || last.language == own) {
            Some(segment) => segment.extend(piece, text),
            None => {
                let mut segment = Segment {
                    written: piece.written.clone(),
                    spoken: String::new(),
                    language: own.to_owned(),
                    spans: Vec::new(),
                };
                segment.extend(piece, text);
                segments.push(segment);
            }
        }
    }
    segments.retain(|segment| has_word(&segment.spoken));
    segments
}

fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

impl Segment {
    fn extend(&mut self, piece: &Piece, text: &str) {
        let start = self.spoken.len();
        self.spoken.push_str(text);
        self.written.end = self.written.end.max(piece.written.end);
        if !text.is_empty() {
            self.spans.push(Span {
                spoken: start..self.spoken.len(),
                written: piece.written.clone(),
                verbatim: piece.kind.is_none(),
            });
        }
    }
}

/// What a finished draft says otherwise than it is written. Pieces of one stretch become one rewrite.
pub(crate) fn rewrites(draft: &Draft) -> Vec<Rewrite> {
    let mut rewrites: Vec<Rewrite> = Vec::new();
    for piece in draft.pieces() {
        let Some(kind) = piece.kind else { continue };
        let text = &draft.text()[piece.spoken.clone()];
        match rewrites.last_mut().filter(|last| last.written.end > piece.written.start) {
            Some(last) => {
                last.written.end = last.written.end.max(piece.written.end);
                last.spoken.append(text, piece.language.as_deref());
            }
            None => {
                let mut spoken = Spoken::Silent;
                spoken.append(text, piece.language.as_deref());
                rewrites.push(Rewrite { written: piece.written.clone(), spoken, kind });
            }
        }
    }
    rewrites
}

impl Spoken {
    fn append(&mut self, more: &str, language: Option<&str>) {
        match self {
            Self::Text(text) | Self::In { text, .. } => text.push_str(more),
            Self::Silent if more.trim().is_empty() => {}
            Self::Silent => {
                let text = more.to_owned();
                *self = match language {
                    Some(language) => Self::In { language: language.to_owned(), text },
                    None => Self::Text(text),
                };
            }
        }
    }
}
