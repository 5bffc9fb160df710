//! USX 2 and 3: paragraphs and characters with the styles of USFM, verses as containers or milestones.

use std::ops::Range;

use crate::document::Document;
use crate::error::ImportError;
use crate::formats::sections::Passage;
use crate::formats::styles::{Style, style};
use crate::formats::xml::{self, Element, Elements};
use crate::kind::Kind;

pub(super) fn read(source: &str) -> Result<Document, ImportError> {
    let mut usx = Usx::default();
    xml::read(source, &mut usx)?;
    usx.document.title = usx.passage.title();
    Ok(usx.document)
}

#[derive(Default)]
struct Usx {
    document: Document,
    passage: Passage,
    depth: usize,
    gathered: Option<Gathered>,
}

/// Text of another kind than words, while it is gathered.
struct Gathered {
    style: Style,
    name: String,
    text: String,
    start: usize,
    depth: usize,
    /// The depth of an element within it whose text says nothing of its own.
    silent: Option<usize>,
}

impl Usx {
    fn gather(&mut self, style: Style, element: &Element) {
        let (name, start) = (element.get("style").to_owned(), element.span.start);
        self.gathered =
            Some(Gathered { style, name, text: String::new(), start, depth: self.depth, silent: None });
    }

    fn finish(&mut self, gathered: Gathered, end: usize) {
        let Gathered { style, name, text, start, .. } = gathered;
        let span = start..end;
        match style {
            Style::BookName => {
                self.passage.book = Some(text.clone()).filter(|name| !name.trim().is_empty());
                self.document.part(Kind::Metadata, text.trim(), span);
                self.document.paragraph();
            }
            Style::Block(kind) => {
                if name.starts_with("mt") && self.passage.book.is_none() && !text.trim().is_empty() {
                    self.passage.book = Some(text.clone());
                }
                self.document.part(kind, text.trim(), span);
                self.document.paragraph();
            }
            Style::Inline(kind) => self.document.note(kind, &text, span),
            _ => {}
        }
    }
}

impl Elements for Usx {
    fn open(&mut self, element: &Element) {
        self.depth += 1;
        let own = style(element.get("style"));
        if let Some(gathered) = &mut self.gathered {
            if own == Style::NoteOrigin && gathered.silent.is_none() {
                gathered.silent = Some(self.depth);
            }
            return;
        }
        let number = element.get("number");
        match element.name.as_str() {
            "verse" if !number.is_empty() => {
                self.passage.verse(number);
                self.document.line();
                self.document.verse_number(number, element.span.clone());
            }
            "chapter" if !number.is_empty() => {
                self.passage.chapter(number);
                self.document.paragraph();
                self.document.part(Kind::ChapterNumber, number, element.span.clone());
                self.document.paragraph();
            }
            "verse" | "chapter" | "ms" => {}
            "note" => {
                let is_reference = matches!(element.get("style"), "x" | "ex");
                let kind = if is_reference { Kind::CrossReference } else { Kind::Note };
                self.gather(Style::Inline(kind), element);
            }
            "figure" => self.gather(Style::Inline(Kind::Picture), element),
            "book" => {
                self.document.paragraph();
                self.gather(Style::Block(Kind::Metadata), element);
            }
            "row" => self.document.line(),
            "optbreak" | "cell" => self.document.words(" ", element.span.clone()),
            _ => match own {
                Style::Paragraph => self.document.paragraph(),
                Style::Line => self.document.line(),
                Style::BookName | Style::Block(_) => {
                    self.document.paragraph();
                    self.gather(own, element);
                }
                Style::Inline(_) => self.gather(own, element),
                Style::Words if element.name == "para" => self.document.paragraph(),
                Style::Words | Style::NoteOrigin => {}
            },
        }
    }

    fn close(&mut self, _: &str, end: usize) {
        if let Some(gathered) = &mut self.gathered {
            gathered.silent = gathered.silent.filter(|depth| *depth != self.depth);
        }
        let depth = self.depth;
        if let Some(gathered) = self.gathered.take_if(|gathered| gathered.depth == depth) {
            self.finish(gathered, end);
        }
        self.depth -= 1;
    }

    fn text(&mut self, text: &str, span: Range<usize>) {
        match &mut self.gathered {
            Some(gathered) if gathered.silent.is_some() => {}
            Some(gathered) => gathered.text.push_str(text),
            None => self.document.words(text, span),
        }
    }
}
