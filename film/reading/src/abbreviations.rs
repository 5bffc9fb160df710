//! Abbreviations of the clergy and of texts: `Rev.`, `St.`, `cf.`, `z. B.`
//!
//! The tables in `data/abbreviations` are the crate's own. Case matters: `St.` is a saint, `st.` is nothing.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::characters::{Cursor, continues, decimal, is_cased, is_space, is_word, word_before, words};
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// The entries of each language by their first word.
static LANGUAGES: LazyLock<HashMap<&'static str, HashMap<&'static str, Vec<Entry>>>> = LazyLock::new(|| {
    [
        ("ar", include_str!("../data/abbreviations/ar.txt")),
        ("de", include_str!("../data/abbreviations/de.txt")),
        ("en", include_str!("../data/abbreviations/en.txt")),
        ("es", include_str!("../data/abbreviations/es.txt")),
        ("fr", include_str!("../data/abbreviations/fr.txt")),
        ("he", include_str!("../data/abbreviations/he.txt")),
        ("hi", include_str!("../data/abbreviations/hi.txt")),
        ("it", include_str!("../data/abbreviations/it.txt")),
        ("pt", include_str!("../data/abbreviations/pt.txt")),
        ("ta", include_str!("../data/abbreviations/ta.txt")),
    ]
    .into_iter()
    .map(|(language, table)| (language, parse(table)))
    .collect()
});

struct Entry {
    /// Without a full stop that may be left out.
    written: &'static str,
    optional_stop: bool,
    spoken: &'static str,
    place: Place,
}

/// Where an abbreviation is one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Any,
    /// Before a word with a capital, or any word in a script without capitals.
    Name,
    /// Before a name that ends in a.
    Feminine,
    /// Before a name that begins with a vowel, which it joins.
    Vowel,
    Number,
    /// Behind a name.
    Behind,
    /// Between two words with capitals.
    Between,
    /// Behind a German word of the genitive or dative.
    Oblique,
    /// Behind *der*, *die* or *das*.
    Article,
    /// Behind a number in digits.
    Measure,
}

/// German words that ask for *heiligen*.
const OBLIQUE: &[&str] = &["des", "dem", "den", "vom", "zum", "im", "am", "beim", "einem", "unserem", "zur"];

/// Masculine Italian names that end in a.
const MASCULINE: &[&str] = &[
    "Andrea", "Luca", "Nicola", "Mattia", "Battista", "Barnaba", "Giuda", "Tobia", "Elia", "Zaccaria", "Enea",
];

fn parse(table: &'static str) -> HashMap<&'static str, Vec<Entry>> {
    let mut entries: HashMap<&str, Vec<Entry>> = HashMap::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('|');
        let (Some(written), Some(spoken), Some(place)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let place = match place {
            "name" => Place::Name,
            "feminine" => Place::Feminine,
            "number" => Place::Number,
            "behind" => Place::Behind,
            "vowel" => Place::Vowel,
            "between" => Place::Between,
            "oblique" => Place::Oblique,
            "article" => Place::Article,
            "measure" => Place::Measure,
            _ => Place::Any,
        };
        let (written, optional_stop) = match written.strip_suffix("(.)") {
            Some(stem) => (stem, true),
            None => (written, false),
        };
        let first = &written[..written.find(|c| !is_word(c)).unwrap_or(written.len())];
        entries.entry(first).or_default().push(Entry { written, optional_stop, spoken, place });
    }
    entries
}

/// Abbreviations in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let Some(table) = LANGUAGES.get(options.primary().as_str()) else { return Vec::new() };
    let mut found: Vec<Rewrite> = Vec::new();
    for word in words(text) {
        if found.last().is_some_and(|last| last.written.end > word.start) {
            continue;
        }
        let entries = table.get(&text[word.clone()]).into_iter().flatten();
        let hit = entries
            .filter_map(|entry| entry.at(text, word.start).map(|written| (written, entry.spoken)))
            .next();
        if let Some((written, spoken)) = hit {
            found.push(Rewrite::text(written, spoken, Kind::Abbreviation));
        }
    }
    found
}

impl Entry {
    /// The range of the abbreviation, if it stands at a place and is one there.
    fn at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let mut cursor = Cursor::new(text, at);
        cursor.at += same(cursor.rest(), self.written)?;
        let dotted =
            self.written.ends_with('.') || (self.optional_stop && cursor.take(|c| c == '.').is_some());
        if cursor.peek().is_some_and(is_word) && !(self.written.ends_with('/') || self.written.ends_with('.'))
        {
            return None;
        }
        if cursor.peek().is_some_and(|c| matches!(c, '\'' | '’' | '-' | '/'))
            || text[..at].ends_with(['-', '.', '\'', '’', '/', '@', '#'])
        {
            return None;
        }
        let mut next = cursor;
        let spaced = next.spaces();
        let word = next.word();
        let named = word.starts_with(|c: char| c.is_uppercase() || (c.is_alphabetic() && !is_cased(c)));
        let before = word_before(text, at);
        let capital_before = before.starts_with(char::is_uppercase);
        let fits = match self.place {
            Place::Any => true,
            Place::Name => named && (spaced || dotted),
            Place::Feminine => named && word.ends_with('a') && !MASCULINE.contains(&word),
            Place::Vowel => named && word.starts_with(|c: char| "AEIOUÀÈÉÌÒÙ".contains(c)),
            Place::Number => next.peek().and_then(decimal).is_some(),
            Place::Behind => capital_before && !named || text[..at].trim_end_matches(is_space).ends_with(','),
            Place::Between => capital_before && named,
            Place::Oblique => OBLIQUE.contains(&before.to_lowercase().as_str()),
            Place::Measure => before.ends_with(|c| decimal(c).is_some()),
            Place::Article => matches!(before.to_lowercase().as_str(), "der" | "die" | "das"),
        };
        if !fits {
            return None;
        }
        if self.place == Place::Vowel {
            return Some(at..next.at);
        }
        // The full stop of an abbreviation that ends its sentence stays as the sentence's.
        let before_word =
            matches!(self.place, Place::Name | Place::Feminine | Place::Number | Place::Between);
        let inner = continues(cursor) || before_word || (word.starts_with(|c: char| !is_cased(c)) && named);
        let end =
            if dotted && !inner && !(spaced && self.is_clause_word()) { cursor.at - 1 } else { cursor.at };
        Some(at..end)
    }

    /// True for what never ends a sentence, such as *compare* and *for example*.
    fn is_clause_word(&self) -> bool {
        !matches!(
            self.spoken,
            "et cetera"
                | "und so weiter"
                | "eccetera"
                | "Jahrhundert"
                | "rest in peace"
                | "Junior"
                | "Senior"
        )
    }
}

/// The length of what stands at the beginning of a text that is this abbreviation. Between its parts there may be
/// another kind of space.
fn same(text: &str, written: &str) -> Option<usize> {
    let mut at = 0;
    for c in written.chars() {
        let next = text[at..].chars().next()?;
        let equal = next == c
            || (c == ' ' && is_space(next))
            || matches!((c, next), ('׳', '\'' | '’') | ('״', '"' | '”'));
        if !equal {
            return None;
        }
        at += next.len_utf8();
    }
    Some(at)
}
