//! The name of a text: its heading, without marks.

use crate::document::{Break, Document, fold};
use crate::kind::{Format, Kind};

/// The longest name in characters.
const LONGEST: usize = 80;

/// The name that the source gives, else its first heading, else a short first line with a blank line below it.
pub(crate) fn of(document: &Document, format: Format) -> Option<String> {
    let heading = || {
        let heading = document.pieces.iter().find(|piece| piece.kind == Some(Kind::Heading))?;
        Some(heading.text.clone())
    };
    let named = document.title.clone().or_else(heading);
    let named = named.or_else(|| if format.is_scripture() { None } else { first_line(document) });
    named.and_then(|name| cleaned(&name))
}

/// The words of the first line, if they are few and stand alone.
fn first_line(document: &Document) -> Option<String> {
    let mut line = String::new();
    for piece in &document.pieces {
        if piece.before > Break::None && !line.trim().is_empty() {
            return (piece.before == Break::Paragraph).then_some(line).filter(|line| is_name(line));
        }
        if piece.kind.is_some_and(|kind| kind != Kind::LetterForm) {
            continue;
        }
        let text = if piece.kind.is_some() { &piece.instead } else { &piece.text };
        line.push_str(text);
        if line.trim().is_empty() {
            line.clear();
            continue;
        }
        let start = line.trim_start();
        if let Some((first, rest)) = start.split_once('\n') {
            let alone = rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
            // A piece ends at its line's end: the next one tells whether a blank line follows.
            if alone || !rest.trim().is_empty() {
                return alone.then(|| first.to_owned()).filter(|first| is_name(first));
            }
        }
    }
    None
}

/// True for words that name what follows: few, and no sentence.
fn is_name(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() <= LONGEST && !line.ends_with(['.', ',', ';', ':', '।', '॥', '۔'])
}

/// A name without marks, numbers of notes and odd white space; cut at a word if it is too long.
fn cleaned(name: &str) -> Option<String> {
    let kept: String = name.chars().filter(|c| !is_mark(*c)).collect();
    let kept = fold(&kept);
    let kept = kept.trim().trim_end_matches([':', ',', ';', '-', '–', '—']).trim();
    if !kept.chars().any(char::is_alphanumeric) {
        return None;
    }
    if kept.chars().count() <= LONGEST {
        return Some(kept.to_owned());
    }
    let cut: String = kept.chars().take(LONGEST).collect();
    let end = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    Some(format!("{}…", cut[..end].trim_end_matches([',', ';', ':', ' '])))
}

/// Marks of emphasis, directions of writing, emoji and characters without a glyph.
fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '~' | '`' | '#' | '\u{00AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{061C}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FE0F}' | '\u{20E3}'
        | '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E000}'..='\u{F8FF}')
        || (c.is_control() && !c.is_whitespace())
}
