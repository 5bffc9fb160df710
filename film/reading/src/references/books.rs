//! The books of the Bible: how each language writes and says their names, and how many verses their chapters have.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use unicode_normalization::UnicodeNormalization;

use crate::characters::{folded, is_cased, is_word};

/// The names of one language.
pub(crate) struct Names {
    /// By the number before the name (0 for none) and the name in small letters.
    exact: HashMap<(u32, String), Vec<Name>>,
    /// The same by the folded name, for accents that are left out.
    folded: HashMap<(u32, String), Name>,
    /// The folded first words of all names, to pass over other words quickly.
    first_words: HashSet<String>,
    /// The words of the longest name.
    longest: usize,
}

/// A way to write a book's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The book's code in USFM, for example `1CO`.
    pub(crate) book: &'static str,
    /// How a reader says it.
    pub(crate) spoken: &'static str,
    pub(crate) certainty: Certainty,
    /// True for a name that is shorter than the spoken one.
    pub(crate) short: bool,
}

/// How sure it is that a written name means the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// The name is nothing else.
    Sure,
    /// It is also a person's name, which only a verse behind it tells apart.
    Person,
    /// It is also a word of the language or very short.
    Word,
}

type Table = (&'static str, &'static str, OnceLock<Names>);

const fn table(language: &'static str, text: &'static str) -> Table {
    (language, text, OnceLock::new())
}

static LANGUAGES: [Table; 10] = [
    table("ar", include_str!("../../data/books/ar.txt")),
    table("de", include_str!("../../data/books/de.txt")),
    table("en", include_str!("../../data/books/en.txt")),
    table("es", include_str!("../../data/books/es.txt")),
    table("fr", include_str!("../../data/books/fr.txt")),
    table("he", include_str!("../../data/books/he.txt")),
    table("hi", include_str!("../../data/books/hi.txt")),
    table("it", include_str!("../../data/books/it.txt")),
    table("pt", include_str!("../../data/books/pt.txt")),
    table("ta", include_str!("../../data/books/ta.txt")),
];

static VERSES: LazyLock<HashMap<&'static str, Vec<u32>>> = LazyLock::new(|| {
    let lines = include_str!("../../data/verses.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (book, counts) = line.split_once(' ')?;
            Some((book, counts.split(' ').filter_map(|count| count.parse().ok()).collect()))
        })
        .collect()
});

/// The names of a language's books, if there is a table of it.
pub(crate) fn names(language: &str) -> Option<&'static Names> {
    let (_, text, names) = LANGUAGES.iter().find(|(tag, ..)| *tag == language)?;
    Some(names.get_or_init(|| Names::parse(text)))
}

/// How many chapters a book has.
pub(crate) fn chapters(book: &str) -> u32 {
    VERSES.get(book).map_or(0, |counts| counts.len() as u32)
}

/// True if the book may have this chapter. Joel and Malachi are divided in two ways, and the Greek Psalms and Daniel
/// have one and two more.
pub(crate) fn has_chapter(book: &str, chapter: u32) -> bool {
    let more = match book {
        "JOL" | "PSA" => 1,
        "DAN" => 2,
        "EST" => 6,
        _ => 0,
    };
    (1..=chapters(book) + more).contains(&chapter)
}

/// True if the chapter may have this verse. Bibles number verses and psalms differently, so that the neighbouring
/// chapters count too, and three verses more than theirs.
pub(crate) fn has_verse(book: &str, chapter: u32, verse: u32) -> bool {
    let Some(counts) = VERSES.get(book) else { return false };
    if !has_chapter(book, chapter) || verse == 0 {
        return false;
    }
    let count = |chapter: u32| counts.get((chapter as usize).wrapping_sub(1)).copied().unwrap_or(0);
    let most = match book {
        // The Greek book has the prayer of Azariah and the song of the three in its third chapter.
        "DAN" if chapter >= 3 => 100,
        // The Greek Psalms join two of the Hebrew ones.
        "PSA" if matches!(chapter, 9 | 113) => count(chapter) + count(chapter + 1),
        "PSA" => count(chapter - 1).max(count(chapter)).max(count(chapter + 1)),
        "EST" if chapter >= 10 => 30,
        "JOL" | "MAL" => count(chapter).max(count(chapter - 1)),
        _ => count(chapter),
    };
    verse <= most + 3
}

impl Names {
    fn parse(text: &'static str) -> Self {
        let mut names =
            Self { exact: HashMap::new(), folded: HashMap::new(), first_words: HashSet::new(), longest: 1 };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('|');
            let (Some(book), Some(spoken), Some(forms)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            for form in forms.split(',').map(str::trim).filter(|form| !form.is_empty()) {
                names.add(book, spoken, form);
            }
        }
        names
    }

    fn add(&mut self, book: &'static str, spoken: &'static str, form: &str) {
        let own = book.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0);
        let (flag, form) = match form.chars().next() {
            Some(flag @ ('!' | '~' | '+')) => (Some(flag), &form[1..]),
            _ => (None, form),
        };
        let (number, form) = match form.split_once(' ') {
            Some(("#", form)) => (own, form),
            Some((digit, form)) if digit.parse::<u32>().is_ok() => (digit.parse().unwrap_or(0), form),
            _ => (0, form),
        };
        let letters = form.chars().filter(|c| c.is_alphabetic()).count();
        // A script without capitals gives no hint that a short form is a name.
        let cased = form.chars().any(is_cased);
        let certainty = match flag {
            Some('!') => Certainty::Word,
            Some('~') => Certainty::Person,
            None if letters < 2 || !cased && letters < 4 && number == 0 && !form.contains(['׳', '״']) => {
                Certainty::Word
            }
            None if letters < 3 && number == 0 => Certainty::Person,
            _ => Certainty::Sure,
        };
        let key = folded(form);
        let short = number == 0 && key.chars().count() < folded(spoken).chars().count();
        self.longest = self.longest.max(key.split(' ').count());
        let name = Name { book, spoken, certainty, short };
        self.first_words.insert(first_word(&key).to_owned());
        self.folded.entry((number, key)).or_insert(name);
        self.exact.entry((number, plain(form))).or_default().push(name);
    }

    /// True if a name begins with this word.
    pub(crate) fn begin_with(&self, word: &str) -> bool {
        self.first_words.contains(first_word(&folded(word)))
    }

    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// The book that is written so, by the number before it and its name, folded and in small letters: Portuguese
    /// `Jo` is João, `Jó` is Job.
    pub(crate) fn find(&self, number: u32, folded: &str, written: &str) -> Option<Name> {
        let exact = self.exact.get(&(number, plain(written))).and_then(|names| names.first());
        exact.or_else(|| self.folded.get(&(number, folded.to_owned()))).copied()
    }
}

/// The letters before the first sign or space.
fn first_word(name: &str) -> &str {
    &name[..name.find(|c: char| !is_word(c)).unwrap_or(name.len())]
}

/// A name in small letters, without the full stops of abbreviations.
fn plain(written: &str) -> String {
    written.nfc().flat_map(char::to_lowercase).filter(|c| *c != '.').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_all_books_of_the_shared_canon() {
        let canon: Vec<&str> = VERSES.keys().copied().collect();
        for (tag, text, _) in &LANGUAGES {
            let named: Vec<&str> = text.lines().filter_map(|line| line.split('|').next()).collect();
            let missing: Vec<&&str> = PROTESTANT.iter().filter(|book| !named.contains(book)).collect();
            assert!(missing.is_empty(), "{tag} {missing:?}");
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let book = line.split('|').next().unwrap_or_default();
                assert!(canon.contains(&book), "{tag} {line}");
                assert_eq!(line.split('|').count(), 3, "{tag} {line}");
            }
        }
    }

    #[test]
    fn no_name_means_two_books() {
        for (tag, ..) in &LANGUAGES {
            for (key, found) in &names(tag).expect("a table").exact {
                assert!(found.iter().all(|name| name.book == found[0].book), "{tag} {key:?} {found:?}");
            }
        }
    }

    #[test]
    fn the_verses_are_those_of_the_king_james_version() {
        let total: u32 = PROTESTANT.iter().flat_map(|book| &VERSES[*book]).sum();
        assert_eq!(total, 31_102);
        let chapters: u32 = PROTESTANT.iter().map(|book| chapters(book)).sum();
        assert_eq!(chapters, 1_189);
    }

    #[test]
    fn other_numberings_are_plausible_too() {
        for (book, chapter, verse) in
            [("PSA", 51, 21), ("PSA", 151, 1), ("JOL", 4, 21), ("DAN", 13, 64), ("PSA", 9, 39)]
        {
            assert!(has_verse(book, chapter, verse), "{book} {chapter} {verse}");
        }
        for (book, chapter, verse) in
            [("JUD", 2, 1), ("JHN", 22, 1), ("JHN", 3, 50), ("GEN", 0, 1), ("GEN", 1, 0)]
        {
            assert!(!has_verse(book, chapter, verse), "{book} {chapter} {verse}");
        }
    }

    const PROTESTANT: &[&str] = &[
        "GEN", "EXO", "LEV", "NUM", "DEU", "JOS", "JDG", "RUT", "1SA", "2SA", "1KI", "2KI", "1CH", "2CH",
        "EZR", "NEH", "EST", "JOB", "PSA", "PRO", "ECC", "SNG", "ISA", "JER", "LAM", "EZK", "DAN", "HOS",
        "JOL", "AMO", "OBA", "JON", "MIC", "NAM", "HAB", "ZEP", "HAG", "ZEC", "MAL", "MAT", "MRK", "LUK",
        "JHN", "ACT", "ROM", "1CO", "2CO", "GAL", "EPH", "PHP", "COL", "1TH", "2TH", "1TI", "2TI", "TIT",
        "PHM", "HEB", "JAS", "1PE", "2PE", "1JN", "2JN", "3JN", "JUD", "REV",
    ];
}
