//! Names of one or several words at a place in a text.

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

/// Names that are sought in a text, with their folded forms.
pub(crate) struct Names(Vec<String>);

impl Names {
    pub(crate) fn new(names: &[&str]) -> Self {
        Self(names.iter().map(|name| folded(name)).collect())
    }

    /// The longest of the names that begins at the place.
    pub(crate) fn at(&self, cursor: Cursor<'_>) -> Option<Phrase<()>> {
        let first = folded(cursor.word());
        if first.is_empty() || !self.0.iter().any(|name| name.starts_with(&first)) {
            return None;
        }
        let words = self.0.iter().map(|name| name.split(' ').count()).max().unwrap_or(0);
        longest(cursor, words, |key, _| self.0.iter().any(|name| name == key).then_some(()))
    }

    /// True if the word is one of the names.
    pub(crate) fn contains(&self, word: &str) -> bool {
        let key = folded(word);
        self.0.contains(&key)
    }
}

/// Bytes of the longest word of a name. The longest in the tables are Tamil, of 72 bytes; points may double a word.
const LONGEST_WORD: usize = 200;

/// The bytes of the name's word at the beginning of a text; none if it goes on beyond what a name may have, so that a
/// text without spaces is not read to its end from each of its hyphens.
fn name_length(text: &str) -> Option<usize> {
    let end = text.char_indices().find(|(at, c)| !is_name(*c) || *at > LONGEST_WORD);
    let end = end.map_or(text.len(), |(end, _)| end);
    (end <= LONGEST_WORD).then_some(end)
}

/// Letters and what stands inside names: marks, hyphens and apostrophes, and the signs of Hebrew abbreviations.
fn is_name(c: char) -> bool {
    is_word(c) && decimal(c).is_none() || matches!(c, '\'' | '’' | 'ʼ' | '-' | '׳' | '״' | '־')
}
