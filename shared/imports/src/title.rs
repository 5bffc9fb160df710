//! The name of a text: its heading, without marks.

use crate::document::{Break, Document, fold};
use crate::kind::{Format, Kind};

/// The longest line in characters that is taken for a name.
const LONGEST: usize = 80;

/// The name that the source gives, else its first heading, else a short first line with a blank line below it.
pub(crate) fn of(document: &Document, format: Format) -> Option<String> {
    let heading = || {
        let heading = document.pieces.iter().find(|piece| piece.kind == Some(Kind::Heading))?;
        Some(heading.text.clone())
    };
    let named = document.title.clone().or_else(heading);
    let named = named.or_else(|| if format.is_scripture() { None } else { first_line(document) });
    named.map(|name| storyboard::title_of(&fold(&name))).filter(|name| !name.is_empty())
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
