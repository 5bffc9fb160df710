//! SubRip and WebVTT. A line that is not as it should be is read as words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::document::Document;
use crate::kind::Kind;
use crate::pattern::compile;
use crate::source::lines;

/// The line of a cue's times; WebVTT may leave out the hours, and sets the cue's place behind it.
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"^[ \t]*(?:\d{1,3}:)?\d{1,3}:\d{2}[.,]\d{1,3}[ \t]*-->[ \t]*(?:\d{1,3}:)?\d{1,3}:\d{2}[.,]\d{1,3}.*$",
    )
});

/// Marks within a cue: `<i>`, `<v Roger>`, `<c.loud>`, `<00:01.000>`, `{\an8}`, and the references of HTML.
static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?P<mark></?(?:[biu]|c|v|lang|ruby|rt|font)(?:[.\s][^<>\n]*)?>|\{\\[^{}\n]*\}|\{/?[biu]\})",
        r"|(?P<time><(?:\d{1,3}:)?\d{1,3}:\d{2}\.\d{3}>)|(?P<reference>&(?:amp|lt|gt|nbsp|lrm|rlm);)"
    ))
});

static NUMBER: LazyLock<Regex> = LazyLock::new(|| compile(r"^\s*\d{1,6}\s*$"));

pub(super) fn read(source: &str) -> Document {
    let mut document = Document::default();
    let is_vtt = source.trim_start_matches('\u{FEFF}').starts_with("WEBVTT");
    let lines: Vec<(usize, &str)> = lines(source).collect();
    let is_times = |at: usize| lines.get(at).is_some_and(|(_, line)| TIMES.is_match(line));
    // Within the head of the file, or a block of it that is not a cue.
    let mut about = is_vtt;
    let mut in_cue = false;
    for (at, &(start, line)) in lines.iter().enumerate() {
        let span = start..start + line.len();
        if line.trim().is_empty() {
            (about, in_cue) = (false, false);
        } else if is_times(at) {
            (about, in_cue) = (false, true);
            document.part(Kind::Timestamp, line.trim(), span);
            document.line();
        } else if about || (is_vtt && !in_cue && is_block(line)) {
            about = true;
            document.part(Kind::Metadata, line.trim(), span);
            document.line();
        } else if !in_cue && is_times(at + 1) && (is_vtt || NUMBER.is_match(line)) {
            // The number or the name of the cue.
            document.part(Kind::Timestamp, line.trim(), span);
            document.line();
        } else {
            cue_line(&mut document, line, span);
            document.line();
        }
    }
    document
}

fn is_block(line: &str) -> bool {
    ["NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP"].iter().any(|name| line.starts_with(name))
}

fn cue_line(document: &mut Document, line: &str, span: Range<usize>) {
    let start = span.start;
    let mut at = 0;
    for mark in MARKS.captures_iter(line) {
        let Some(all) = mark.get(0) else { continue };
        document.words(&line[at..all.start()], start + at..start + all.start());
        let own = start + all.start()..start + all.end();
        if mark.name("time").is_some() {
            document.part(Kind::Timestamp, all.as_str(), own);
        } else if mark.name("reference").is_some() {
            document.words(character(all.as_str()), own);
        } else {
            document.part(Kind::Mark, all.as_str(), own);
        }
        at = all.end();
    }
    document.words(&line[at..], start + at..start + line.len());
}

fn character(reference: &str) -> &'static str {
    match reference {
        "&amp;" => "&",
        "&lt;" => "<",
        "&gt;" => ">",
        "&nbsp;" => " ",
        "&lrm;" => "\u{200E}",
        _ => "\u{200F}",
    }
}
