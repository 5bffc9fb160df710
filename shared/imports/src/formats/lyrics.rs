//! LRC: lyrics with a time for each line. A line that is not as it should be is read as words.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::Document;
use crate::kind::Kind;
use crate::pattern::compile;
use crate::source::lines;

/// A time at the start of a line: `[00:12.10]`.
pub(crate) static TAG: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^[ \t]*\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]"));

/// The time of a word: `<00:12.10>`.
static WORD: LazyLock<Regex> = LazyLock::new(|| compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>[ \t]?"));

/// What a file says about itself: `[ti:Amazing Grace]`.
static ABOUT: LazyLock<Regex> = LazyLock::new(|| compile(r"^[ \t]*\[([a-zA-Z#]{1,10}):([^\]]*)\][ \t]*$"));

pub(super) fn read(source: &str) -> Document {
    let mut document = Document::default();
    for (start, line) in lines(source) {
        if let Some(about) = ABOUT.captures(line) {
            if about.get(1).is_some_and(|key| key.as_str().eq_ignore_ascii_case("ti")) {
                document.title = about.get(2).map(|title| title.as_str().to_owned());
            }
            document.part(Kind::Metadata, line.trim(), start..start + line.len());
            document.line();
            continue;
        }
        let mut at = 0;
        while let Some(tag) = TAG.find(&line[at..]) {
            let span = start + at..start + at + tag.end();
            document.part(Kind::Timestamp, tag.as_str().trim(), span);
            at += tag.end();
        }
        if line[at..].trim().is_empty() {
            // A time without words is a pause: it parts stanzas, as an empty line does.
            document.paragraph();
            continue;
        }
        let first = at;
        for word in WORD.find_iter(line).filter(|word| word.start() >= first) {
            document.words(&line[at..word.start()], start + at..start + word.start());
            document.part(Kind::Timestamp, word.as_str().trim(), start + word.start()..start + word.end());
            at = word.end();
        }
        document.words(&line[at..], start + at..start + line.len());
        document.line();
    }
    document
}
