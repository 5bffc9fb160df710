//! A text on its way from what is written to what is spoken, which knows where each of its bytes comes from.

use std::ops::Range;

use crate::rewrite::{Kind, Rewrite, Spoken};
use crate::script::is_word;

/// The text as the passes so far have left it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    text: String,
    /// In order; together they cover the draft's text and the written text.
    pieces: Vec<Piece>,
}

/// A stretch of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Byte range in the draft's text; empty for what is not spoken.
    pub(crate) spoken: Range<usize>,
    /// Byte range in the written text. Pieces of one rewritten stretch have the same range.
    pub(crate) written: Range<usize>,
    /// Why it was rewritten; none for a stretch that stands as it is written.
    pub(crate) kind: Option<Kind>,
    /// The language of another reader.
    pub(crate) language: Option<String>,
}

impl Draft {
    /// A draft that nothing has changed yet.
    pub(crate) fn new(text: &str) -> Self {
        let all = 0..text.len();
        let pieces = match text.is_empty() {
            true => Vec::new(),
            false => vec![Piece { spoken: all.clone(), written: all, kind: None, language: None }],
        };
        Self { text: text.to_owned(), pieces }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The byte range of the written text that a range of the draft comes from.
    pub(crate) fn written(&self, spoken: Range<usize>) -> Range<usize> {
        let first = self.pieces.partition_point(|piece| piece.spoken.end <= spoken.start);
        let touched = self.pieces[first..].iter().take_while(|piece| piece.spoken.start < spoken.end);
        touched
            .map(|piece| piece.part(&spoken))
            .reduce(|all, part| all.start.min(part.start)..all.end.max(part.end))
            .unwrap_or(0..0)
    }

    /// The draft after the rewrites, whose ranges count in the draft's text, are in order, and do not overlap. A range
    /// that is empty, overlaps the one before it or divides a character is left out.
    pub(crate) fn apply(&self, rewrites: &[Rewrite]) -> Self {
        let mut next = Self { text: String::with_capacity(self.text.len()), pieces: Vec::new() };
        let mut cursor = Cursor { draft: self, piece: 0, at: 0 };
        for Rewrite { written, spoken, kind } in rewrites {
            if written.is_empty() || written.start < cursor.at || self.text.get(written.clone()).is_none() {
                continue;
            }
            cursor.copy_until(written.start, &mut next);
            let source = cursor.skip_until(written.end);
            let start = next.text.len();
            let mut own = None;
            match spoken {
                Spoken::Silent => {
                    let before = self.text[..written.start].chars().next_back();
                    let after = self.text[written.end..].chars().next();
                    if !kind.joins() && before.is_some_and(is_word) && after.is_some_and(is_word) {
                        next.text.push(' ');
                    }
                }
                Spoken::Text(text) => next.text.push_str(text),
                Spoken::In { language, text } => {
                    next.text.push_str(text);
                    own = Some(language.clone());
                }
            }
            let spoken = start..next.text.len();
            next.pieces.push(Piece { spoken, written: source, kind: Some(*kind), language: own });
        }
        cursor.copy_until(self.text.len(), &mut next);
        next
    }
}

impl Piece {
    /// The written range of the part of this piece that lies in `spoken`. Only a stretch that stands as written can be
    /// divided.
    fn part(&self, spoken: &Range<usize>) -> Range<usize> {
        if self.kind.is_some() {
            return self.written.clone();
        }
        let from = spoken.start.max(self.spoken.start) - self.spoken.start;
        let to = spoken.end.min(self.spoken.end) - self.spoken.start;
        self.written.start + from..self.written.start + to
    }
}

/// Walks through the pieces of a draft.
struct Cursor<'a> {
    draft: &'a Draft,
    /// Index of the piece that holds `at`.
    piece: usize,
    /// Bytes of the draft's text before the cursor.
    at: usize,
}

impl Cursor<'_> {
    /// Copies what lies before `end`, and the silent pieces at `end`.
    fn copy_until(&mut self, end: usize, next: &mut Draft) {
        while let Some(piece) = self.draft.pieces.get(self.piece) {
            if piece.spoken.start >= end && !piece.spoken.is_empty() || piece.spoken.start > end {
                break;
            }
            let spoken = self.at.max(piece.spoken.start)..piece.spoken.end.min(end);
            if piece.spoken.is_empty() || !spoken.is_empty() {
                let start = next.text.len();
                next.text.push_str(&self.draft.text[spoken.clone()]);
                let part = Piece {
                    spoken: start..next.text.len(),
                    written: if piece.spoken.is_empty() {
                        piece.written.clone()
                    } else {
                        piece.part(&spoken)
                    },
                    ..piece.clone()
                };
                next.pieces.push(part);
            }
            if piece.spoken.end > end {
                break;
            }
            self.piece += 1;
        }
        self.at = end;
    }

    /// Passes over what lies before `end`, and gives the written range of it.
    fn skip_until(&mut self, end: usize) -> Range<usize> {
        let from = self.at;
        let mut source: Option<Range<usize>> = None;
        while let Some(piece) = self.draft.pieces.get(self.piece) {
            if piece.spoken.start >= end {
                break;
            }
            let part = match piece.spoken.is_empty() {
                true => piece.written.clone(),
                false => piece.part(&(from..end)),
            };
            source = Some(match source {
                Some(all) => all.start.min(part.start)..all.end.max(part.end),
                None => part,
            });
            if piece.spoken.end > end {
                break;
            }
            self.piece += 1;
        }
        self.at = end;
        source.unwrap_or(0..0)
    }
}

/// Merges what several passes found in the same text: where two overlap, the pass that stands first in the list wins,
/// and within a pass the rewrite that begins first. The time grows with the number of rewrites, times the passes.
pub(crate) fn merge(passes: impl IntoIterator<Item = Vec<Rewrite>>) -> Vec<Rewrite> {
    passes.into_iter().fold(Vec::new(), |merged, mut found| {
        found.retain(|rewrite| !rewrite.written.is_empty());
        found.sort_by_key(|rewrite| rewrite.written.start);
        if merged.is_empty() && found.is_sorted_by(|one, next| one.written.end <= next.written.start) {
            return found;
        }
        let mut both: Vec<Rewrite> = Vec::with_capacity(merged.len() + found.len());
        let mut kept = merged.into_iter().peekable();
        for rewrite in found {
            while let Some(before) = kept.next_if(|other| other.written.end <= rewrite.written.start) {
                both.push(before);
            }
            let behind = both.last().is_none_or(|last| last.written.end <= rewrite.written.start);
            let before = kept.peek().is_none_or(|next| next.written.start >= rewrite.written.end);
            if behind && before {
                both.push(rewrite);
            }
        }
        both.extend(kept);
        both
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent(written: Range<usize>, kind: Kind) -> Rewrite {
        Rewrite::silent(written, kind)
    }

    #[test]
    fn an_earlier_pass_wins() {
        let first = vec![Rewrite::text(2..5, "a", Kind::Reference)];
        let second = vec![
            Rewrite::text(0..2, "b", Kind::Number),
            Rewrite::text(4..7, "c", Kind::Number),
            Rewrite::text(5..6, "d", Kind::Number),
        ];
        let ranges: Vec<Range<usize>> = merge([first, second]).into_iter().map(|one| one.written).collect();
        assert_eq!(ranges, [0..2, 2..5, 5..6]);
    }

    #[test]
    fn a_silent_word_keeps_its_neighbours_apart_and_a_silent_mark_does_not() {
        let draft = Draft::new("good🙏day un**done**");
        let next = draft.apply(&[
            silent(4..8, Kind::Emoji),
            silent(14..16, Kind::Markup),
            silent(20..22, Kind::Markup),
        ]);
        assert_eq!(next.text(), "good day undone");
    }

    #[test]
    fn what_is_rewritten_twice_belongs_to_all_that_it_came_from() {
        let draft = Draft::new("See Ps. **46**:1 now");
        let clean = draft.apply(&[silent(8..10, Kind::Markup), silent(12..14, Kind::Markup)]);
        assert_eq!(clean.text(), "See Ps. 46:1 now");
        let read = clean.apply(&[Rewrite::text(4..12, "Psalm 46, verse 1", Kind::Reference)]);
        assert_eq!(read.text(), "See Psalm 46, verse 1 now");
        assert_eq!(read.written(4..9), 4..16);
        assert_eq!(read.written(22..25), 17..20);
        assert_eq!(read.pieces().len(), 3);
    }

    #[test]
    fn the_pieces_cover_both_texts() {
        let draft = Draft::new("a *b* c¹ d").apply(&[
            silent(2..3, Kind::Markup),
            silent(4..5, Kind::Markup),
            silent(7..9, Kind::FootnoteMark),
        ]);
        let again = draft.apply(&[Rewrite::text(2..3, "bee", Kind::Lexicon)]);
        assert_eq!(again.text(), "a bee c d");
        let (mut spoken, mut written) = (0, 0);
        for piece in again.pieces() {
            assert_eq!((piece.spoken.start, piece.written.start), (spoken, written));
            (spoken, written) = (piece.spoken.end, piece.written.end);
        }
        assert_eq!((spoken, written), (again.text().len(), 11));
    }
}
