//! OSIS 2.1: chapters, verses, quotations and lines as containers or milestones.

use std::ops::Range;

use crate::document::Document;
use crate::error::ImportError;
use crate::formats::sections::Passage;
use crate::formats::xml::{self, Element, Elements};
use crate::kind::Kind;

pub(super) fn read(source: &str) -> Result<Document, ImportError> {
    let mut osis = Osis::default();
    xml::read(source, &mut osis)?;
    osis.document.title = osis.passage.title();
    Ok(osis.document)
}

#[derive(Default)]
struct Osis {
    document: Document,
    passage: Passage,
    depth: usize,
    gathered: Option<Gathered>,
    /// Verses and chapters whose number was seen, so that the end of a container is not taken for another.
    last_verse: String,
}

/// Text of another kind than words, while it is gathered.
struct Gathered {
    kind: Kind,
    /// It names the book.
    is_main_title: bool,
    text: String,
    start: usize,
    depth: usize,
}

/// The number in an attribute: `n`, else the last part of the first identifier (`16` of `John.3.16`).
fn number(element: &Element) -> String {
    let identifier = [element.get("n"), element.get("osisID"), element.get("sID")];
    let identifier = identifier.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
    let first = identifier.split_whitespace().next().unwrap_or_default();
    let first = first.split('!').next().unwrap_or_default();
    first.rsplit('.').next().unwrap_or_default().to_owned()
}

impl Osis {
    fn gather(&mut self, kind: Kind, element: &Element) {
        let is_main_title = kind == Kind::Heading && element.get("type") == "main";
        let (start, depth) = (element.span.start, self.depth);
        self.gathered = Some(Gathered { kind, is_main_title, text: String::new(), start, depth });
    }

    fn title(&mut self, element: &Element) {
        self.document.paragraph();
        match element.get("type") {
            // The heading of a psalm is part of it.
            _ if element.get("canonical") == "true" => {}
            "psalm" => {}
            "parallel" | "scope" => self.gather(Kind::CrossReference, element),
            "runningHead" => self.gather(Kind::Metadata, element),
            _ => self.gather(Kind::Heading, element),
        }
    }

    fn start(&mut self, element: &Element) {
        let ends = !element.get("eID").is_empty();
        match element.name.as_str() {
            "verse" if ends => {}
            "verse" => {
                let number = number(element);
                let is_new = number != self.last_verse;
                if is_new && !number.is_empty() {
                    self.passage.verse(&number);
                    self.document.line();
                    self.document.verse_number(&number, element.span.clone());
                }
                self.last_verse = number;
            }
            "chapter" if ends => {}
            "chapter" => {
                let number = number(element);
                self.passage.chapter(&number);
                self.document.paragraph();
                self.document.part(Kind::ChapterNumber, number, element.span.clone());
                self.document.paragraph();
                self.last_verse.clear();
            }
            "osisText" if !element.get("xml:lang").is_empty() => {
                self.document.language = Some(element.get("xml:lang").to_owned());
            }
            "header" => self.gather(Kind::Metadata, element),
            "note" => {
                let is_reference = matches!(element.get("type"), "crossReference" | "x-cross-ref");
                self.gather(if is_reference { Kind::CrossReference } else { Kind::Note }, element);
            }
            "title" | "head" => self.title(element),
            "figure" => self.gather(Kind::Picture, element),
            "speaker" => {
                self.document.line();
                self.gather(Kind::Direction, element);
            }
            // What is written where something else is read.
            "seg" if element.get("type") == "x-ketiv" => self.gather(Kind::Note, element),
            "p" | "lg" | "div" | "table" | "list" => self.document.paragraph(),
            "milestone" if matches!(element.get("type"), "x-p" | "x-extra-p") => self.document.paragraph(),
            "milestone" => self.document.words(element.get("marker"), element.span.clone()),
            "l" | "lb" | "item" | "row" | "closer" | "salute" | "signed" if !ends => self.document.line(),
            "cell" => self.document.words(" ", element.span.clone()),
            "q" => self.document.words(element.get("marker"), element.span.clone()),
            _ => {}
        }
    }
}

impl Elements for Osis {
    fn open(&mut self, element: &Element) {
        self.depth += 1;
        if self.gathered.is_none() {
            self.start(element);
        }
    }

    fn close(&mut self, name: &str, end: usize) {
        let depth = self.depth;
        if let Some(gathered) = self.gathered.take_if(|gathered| gathered.depth == depth) {
            let Gathered { kind, is_main_title, text, start, .. } = gathered;
            if is_main_title && self.passage.book.is_none() && !text.trim().is_empty() {
                self.passage.book = Some(text.trim().to_owned());
            }
            match kind {
                Kind::Note | Kind::CrossReference | Kind::Picture => {
                    self.document.note(kind, &text, start..end)
                }
                _ => self.document.part(kind, text.trim(), start..end),
            }
        }
        if self.gathered.is_none()
            && matches!(name, "p" | "lg" | "title" | "head" | "header" | "div" | "table" | "list")
        {
            self.document.paragraph();
        }
        self.depth -= 1;
    }

    fn text(&mut self, text: &str, span: Range<usize>) {
        match &mut self.gathered {
            Some(gathered) => gathered.text.push_str(text),
            None => self.document.words(text, span),
        }
    }
}
