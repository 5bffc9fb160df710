//! Songs with chords in brackets before their syllables, and directives in braces (ChordPro).

use std::sync::LazyLock;

use regex::Regex;

use crate::document::Document;
use crate::kind::Kind;
use crate::pattern::compile;
use crate::source::lines;

/// A chord before a word or within one: `[G]`, `[F#m7]`, `[C/E]`.
pub(crate) static CHORD: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"\[([A-H](?:#|b|♯|♭)?(?:maj|min|mi|m|M|dim|aug|sus|add|°|ø|\+|-)?\d{0,2}(?:(?:sus|add|maj|[b#])\d{1,2})*",
        r"(?:/[A-H](?:#|b|♯|♭)?)?)\]"
    ))
});

/// `{title: …}`, `{soc}`, `{comment: …}`.
pub(crate) static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?mi)^[ \t]*\{(title|t|subtitle|st|artist|composer|lyricist|copyright|album|year|key|time|tempo|capo|ccli",
        r"|comment|c|ci|cb|chorus|start_of_\w+|end_of_\w+|so[cvbtg]|eo[cvbtg]|new_song|ns|define|meta|x_\w+)",
        r"(?:[: ][ \t]*([^{}\n]*))?\}[ \t]*\r?$"
    ))
});

pub(super) fn read(source: &str) -> Document {
    let mut document = Document::default();
    for (start, line) in lines(source) {
        let span = start..start + line.len();
        if line.trim().is_empty() {
            document.paragraph();
            continue;
        }
        document.line();
        if let Some(directive) = DIRECTIVE.captures(line) {
            let name = directive.get(1).map_or("", |name| name.as_str()).to_lowercase();
            let value = directive.get(2).map_or("", |value| value.as_str().trim());
            match name.as_str() {
                "title" | "t" => {
                    document.title = Some(value.to_owned());
                    document.part(Kind::Heading, value, span);
                }
                "comment" | "c" | "ci" | "cb" => document.part(Kind::Direction, format!("({value})"), span),
                "copyright" | "ccli" => document.part(Kind::Copyright, value, span),
                _ if name.starts_with("so") || name.starts_with("start_of") => {
                    document.paragraph();
                    document.part(Kind::Metadata, line.trim(), span);
                }
                _ if name.starts_with("eo") || name.starts_with("end_of") => {
                    document.part(Kind::Metadata, line.trim(), span);
                    document.paragraph();
                }
                _ => document.part(Kind::Metadata, line.trim(), span),
            }
            continue;
        }
        if line.trim_start().starts_with('#') {
            document.part(Kind::Metadata, line.trim(), span);
            continue;
        }
        let mut at = 0;
        for chord in CHORD.find_iter(line) {
            document.words(&line[at..chord.start()], start + at..start + chord.start());
            document.part(Kind::Chord, chord.as_str(), start + chord.start()..start + chord.end());
            at = chord.end();
        }
        document.words(&line[at..], start + at..start + line.len());
    }
    document
}
