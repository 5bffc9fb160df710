//! Markdown, by `pulldown-cmark`. What its events do not cover are marks, so that no word of the source is lost.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use crate::document::Document;
use crate::formats::html;
use crate::kind::Kind;
use crate::pattern::compile;
use crate::source::start;

static BULLET: LazyLock<Regex> = LazyLock::new(|| compile(r"^[-*+](?:\s|$)"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| compile(r"^\d{1,9}[.)](?:\s|$)"));

/// The end of a link, or the definition of one.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r#"^(?:!?\[[^\]]*\])?\]?\(.*\)$|^\]\[[^\]]*\]$|^\[[^\]]+\]:\s*<?(?:\w+:|www\.|[./#]|\S+\.\S)\S*.*$|^<.*>$"#,
    )
});

pub(super) fn read(source: &str) -> Document {
    let offset = start(source);
    let options = Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader =
        Reader { source, at: offset, document: Document::default(), gathered: None, in_code: false };
    for (event, range) in Parser::new_ext(&source[offset..], options).into_offset_iter() {
        reader.event(event, offset + range.start..offset + range.end);
    }
    reader.marks(source.len());
    reader.document
}

/// Text of another kind than words, while it is gathered.
struct Gathered {
    kind: Kind,
    text: String,
    start: usize,
    /// How many elements are open within it, itself included.
    depth: usize,
}

struct Reader<'a> {
    source: &'a str,
    /// The source is read up to here.
    at: usize,
    document: Document,
    gathered: Option<Gathered>,
    /// Within a block of code, whose lines are lines.
    in_code: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.marks(range.start);
                self.open(&tag, range);
            }
            Event::End(end) => {
                self.marks(range.end);
                self.close(end, range);
            }
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => {
                // The marks around it are not the text's.
                let marks = (range.len() - text.len().min(range.len())) / 2;
                self.text(&text, range.start + marks..(range.end - marks).max(range.start + marks));
                self.marks(range.end);
            }
            Event::InlineHtml(_) | Event::Html(_) => {
                self.marks(range.start);
                let lines = matches!(event, Event::Html(_));
                html::read_into(&mut self.document, self.source, range.clone());
                if lines {
                    self.document.line();
                }
                self.at = self.at.max(range.end);
            }
            Event::FootnoteReference(name) => {
                self.marks(range.start);
                self.document.part(Kind::NoteCaller, format!("[^{name}]"), range.clone());
                self.at = range.end;
            }
            Event::SoftBreak | Event::HardBreak => {
                self.marks(range.start);
                match &mut self.gathered {
                    Some(gathered) => gathered.text.push(' '),
                    None => self.document.line(),
                }
            }
            Event::Rule => {
                self.marks(range.end);
                self.document.paragraph();
            }
            Event::TaskListMarker(_) => self.marks(range.end),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, range),
        }
    }

    fn open(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        if let Some(gathered) = &mut self.gathered {
            gathered.depth += 1;
            return;
        }
        match tag {
            Tag::Item => self.document.line(),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. } => {}
            _ => self.document.paragraph(),
        }
        let kind = match tag {
            Tag::Heading { .. } => Kind::Heading,
            Tag::Image { .. } => Kind::Picture,
            Tag::FootnoteDefinition(_) => Kind::Note,
            Tag::MetadataBlock(_) => Kind::Metadata,
            _ => {
                self.in_code |= matches!(tag, Tag::CodeBlock(_));
                return;
            }
        };
        self.gathered = Some(Gathered { kind, text: String::new(), start: range.start, depth: 1 });
    }

    fn close(&mut self, end: TagEnd, range: Range<usize>) {
        if let Some(gathered) = &mut self.gathered {
            gathered.depth -= 1;
            if gathered.depth > 0 {
                return;
            }
        }
        if let Some(Gathered { kind, text, start, .. }) = self.gathered.take() {
            match kind {
                Kind::Note | Kind::Picture => self.document.note(kind, &text, start..range.end),
                _ => self.document.part(kind, text.trim(), start..range.end),
            }
        }
        match end {
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::Item => return self.document.line(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image => {
                return;
            }
            _ => {}
        }
        self.document.paragraph();
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        self.marks(range.start);
        self.at = self.at.max(range.end);
        if let Some(gathered) = &mut self.gathered {
            gathered.text.push_str(text);
            return;
        }
        if !self.in_code {
            return self.document.words(text, range);
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.document.line();
            }
            self.document.words(line, range.clone());
        }
    }

    /// Files what stands between the text before and this byte: marks, and words if there are any.
    fn marks(&mut self, to: usize) {
        let from = self.at;
        self.at = from.max(to);
        let Some(between) = self.source.get(from..to) else { return };
        if self.mark(between, from) || between.trim().is_empty() {
            return;
        }
        let mut start = from;
        for line in between.split_inclusive('\n') {
            if !self.mark(line, start) && !line.trim().is_empty() {
                self.document.words(line, start..start + line.len());
                self.document.line();
            }
            start += line.len();
        }
    }

    /// Files marks as what they are; false if these are none.
    fn mark(&mut self, between: &str, from: usize) -> bool {
        let trimmed = between.trim();
        let kind = if trimmed.is_empty() {
            return false;
        } else if BULLET.is_match(trimmed) && trimmed.len() == 1 {
            Kind::Bullet
        } else if NUMBER.is_match(trimmed) && !trimmed.contains(char::is_alphabetic) {
            Kind::ListNumber
        } else if LINK.is_match(trimmed) {
            Kind::Link
        } else if self.gathered.is_some()
            || !trimmed.contains(char::is_alphabetic)
            || trimmed.starts_with(['`', '~'])
        {
            Kind::Mark
        } else {
            return false;
        };
        // Marks within what is gathered belong to it.
        if self.gathered.is_none() {
            let start = from + (between.len() - between.trim_start().len());
            self.document.part(kind, trimmed, start..start + trimmed.len());
        }
        true
    }
}
