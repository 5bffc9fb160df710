//! Elements, text and errors of XML, by `quick-xml`. Fragments without a root are read; document types and entities are
//! refused.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::ImportError;
use crate::source::start;

/// What a format makes of the elements and the text, in order.
pub(super) trait Elements {
    fn open(&mut self, element: &Element);
    fn close(&mut self, name: &str, end: usize);
    fn text(&mut self, text: &str, span: Range<usize>);
}

/// An element's start.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    /// Byte range of its tag.
    pub span: Range<usize>,
}

impl Element {
    /// The value of an attribute; empty if it has none.
    pub fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

/// Reads a source.
pub(super) fn read(source: &str, elements: &mut impl Elements) -> Result<(), ImportError> {
    let offset = start(source);
    let mut reader = Reader::from_str(&source[offset..]);
    let position =
        |reader: &Reader<_>| offset + usize::try_from(reader.buffer_position()).unwrap_or(source.len());
    let mut at = offset;
    loop {
        let event = reader.read_event();
        let span = at..position(&reader);
        at = span.end;
        let failed = |problem: String| ImportError::Xml { at: span.start, problem };
        match event.map_err(|error| failed(error.to_string()))? {
            Event::Start(tag) => elements.open(&element(&tag, span.clone()).map_err(failed)?),
            Event::Empty(tag) => {
                let element = element(&tag, span.clone()).map_err(failed)?;
                elements.open(&element);
                elements.close(&element.name, span.end);
            }
            Event::End(tag) => elements.close(tag.local_name().as_ref(), span.end),
            Event::Text(text) => elements.text(&text, span),
            Event::CData(text) => elements.text(&text, span),
            Event::GeneralRef(reference) => {
                let own = match reference.resolve_char_ref().map_err(|error| failed(error.to_string()))? {
                    Some(c) => c.to_string(),
                    None => match reference.as_ref() {
                        "amp" => "&".to_owned(),
                        "lt" => "<".to_owned(),
                        "gt" => ">".to_owned(),
                        "quot" => "\"".to_owned(),
                        "apos" => "'".to_owned(),
                        _ => return Err(ImportError::DocumentType),
                    },
                };
                elements.text(&own, span);
            }
            Event::DocType(_) => return Err(ImportError::DocumentType),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// The most attributes that an element may have: no format has a tenth of them, and looking for doubles takes the
/// square of their number.
const MOST_ATTRIBUTES: usize = 64;

fn element(tag: &BytesStart<'_>, span: Range<usize>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes().with_checks(false).take(MOST_ATTRIBUTES) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        let name = attribute.key.as_ref();
        attributes.push((name.to_owned(), value.into_owned()));
    }
    Ok(Element { name: tag.local_name().as_ref().to_owned(), attributes, span })
}
