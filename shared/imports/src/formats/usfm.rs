//! USFM, by the tape of `usfm3`, which reads damaged files and fragments too.

use std::ops::Range;

use usfm3::low_level::{Node, NodeKind};
use usfm3::{Version, parse};

use crate::document::Document;
use crate::formats::sections::Passage;
use crate::formats::styles::{Style, style};
use crate::kind::Kind;
use crate::source::start;

/// Bytes after which a source is divided at the next verse or paragraph, and the most that are read at once. The
/// parser looks back and ahead within what it is given, so that its time would grow with the square of the length for
/// markers that are never closed.
const PIECE: Range<usize> = 2_048..8_192;

pub(super) fn read(source: &str) -> Document {
    let mut reader = Reader { source, document: Document::default(), passage: Passage::default() };
    let mut at = start(source);
    while at < source.len() {
        let end = end_of_piece(source, at);
        reader.piece(at..end);
        at = end;
    }
    reader.document.title = reader.passage.title();
    reader.document
}

/// Where a piece that begins here ends: at a verse or paragraph, so that no note is cut.
fn end_of_piece(source: &str, at: usize) -> usize {
    let boundary =
        |at: usize| (at..source.len()).find(|at| source.is_char_boundary(*at)).unwrap_or(source.len());
    let (least, most) = (boundary(at + PIECE.start), boundary(at + PIECE.end));
    let starts = source[least..most].match_indices('\\').find(|(offset, _)| {
        let marker = source[least + offset + 1..].split(|c: char| !c.is_ascii_alphanumeric()).next();
        matches!(marker, Some("v" | "c" | "p" | "q" | "q1" | "q2" | "m" | "s" | "s1" | "b"))
            && !source[least + offset..].starts_with("\\b*")
    });
    starts.map_or(most, |(offset, _)| least + offset)
}

struct Reader<'a> {
    source: &'a str,
    document: Document,
    passage: Passage,
}

impl Reader<'_> {
    fn piece(&mut self, piece: Range<usize>) {
        let source = &self.source[piece.clone()];
        let parsed = parse(source, Version::V3_1);
        let nodes = &parsed.tape().nodes;
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            let range = node.span().range();
            let span = piece.start + range.start..piece.start + range.end;
            let text = &source[range];
            at += 1;
            match node.kind {
                NodeKind::Text => self.words(text, span),
                NodeKind::Chapter => self.chapter(text, span),
                NodeKind::Verse => self.verse(text, span),
                NodeKind::MarkerOpen => at = self.open(nodes, at - 1, &piece),
                NodeKind::Error if !matches!(text, "\\*" | "\\") => {
                    self.document.part(Kind::Mark, text, span)
                }
                _ => {}
            }
        }
    }

    /// Reads a marker and what it holds, unless its words are the text's own; gives the node to go on with.
    fn open(&mut self, nodes: &[Node], at: usize, piece: &Range<usize>) -> usize {
        let node = &nodes[at];
        let token = node.span().range();
        let name = marker(&self.source[piece.clone()][token.clone()]);
        // A closed subtree ends behind its marker; anything else would be the parser's error, and is read as words.
        let end = (node.link as usize).max(at + 1).min(nodes.len());
        if name.ends_with("-s") || name.ends_with("-e") {
            return end;
        }
        let held = || {
            let last = nodes.get(end).map_or(piece.end, |last| piece.start + last.span().range().end);
            (self.content(&nodes[at + 1..end], piece), piece.start + token.start..last)
        };
        match style(name) {
            Style::Paragraph => self.document.paragraph(),
            Style::Line => self.document.line(),
            Style::Words | Style::NoteOrigin => {}
            Style::BookName => {
                let (text, span) = held();
                self.passage.book = Some(text.clone()).filter(|name| !name.trim().is_empty());
                self.document.part(Kind::Metadata, text, span);
                return end;
            }
            Style::Block(kind) => {
                let (text, span) = held();
                if name.starts_with("mt") && self.passage.book.is_none() && !text.trim().is_empty() {
                    self.passage.book = Some(text.clone());
                }
                self.document.paragraph();
                self.document.part(kind, text.trim(), span);
                self.document.paragraph();
                return end;
            }
            Style::Inline(kind) => {
                let (text, span) = held();
                let text = if kind == Kind::Metadata { text.as_str() } else { without_caller(&text) };
                self.document.note(kind, text, span);
                return end;
            }
        }
        at + 1
    }

    /// The words that these nodes hold, without markers, attributes and places of notes.
    fn content(&self, nodes: &[Node], piece: &Range<usize>) -> String {
        let source = &self.source[piece.clone()];
        let mut text = String::new();
        let mut is_origin = false;
        for node in nodes {
            let own = node.span().text(source);
            match node.kind {
                NodeKind::MarkerOpen => is_origin = style(marker(own)) == Style::NoteOrigin,
                NodeKind::MarkerClose | NodeKind::BlockEnd => is_origin = false,
                NodeKind::Text if !is_origin => text.push_str(own),
                NodeKind::Verse => text.push_str(number(own)),
                _ => {}
            }
        }
        text
    }

    fn words(&mut self, text: &str, span: Range<usize>) {
        // `~` is a space that does not break, and `//` a line break that one may set.
        match text.contains(['~', '/']) {
            true => self.document.words(&text.replace('~', " ").replace("//", " "), span),
            false => self.document.words(text, span),
        }
    }

    fn chapter(&mut self, text: &str, span: Range<usize>) {
        self.passage.chapter(number(text));
        self.document.paragraph();
        self.document.part(Kind::ChapterNumber, number(text), span);
        self.document.paragraph();
    }

    fn verse(&mut self, text: &str, span: Range<usize>) {
        self.passage.verse(number(text));
        self.document.line();
        self.document.verse_number(number(text), span);
    }
}

/// The name of a marker: `q1` of `\q1`, `nd` of `\+nd`.
fn marker(token: &str) -> &str {
    let name = token.trim_start_matches(['\\', '+']);
    name.split(|c: char| c.is_whitespace() || matches!(c, '*' | '|' | '\\')).next().unwrap_or_default()
}

/// The number of `\v 16`, also where the space is missing.
fn number(token: &str) -> &str {
    token.trim_start_matches('\\').trim_start_matches(['v', 'c']).trim()
}

/// A note without the sign that calls it: `+`, `-`, or one of the translators' own.
fn without_caller(note: &str) -> &str {
    let note = note.trim_start();
    match note.split_once(char::is_whitespace) {
        Some((caller, rest)) if caller.chars().count() == 1 => rest,
        _ => note,
    }
}
