//! What one voice speaks, and where its words come from.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::draft::Piece;

/// A stretch that one voice speaks in one language, in one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Byte range in the segment's text, never empty.
    pub spoken: Range<usize>,
    /// Byte range in the written text.
    pub written: Range<usize>,
    /// True if the two are the same, byte for byte. Otherwise the words of both belong to one another as a whole.
    pub verbatim: bool,
}

impl Segment {
    /// A text that is spoken as it is written.
    pub fn as_written(text: &str, language: &str) -> Self {
        let all = 0..text.len();
        let span = Span { spoken: all.clone(), written: all.clone(), verbatim: true };
        Self {
            written: all,
            spoken: text.to_owned(),
            language: language.to_owned(),
            spans: if text.is_empty() { Vec::new() } else { vec![span] },
        }
    }

    /// The byte range of the written text that a range of the spoken text comes from: exact for what stands as it is
    /// written, the whole stretch for what was rewritten.
    pub fn written_range(&self, spoken: Range<usize>) -> Range<usize> {
        let first = self.spans.partition_point(|span| span.spoken.end <= spoken.start);
        let end = spoken.end.max(spoken.start + 1);
        let touched = self.spans[first..].iter().take_while(|span| span.spoken.start < end);
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

impl Segment {
    pub(crate) fn extend(&mut self, piece: &Piece, text: &str) {
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

/// A segment as it is stored: spans by their length, because each begins where the one before it ends.
#[derive(Serialize, Deserialize)]
struct Stored {
    written: (usize, usize),
    spoken: String,
    language: String,
    /// None for one span that stands as it is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spans: Vec<StoredSpan>,
}

/// Bytes of spoken text, the byte at which their written text begins, and the length of that text where the two differ.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredSpan {
    Rewritten(usize, usize, usize),
    Verbatim(usize, usize),
}

impl From<Segment> for Stored {
    fn from(segment: Segment) -> Self {
        let Segment { written, spoken, language, spans } = segment;
        let whole = Span { spoken: 0..spoken.len(), written: written.clone(), verbatim: true };
        let stored = |span: Span| match span.verbatim {
            true => StoredSpan::Verbatim(span.spoken.len(), span.written.start),
            false => StoredSpan::Rewritten(span.spoken.len(), span.written.start, span.written.len()),
        };
        let spans = if spans == [whole] { Vec::new() } else { spans.into_iter().map(stored).collect() };
        Self { written: (written.start, written.end), spoken, language, spans }
    }
}

impl From<Stored> for Segment {
    fn from(stored: Stored) -> Self {
        let Stored { written: (start, end), spoken, language, spans } = stored;
        let mut at: usize = 0;
        let span = |span: StoredSpan| {
            let (length, written, verbatim) = match span {
                StoredSpan::Verbatim(length, start) => (length, start..start.saturating_add(length), true),
                StoredSpan::Rewritten(length, start, written) => {
                    (length, start..start.saturating_add(written), false)
                }
            };
            let from = at;
            at = from.saturating_add(length);
            Span { spoken: from..at, written, verbatim }
        };
        let spans = match spans.is_empty() && !spoken.is_empty() {
            true => vec![Span { spoken: 0..spoken.len(), written: start..end, verbatim: true }],
            false => spans.into_iter().map(span).collect(),
        };
        Self { written: start..end, spoken, language, spans }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, read};

    #[test]
    fn a_stored_segment_is_small_and_comes_back_as_it_was() {
        let plain = read("The Lord is my shepherd", &Options::new("en")).segments;
        assert_eq!(
            serde_json::to_string(&plain).unwrap(),
            r#"[{"written":[0,23],"spoken":"The Lord is my shepherd","language":"en"}]"#
        );
        for text in ["The Lord is my shepherd", "See *Ps 46:1* and ἀγάπη.", "", " 🙏 Amen (x3) "] {
            let segments = read(text, &Options::new("en")).segments;
            let stored = serde_json::to_string(&segments).unwrap();
            assert_eq!(serde_json::from_str::<Vec<Segment>>(&stored).unwrap(), segments, "{stored}");
        }
    }

    #[test]
    fn a_text_that_is_spoken_as_written_is_one_span() {
        let segment = Segment::as_written("Amen", "en");
        assert_eq!(segment.written_range(1..2), 1..2);
        assert_eq!(segment, read("Amen", &Options::new("en")).segments.remove(0));
    }
}
