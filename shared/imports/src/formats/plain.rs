//! Plain text: byte for byte, but for its line ends.

use crate::document::Document;
use crate::source::start;

pub(super) fn read(source: &str) -> Document {
    let mut document = Document::default();
    let mut at = start(source);
    for line in source[at..].split_inclusive(['\n', '\r']) {
        let span = at..at + line.len();
        at = span.end;
        match line.strip_suffix('\r') {
            // The first half of a line end of two bytes.
            Some(words) if source[at..].starts_with('\n') => document.exact(words, span),
            Some(words) => document.exact(format!("{words}\n"), span),
            None => document.exact(line, span),
        }
    }
    document
}
