//! HTML, by the tokenizer of `html5gum`: no tree is built, so that time and memory grow with the length alone, however
//! deeply elements are nested. What a browser would not show is not read.

use std::ops::Range;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use crate::document::{Document, fold};
use crate::kind::Kind;
use crate::source::start;

/// How many of the innermost open elements an end tag is looked for in.
const DEPTH: usize = 64;

pub(super) fn read(source: &str) -> Document {
    let mut document = Document::default();
    read_into(&mut document, source, start(source)..source.len());
    document
}

/// Reads a part of a source that is HTML.
pub(super) fn read_into(document: &mut Document, source: &str, part: Range<usize>) {
    let html = &source[part.clone()];
    let mut reader = Reader {
        document,
        html,
        offset: part.start,
        folds: has_lines(html),
        tag: Tag::default(),
        open: Vec::new(),
        gathered: None,
        last: None,
        page_title: None,
    };
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: html5gum::Span<usize>| {
        reader.event(&event, span.start..span.end);
        None::<std::convert::Infallible>
    });
    emitter.naively_switch_states(true);
    // The callback files everything itself and gives no token; reading a string does not fail.
    Tokenizer::new_with_emitter(html, emitter).for_each(drop);
    reader.end();
}

/// True if the elements say where lines end, as those of a page do and those of a fragment may not.
fn has_lines(html: &str) -> bool {
    let names = html.match_indices('<').map(|(at, _)| {
        let name = html[at + 1..].trim_start_matches('/');
        name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
    });
    names.into_iter().any(|name| name.len() <= 10 && layout(&name.to_ascii_lowercase()) != Layout::Inline)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Inline,
    Line,
    Paragraph,
}

fn layout(name: &str) -> Layout {
    match name {
        "br" | "div" | "li" | "tr" | "dt" | "dd" | "caption" | "option" | "legend" | "body" => Layout::Line,
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "dl" | "table"
        | "section" | "article" | "header" | "footer" | "main" | "aside" | "nav" | "figure"
        | "figcaption" | "pre" | "hr" | "form" | "fieldset" | "address" | "details" | "summary" => {
            Layout::Paragraph
        }
        _ => Layout::Inline,
    }
}

/// What an element's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Words,
    /// Not text at all.
    Nothing,
    /// The name of the page.
    PageTitle,
    /// A raised number or letter: a verse's number or the caller of a note, as what is around it tells.
    Raised,
    Other(Kind),
}

#[derive(Debug, Default)]
struct Tag {
    name: String,
    attribute: String,
    class: String,
    hidden: bool,
    alt: String,
    language: String,
    span: Range<usize>,
}

/// A stretch that is gathered until its element ends.
struct Gathered {
    role: Role,
    text: String,
    span: Range<usize>,
    /// How many elements were open when it began.
    depth: usize,
}

struct Reader<'a> {
    document: &'a mut Document,
    html: &'a str,
    offset: usize,
    /// Line breaks of the source are spaces.
    folds: bool,
    tag: Tag,
    /// Names of the open elements.
    open: Vec<String>,
    gathered: Option<Gathered>,
    /// The last character of the words.
    last: Option<char>,
    page_title: Option<String>,
}

/// Elements that have no content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "hr"
            | "img"
            | "input"
            | "meta"
            | "link"
            | "wbr"
            | "area"
            | "base"
            | "col"
            | "embed"
            | "source"
            | "track"
            | "param"
    )
}

impl Tag {
    fn attribute_value(&mut self, value: &str) {
        match self.attribute.as_str() {
            "class" | "id" | "role" => self.class = format!("{} {}", self.class, value.to_ascii_lowercase()),
            "aria-hidden" => self.hidden |= value == "true",
            "style" => {
                let style: String = value.chars().filter(|c| !c.is_whitespace()).collect();
                self.hidden |= style.contains("display:none") || style.contains("visibility:hidden");
            }
            "alt" => self.alt = value.to_owned(),
            "lang" | "xml:lang" => self.language = value.to_owned(),
            _ => {}
        }
    }

    /// True if a class, or the role of the element, is one of these words or begins with it.
    fn is(&self, words: &[&str]) -> bool {
        self.class.split_whitespace().any(|class| {
            let class = class.replace(['-', '_'], "");
            words.iter().any(|word| class.starts_with(word))
        })
    }

    fn role(&self) -> Role {
        let other = match self.name.as_str() {
            "script" | "style" | "template" | "svg" | "iframe" | "object" | "noscript" | "math"
            | "canvas" | "audio" | "video" | "textarea" => return Role::Nothing,
            "title" => return Role::PageTitle,
            _ if self.hidden => Kind::PageFurniture,
            _ if self.is(&["versenum", "versenumber", "vnum", "versenr", "verselabel"]) => Kind::VerseNumber,
            _ if self.is(&["chapternum", "chapternumber", "cnum", "chapternr"]) => Kind::ChapterNumber,
            _ if self.is(&["crossref", "xref"]) => Kind::CrossReference,
            "sup" if self.is(&["footnote", "fn", "note"]) => Kind::NoteCaller,
            _ if self.is(&["footnote", "endnote", "fn"]) => Kind::Note,
            _ if self.is(&["copyright", "publisherinfo", "license"]) => Kind::Copyright,
            _ if self.is(&[
                "navigation",
                "breadcrumb",
                "toolbar",
                "share",
                "menu",
                "readfullchapter",
                "fullchap",
            ]) =>
            {
                Kind::PageFurniture
            }
            "nav" | "button" | "select" | "label" => Kind::PageFurniture,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
            "rt" | "rp" => Kind::Note,
            "sup" => return Role::Raised,
            _ if self.class.split_whitespace().any(|class| class == "label") => return Role::Raised,
            _ => return Role::Words,
        };
        Role::Other(other)
    }
}

impl Reader<'_> {
    fn event(&mut self, event: &CallbackEvent<'_>, span: Range<usize>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let span = self.offset + span.start.min(self.html.len())..self.offset + span.end.min(self.html.len());
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: text(name), span, ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => {
                self.tag.attribute = text(name);
                self.tag.hidden |= self.tag.attribute == "hidden";
            }
            CallbackEvent::AttributeValue { value } => self.tag.attribute_value(&text(value)),
            CallbackEvent::CloseStartTag { self_closing } => self.start_tag(*self_closing),
            CallbackEvent::EndTag { name } => self.end_tag(&text(name)),
            CallbackEvent::String { value } => self.text(&text(value), span),
            _ => {}
        }
    }
    fn start_tag(&mut self, self_closing: bool) {
        let tag = std::mem::take(&mut self.tag);
        let layout = layout(&tag.name);
        if tag.name == "html" && !tag.language.is_empty() {
            self.document.language = Some(tag.language.clone());
        }
        // An element within a line that is never closed ends where the line does.
        if layout != Layout::Inline
            && self.gathered.as_ref().is_some_and(|gathered| gathered.is_within_line())
        {
            self.finish();
        }
        self.break_at(layout);
        match tag.name.as_str() {
            "img" if !tag.alt.trim().is_empty() && !tag.hidden && self.gathered.is_none() => {
                self.document.note(Kind::Picture, &tag.alt, tag.span.clone());
            }
            "q" => self.text("“", tag.span.clone()),
            _ => {}
        }
        if is_void(&tag.name) || (self_closing && tag.name.contains(':')) {
            return;
        }
        let role = tag.role();
        if role != Role::Words && self.gathered.is_none() {
            self.gathered =
                Some(Gathered { role, text: String::new(), span: tag.span.clone(), depth: self.open.len() });
        }
        self.open.push(tag.name);
    }

    fn end_tag(&mut self, name: &str) {
        if name == "q" {
            self.text("”", 0..0);
        }
        if matches!(name, "p" | "br") && !self.open.iter().rev().take(DEPTH).any(|open| open == name) {
            // Browsers show these as a line end, too.
            return self.break_at(Layout::Line);
        }
        if let Some(found) = self.open.iter().rev().take(DEPTH).position(|open| open == name) {
            self.open.truncate(self.open.len() - 1 - found);
        }
        if self.gathered.as_ref().is_some_and(|gathered| gathered.depth >= self.open.len()) {
            self.finish();
        }
        self.break_at(layout(name));
    }

    fn break_at(&mut self, layout: Layout) {
        if let Some(gathered) = &mut self.gathered {
            if layout != Layout::Inline {
                gathered.text.push(' ');
            }
            return;
        }
        match layout {
            Layout::Inline => return,
            Layout::Line => self.document.line(),
            Layout::Paragraph => self.document.paragraph(),
        }
        self.last = None;
    }

    fn text(&mut self, text: &str, span: Range<usize>) {
        if let Some(gathered) = &mut self.gathered {
            gathered.text.push_str(text);
            gathered.span.end = gathered.span.end.max(span.end);
            return;
        }
        self.last = text.chars().next_back().or(self.last);
        if self.folds && !self.open.iter().rev().take(DEPTH).any(|open| open == "pre") {
            return self.document.words(text, span);
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.document.line();
            }
            match line.trim().is_empty() && i > 0 && line.len() < text.len() {
                true => self.document.paragraph(),
                false => self.document.words(line, span.clone()),
            }
        }
    }

    /// Files what was gathered as what it is.
    fn finish(&mut self) {
        let Some(Gathered { role, text, span, .. }) = self.gathered.take() else { return };
        let trimmed = fold(&text).trim().to_owned();
        let is_number =
            !trimmed.is_empty() && trimmed.chars().all(|c| c.is_numeric() || matches!(c, '-' | '–'));
        let touches = self.last.is_some_and(|c| !c.is_whitespace());
        match role {
            Role::Words | Role::Nothing => {}
            Role::PageTitle => self.page_title = Some(trimmed).filter(|title| !title.is_empty()),
            Role::Other(_) if trimmed.is_empty() => {}
            Role::Other(Kind::VerseNumber) => self.verse(&trimmed, span),
            Role::Raised if is_number && !touches => self.verse(&trimmed, span),
            Role::Raised if trimmed.is_empty() => {}
            Role::Raised
                if self.last.is_some_and(char::is_numeric) || (!touches && !trimmed.starts_with('[')) =>
            {
                self.text(&text, span);
            }
            Role::Raised => self.document.part(Kind::NoteCaller, trimmed, span),
            Role::Other(kind @ (Kind::Heading | Kind::ChapterNumber)) => {
                self.document.part(kind, trimmed, span);
                if kind == Kind::Heading {
                    self.document.paragraph();
                }
            }
            Role::Other(kind @ (Kind::Note | Kind::CrossReference)) => {
                self.document.note(kind, &trimmed, span)
            }
            Role::Other(kind) => self.document.part(kind, trimmed, span),
        }
    }

    fn verse(&mut self, number: &str, span: Range<usize>) {
        self.document.line();
        self.document.verse_number(number, span);
        self.last = None;
    }

    fn end(mut self) {
        self.finish();
        if !self.document.pieces.iter().any(|piece| piece.kind == Some(Kind::Heading))
            && self.page_title.is_some()
        {
            self.document.title = self.page_title;
        }
    }
}

impl Gathered {
    /// True for what never spans lines.
    fn is_within_line(&self) -> bool {
        matches!(
            self.role,
            Role::Raised
                | Role::Other(Kind::Heading | Kind::VerseNumber | Kind::ChapterNumber | Kind::NoteCaller)
        )
    }
}
