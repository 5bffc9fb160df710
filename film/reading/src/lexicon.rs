//! The lexicon: words that are read otherwise than the voice would read them.
//!
//! The tenant's and the project's entries ([`Options::lexicon`]) come first, then the built-in ones, which hold the
//! names of scripture that espeak-ng gets wrong. Whole words match, the longest entry first. A built-in entry that
//! begins with a capital is a name and matches no small letter (`Job`, but `job`); all others match in any case.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::characters::{Cursor, is_space, is_word, words};
use crate::options::{LexiconEntry, Options};
use crate::rewrite::{Kind, Rewrite};

/// The built-in entries of each language by their first word in small letters, the longest first.
static LANGUAGES: LazyLock<HashMap<&'static str, Entries>> = LazyLock::new(|| {
    [
        ("de", include_str!("../data/lexicon/de.txt")),
        ("en", include_str!("../data/lexicon/en.txt")),
        ("fr", include_str!("../data/lexicon/fr.txt")),
        ("it", include_str!("../data/lexicon/it.txt")),
    ]
    .into_iter()
    .map(|(language, table)| (language, parse(table)))
    .collect()
});

type Entries = HashMap<String, Vec<(String, &'static str)>>;

fn parse(table: &'static str) -> Entries {
    let mut entries = Entries::new();
    for (written, spoken) in
        table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('|'))
    {
        entries.entry(first_word(written)).or_default().push((written.to_owned(), spoken));
    }
    for list in entries.values_mut() {
        list.sort_by_key(|(written, _)| std::cmp::Reverse(written.len()));
    }
    entries
}

fn first_word(written: &str) -> String {
    written[..written.find(|c| !is_word(c)).unwrap_or(written.len())].to_lowercase()
}

/// The tenant's entries that have a sign or digit. They go before numbers and abbreviations are read, which would take
/// the sign away.
pub(crate) fn signs(text: &str, options: &Options) -> Vec<Rewrite> {
    own(text, options, |entry| !is_plain(entry))
}

/// The tenant's entries that are plain words, then the built-in ones. They go behind all other words, so that names in
/// what other passes wrote are read rightly too.
pub(crate) fn plain_words(text: &str, options: &Options) -> Vec<Rewrite> {
    crate::draft::merge([own(text, options, is_plain), built_in(text, options)])
}

fn is_plain(entry: &LexiconEntry) -> bool {
    entry
        .written
        .chars()
        .all(|c| is_word(c) && !c.is_numeric() || is_space(c) || matches!(c, '\'' | '’' | '-'))
}

fn own(text: &str, options: &Options, wanted: impl Fn(&LexiconEntry) -> bool) -> Vec<Rewrite> {
    let entries: Vec<(String, &LexiconEntry)> = options
        .lexicon
        .iter()
        .filter(|entry| wanted(entry) && !entry.written.trim().is_empty())
        .map(|entry| (folded(entry.written.trim()), entry))
        .collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Rewrite> = Vec::new();
    let mut before = None;
    for (at, c) in text.char_indices() {
        let inside = before.replace(c).is_some_and(is_word) && is_word(c);
        if inside || is_space(c) || found.last().is_some_and(|last| last.written.end > at) {
            continue;
        }
        // Looked at once, not by each of a thousand entries.
        let first = folded(letter(&text[at..]));
        let mut fitting = entries.iter().filter(|(written, _)| written.starts_with(&first));
        let hit = fitting.find_map(|(written, entry)| Some((matches(text, at, written)?, entry)));
        if let Some((end, entry)) = hit {
            found.push(Rewrite::text(at..end, entry.spoken.clone(), Kind::Lexicon));
        }
    }
    found
}

fn built_in(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let Some(entries) = LANGUAGES.get(language.as_str()) else { return Vec::new() };
    let mut found: Vec<Rewrite> = Vec::new();
    for word in words(text) {
        if found.last().is_some_and(|last| last.written.end > word.start) {
            continue;
        }
        let written = &text[word.clone()];
        let list = entries.get(&written.to_lowercase()).into_iter().flatten();
        let fits = |(entry, spoken): &(String, &'static str)| {
            let name = entry.starts_with(char::is_uppercase);
            if name && !written.starts_with(char::is_uppercase) || written == "Job" && is_a_task(text, &word)
            {
                return None;
            }
            Some((matches(text, word.start, &folded(entry))?, *spoken))
        };
        let hit = list.filter_map(fits).next();
        if let Some((end, spoken)) = hit.filter(|(end, spoken)| text[word.start..*end] != **spoken) {
            let mut letters = spoken.chars();
            let spoken = match letters.next() {
                Some(first) if written.starts_with(char::is_uppercase) => {
                    first.to_uppercase().chain(letters).collect()
                }
                _ => spoken.to_owned(),
            };
            found.push(Rewrite::text(word.start..end, spoken, Kind::Lexicon));
        } else if let Some(spoken) = accented(written).filter(|_| language == "en" && hit.is_none()) {
            found.push(Rewrite::text(word, spoken, Kind::Lexicon));
        }
    }
    found
}

/// `crownèd`: poets mark the ending that is a syllable.
fn accented(word: &str) -> Option<String> {
    let stem = word.strip_suffix("èd").or_else(|| word.strip_suffix("éd")).filter(|stem| stem.len() > 1)?;
    Some(format!("{stem}id"))
}

/// `Job 1 of 3` is no book and no man.
fn is_a_task(text: &str, word: &Range<usize>) -> bool {
    let mut cursor = Cursor::new(text, word.end);
    cursor.spaces();
    cursor.take(|c| c == '#');
    let number = cursor.number().is_some();
    cursor.spaces();
    number && cursor.word() == "of"
}

/// The end of an entry that stands at a place as whole words. The entry is [`folded`]. One space of the entry stands
/// for any run of spaces.
fn matches(text: &str, at: usize, entry: &str) -> Option<usize> {
    let mut cursor = Cursor::new(text, at);
    let mut left = entry;
    while let Some(c) = left.chars().next() {
        if is_space(c) {
            if !cursor.spaces() {
                return None;
            }
            left = &left[c.len_utf8()..];
            continue;
        }
        let letter = letter(cursor.rest());
        left = left.strip_prefix(folded(letter).as_str()).filter(|_| !letter.is_empty())?;
        cursor.at += letter.len();
    }
    let whole = !(entry.ends_with(is_word) && cursor.peek().is_some_and(is_word));
    whole.then_some(cursor.at)
}

/// A character and the marks on it, which may be written in any order: an entry is stored in the canonical order, in
/// which a Hebrew or Arabic vowel stands before the dagesh or shadda, and people type it behind.
fn letter(text: &str) -> &str {
    let mut marks = text.char_indices().skip(1);
    let end = marks.find(|(_, c)| canonical_combining_class(*c) == 0).map_or(text.len(), |(end, _)| end);
    &text[..end]
}

/// A text for comparison: small letters, taken apart from their marks, the marks in the canonical order, and one
/// apostrophe for both.
fn folded(text: &str) -> String {
    let small = text.chars().flat_map(char::to_lowercase);
    small.map(|c| if c == '’' { '\'' } else { c }).nfd().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(written: &str, spoken: &str) -> LexiconEntry {
        LexiconEntry { written: written.into(), spoken: spoken.into() }
    }

    fn spoken(text: &str, options: &Options) -> String {
        crate::read(text, options).segments.into_iter().map(|segment| segment.spoken).collect()
    }

    #[test]
    fn whole_words_are_read_as_the_tenants_entries_say_in_any_case() {
        let lexicon = vec![entry("Hor", "Hore"), entry("Mount Zion", "Mount Zyon"), entry("ÉLIE", "Élie")];
        let options = Options::with("en", Default::default(), lexicon);
        let said = spoken("HOR had no horns on Mount  Zion; élie, hor", &options);
        assert_eq!(said, "Hore had no horns on Mount Zyon; Élie, Hore");
    }

    /// Entries are stored in form C; texts come in any order of marks, and in letters that are one with their marks.
    #[test]
    fn an_entry_fits_whatever_the_order_of_its_marks() {
        for (language, written, as_typed) in [
            // Dagesh, shin dot and vowel in speech order, the dagesh before the shin dot, and as presentation forms.
            ("he", "שַׁבָּת", &["שַׁבָּת", "שׁ\u{5B7}ב\u{5BC}\u{5B8}ת", "\u{FB2A}\u{5B7}\u{FB31}\u{5B8}ת"][..]),
            (
                "he",
                "מִשָּׁה",
                &[
                    "מ\u{5B4}ש\u{5BC}\u{5C1}\u{5B8}ה",
                    "מ\u{5B4}ש\u{5C1}\u{5BC}\u{5B8}ה",
                    "מ\u{5B4}ש\u{5B8}\u{5C1}\u{5BC}ה",
                ],
            ),
            // Shadda before the vowel, as people type it, and behind it.
            ("ar", "محمَّد", &["محم\u{651}\u{64E}د", "محم\u{64E}\u{651}د"]),
            ("ar", "آمين", &["ا\u{653}مين", "آمين"]),
            ("hi", "क़ुरान", &["\u{958}\u{941}रान", "क\u{93C}\u{941}रान"]),
            ("fr", "Élie", &["E\u{301}lie", "élie"]),
        ] {
            let stored: String = written.nfc().collect();
            let options = Options::with(language, Default::default(), vec![entry(&stored, "amen")]);
            for text in as_typed {
                let said = spoken(text, &options);
                assert!(said.eq_ignore_ascii_case("amen"), "{language} {text:?} {said}");
            }
        }
        // Other marks make another word.
        let options = Options::with("he", Default::default(), vec![entry("שַׁבָּת", "amen")]);
        assert!(!spoken("ש\u{5B7}ב\u{5BC}\u{5B8}ת", &options).contains("amen"));
        let options = Options::with("fr", Default::default(), vec![entry("Elie", "amen"), entry("e", "x")]);
        assert_eq!(spoken("E\u{301}lie", &options).nfc().collect::<String>(), "Élie");
    }

    #[test]
    fn the_tenants_entries_win_over_the_built_in_ones_and_over_abbreviations() {
        let lexicon = vec![entry("Nahum", "Nah-hoom"), entry("St.", "Saint of God"), entry("Fr.", "Frater")];
        let options = Options::with("en", Default::default(), lexicon);
        assert_eq!(spoken("Nahum 1:7, Fr. Brown", &options), "Nah-hoom 1, verse 7, Frater Brown");
        assert_eq!(spoken("Nahum", &Options::new("en")), "Nayhum");
    }

    #[test]
    fn a_name_is_not_a_small_word() {
        let options = Options::new("en");
        assert_eq!(spoken("Job lost his job. JOB's wife.", &options), "Jobe lost his job. Jobe's wife.");
        let tasks = "Job 1 of 3 is done. The Job description is here.";
        assert_eq!(spoken(tasks, &options), tasks);
    }

    #[test]
    fn every_entry_changes_something_or_guards_it_and_stands_once() {
        for (language, entries) in LANGUAGES.iter() {
            let mut seen = std::collections::HashSet::new();
            for (written, spoken) in entries.values().flatten() {
                assert!(seen.insert(written), "{language} {written} stands twice");
                let guard = written == spoken && entries[&first_word(written)].len() > 1;
                assert!(written != spoken || guard, "{language} {written}");
                assert!(!spoken.trim().is_empty(), "{language} {written}");
            }
        }
    }
}
