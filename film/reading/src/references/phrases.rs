//! Names of one or several words at a place in a text.

use unicode_normalization::UnicodeNormalization;

use crate::characters::{Cursor, decimal, folded, is_word};

/// A name that was found.
pub(crate) struct Phrase<T> {
    pub(crate) found: T,
    /// The byte behind it, and behind its full stop if it has one.
    pub(crate) end: usize,
    pub(crate) dotted: bool,
    /// False if it begins with a small letter.
    pub(crate) capital: bool,
}

/// The longest name at the place, of at most `words` words. `find` gets the words in folded form, with single spaces
/// and without the full stops of abbreviations, and as they are written.
pub(crate) fn longest<T>(
    cursor: Cursor<'_>,
    words: usize,
    mut find: impl FnMut(&str, &str) -> Option<T>,
) -> Option<Phrase<T>> {
    let capital = !cursor.peek()?.is_lowercase();
    let mut next = cursor;
    let mut key = String::new();
    let mut best = None;
    for at in 0..words {
        let start = next.at;
        next.at += name_length(next.rest())?;
        let word = &cursor.rest()[start - cursor.at..next.at - cursor.at];
        let word = word.trim_end_matches(['-', '־']);
        next.at = start + word.len();
        if word.is_empty() {
            break;
        }
        if at > 0 {
            key.push(' ');
        }
        key.push_str(&folded(word));
        let end = next.at;
        let dotted = next.take(|c| c == '.').is_some();
        if let Some(found) = find(&key, &cursor.rest()[..end - cursor.at]) {
            best = Some(Phrase { found, end: if dotted { next.at } else { end }, dotted, capital });
        }
        if !next.spaces() && !dotted {
            break;
        }
    }
    best
}

/// The letter that a word with this first letter begins with when it is folded; none for a mark, which may be left out.
pub(crate) fn first_letter(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase());
    }
    if !c.is_alphabetic() || crate::script::is_mark(c) || c == '\u{640}' {
        return None;
    }
    let letter = std::iter::once(c).nfd().next().unwrap_or(c);
    if letter == 'ٱ' { Some('ا') } else { letter.to_lowercase().next() }
}

/// Names that are sought in a text.
pub(crate) struct Names {
    folded: Vec<String>,
    /// Their first letters, to pass over most words without folding them.
    first: Vec<char>,
    /// The words of the longest.
    longest: usize,
}

impl Names {
    pub(crate) fn new(names: &[&str]) -> Self {
        let folded: Vec<String> = names.iter().map(|name| folded(name)).collect();
        Self {
            first: folded.iter().filter_map(|name| name.chars().next()).collect(),
            longest: folded.iter().map(|name| name.split(' ').count()).max().unwrap_or(0),
            folded,
        }
    }

    /// The longest of the names that begins at the place.
    pub(crate) fn at(&self, cursor: Cursor<'_>) -> Option<Phrase<()>> {
        if cursor.peek().and_then(first_letter).is_some_and(|letter| !self.first.contains(&letter)) {
            return None;
        }
        let first = folded(cursor.word());
        if first.is_empty() || !self.folded.iter().any(|name| name.starts_with(&first)) {
            return None;
        }
        longest(cursor, self.longest, |key, _| self.folded.iter().any(|name| name == key).then_some(()))
    }

    /// True if the word is one of the names.
    pub(crate) fn contains(&self, word: &str) -> bool {
        let key = folded(word);
        self.folded.contains(&key)
    }
}

/// Bytes of the longest word of a name. The longest in the tables are Tamil, of 72 bytes; points may double a word.
const LONGEST_WORD: usize = 200;

/// The bytes of the name's word at the beginning of a text; none if it goes on beyond what a name may have, so that a
/// text without spaces is not read to its end from each of its hyphens.
fn name_length(text: &str) -> Option<usize> {
    let is_hebrew = |c: char| matches!(c, 'א'..='ת');
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        // A quotation mark within a Hebrew word is typed for gershayim: `דה"א`.
        let gershayim =
            matches!(c, '"' | '”') && is_hebrew(before) && text[at + c.len_utf8()..].starts_with(is_hebrew);
        if !is_name(c) && !gershayim {
            return Some(at);
        }
        if at > LONGEST_WORD {
            return None;
        }
        before = c;
    }
    Some(text.len())
}

/// Letters and what stands inside names: marks, hyphens and apostrophes, and the signs of Hebrew abbreviations.
fn is_name(c: char) -> bool {
    is_word(c) && decimal(c).is_none() || matches!(c, '\'' | '’' | 'ʼ' | '-' | '׳' | '״' | '־')
}
