//! References to the Bible: `Ps. 23:1–3`, `1 Kor 13,4`, `سفر التكوين 1: 1`.

use std::ops::Range;

use crate::characters::{Cursor, continues, decimal, folded, is_cased, is_word, words};
use crate::numerals::roman;
use crate::references::books::{self, Certainty, Name, Names};
use crate::references::custom::Custom;
use crate::references::passages::{Proof, Reader, Work};
use crate::references::phrases::{Phrase, longest};
use crate::references::spoken;

/// Endings of an ordinal before the name of a book: `1st John`, `1ère Corinthiens`, `2da Timoteo`, `1a Pedro`.
const BOOK_ENDINGS: &[&str] = &[
    "st", "nd", "rd", "th", "er", "re", "e", "ère", "ere", "eme", "ème", "a", "o", "ra", "ro", "da", "do",
    "ma",
];

/// A book at a place, with the number before its name.
struct Book {
    book: &'static str,
    spoken: String,
    certainty: Certainty,
    short: bool,
    numbered: Number,
    phrase: Phrase<()>,
    /// The name as it is written, without the number.
    name: Range<usize>,
}

/// How the number of a book is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    None,
    Digit,
    /// `I`, which is also a word.
    RomanOne,
    Roman,
    Word,
}

/// The references in a text, in the words of the custom's language.
pub(crate) fn references(text: &str, custom: &Custom) -> Vec<(Range<usize>, String)> {
    let Some(names) = books::names(custom.language) else { return Vec::new() };
    let finder = Finder { text, custom, names, ordinals: &custom.sought().ordinals };
    let mut found = Vec::new();
    let mut at = 0;
    for word in words(text) {
        if word.start < at {
            continue;
        }
        if let Some((end, spoken)) = finder.books(word.start).or_else(|| finder.reference(word.start)) {
            if text[word.start..end] != spoken {
                found.push((word.start..end, spoken));
            }
            at = end;
        }
    }
    found
}

struct Finder<'a> {
    text: &'a str,
    custom: &'a Custom,
    names: &'static Names,
    /// The ordinals before a book's name, folded.
    ordinals: &'static [(String, u32)],
}

impl Finder<'_> {
    /// `1 & 2 Samuel`, `1, 2 and 3 John`: the numbers of several books before their common name. What is said of all
    /// stands behind the last: *First and Second Samuel*.
    fn books(&self, at: usize) -> Option<(usize, String)> {
        let mut cursor = Cursor::new(self.text, at);
        if cursor.before().is_some_and(is_word) {
            return None;
        }
        let (mut number, ..) = self.number(cursor)?;
        let mut earlier = vec![number];
        let mut and = false;
        let last = loop {
            cursor.at += cursor.word().len();
            // German and Portuguese ordinals: `1. und 2. Korinther`.
            cursor.take(|c| c == '.');
            cursor.spaces();
            let word = cursor.word();
            if cursor.take(|c| matches!(c, '&' | ',')).is_some() {
                and |= cursor.before() == Some('&');
            } else if !word.is_empty() && word == self.custom.and.trim() {
                cursor.at += word.len();
                and = true;
            } else {
                return None;
            }
            cursor.spaces();
            let (next, ..) = self.number(cursor).filter(|(next, ..)| *next == number + 1)?;
            number = next;
            match self.book(cursor.at).filter(|book| book.numbered != Number::None) {
                Some(book) => break book,
                None => earlier.push(number),
            }
        };
        if !and || !last.phrase.capital {
            return None;
        }
        let (mut end, mut words) = (last.phrase.end, last.spoken.clone());
        let name = &self.text[last.name.clone()];
        let key = self.key(&folded(name));
        if let Some((behind, spoken)) = self.reference(cursor.at).filter(|(_, said)| said.starts_with(&words))
        {
            (end, words) = (behind, spoken);
        } else if last.phrase.dotted && !continues(Cursor::new(self.text, end)) {
            end -= 1;
        }
        let mut said = String::new();
        for (at, number) in earlier.iter().enumerate() {
            let one = self.names.find(*number, &key, name)?.spoken;
            said.push_str(if at > 0 { self.custom.comma } else { "" });
            said.push_str(own_words(one, &last.spoken));
        }
        Some((end, format!("{said}{}{words}", self.custom.and)))
    }

    /// The end of the reference that begins here, and how it is said.
    fn reference(&self, at: usize) -> Option<(usize, String)> {
        let book = self.book(at)?;
        let mut cursor = Cursor::new(self.text, book.phrase.end);
        let behind = cursor;
        if self.custom.language == "he" {
            // `שמואל א, ז, א`: a comma may follow the book.
            cursor.take(|c| c == ',');
        }
        cursor.spaces();
        self.skip_chapter_word(&mut cursor);
        let proof = match book.certainty {
            _ if !book.phrase.capital => Proof::Colon,
            Certainty::Sure => Proof::None,
            // Whole psalms are quoted as often as their verses.
            _ if book.book == "PSA" && book.phrase.dotted => Proof::Clause,
            Certainty::Person if book.short => Proof::Range,
            // In English no comma or full stop is the custom, so that `John 3.5` may be anything.
            Certainty::Person if self.custom.language != "en" => Proof::Verse,
            Certainty::Person | Certainty::Word if book.phrase.dotted || self.custom.language == "he" => {
                Proof::Verse
            }
            Certainty::Person | Certainty::Word => Proof::Colon,
        };
        if !book.phrase.capital && book.certainty == Certainty::Word {
            return None;
        }
        let work = Work::Book(book.book);
        let starts_book = |at: usize| self.book(at).is_some();
        let reader = Reader { custom: self.custom, work, proof, starts_book: &starts_book };
        let written_chapter = cursor;
        let Some(passages) = reader.passages(&mut cursor) else {
            return self.alone(&book, behind);
        };
        let only_chapter =
            passages.iter().all(|passage| passage.verses.is_empty() && passage.last_chapter.is_none());
        let person = matches!(book.book, "1JN" | "1PE" | "1TI");
        if only_chapter && book.numbered == Number::RomanOne && person {
            return None;
        }
        let roman = !written_chapter.word().chars().any(char::is_numeric);
        // `Gen X` is a generation.
        if only_chapter && roman && book.short && written_chapter.word().chars().count() == 1 {
            return None;
        }
        if only_chapter && book.numbered == Number::None && !book.short && !roman {
            return Some((cursor.at, self.text[at..cursor.at].to_owned()));
        }
        Some((cursor.at, spoken::reference(self.custom, work, &book.spoken, &passages)))
    }

    /// A numbered book without chapter: `II Samuel`. Only capitals tell it from two kings.
    fn alone(&self, book: &Book, cursor: Cursor<'_>) -> Option<(usize, String)> {
        let full = self.text[book.name.clone()].chars().count() >= 4 && book.phrase.capital;
        let named = match book.numbered {
            Number::Roman => true,
            Number::Digit => self.custom.language == "en",
            _ => false,
        };
        let cased = self.text[book.name.clone()].chars().all(|c| is_cased(c) || !c.is_alphabetic());
        let number_behind = {
            let mut next = cursor;
            next.spaces();
            next.number().is_some()
        };
        let stop = usize::from(book.phrase.dotted);
        (full && named && cased && !number_behind).then(|| (book.phrase.end - stop, book.spoken.clone()))
    }

    fn skip_chapter_word(&self, cursor: &mut Cursor<'_>) {
        let mut next = *cursor;
        next.take(|c| matches!(c, ',' | '،'));
        next.spaces();
        let word = next.word();
        let lower = word.to_lowercase();
        let known = |list: &[&str]| list.contains(&lower.as_str()) || list.contains(&folded(word).as_str());
        if word.is_empty() || !(known(self.custom.chapter_words) || known(self.custom.chapter_short)) {
            return;
        }
        next.at += word.len();
        next.take(|c| c == '.');
        next.spaces();
        *cursor = next;
    }

    fn book(&self, at: usize) -> Option<Book> {
        let cursor = Cursor::new(self.text, at);
        if cursor.before().is_some_and(is_word) {
            return None;
        }
        if let Some((number, numbered, next)) = self.number(cursor)
            && let Some(book) = self.named(next, number, numbered)
        {
            return Some(book);
        }
        self.named(cursor, 0, Number::None)
    }

    fn named(&self, cursor: Cursor<'_>, number: u32, numbered: Number) -> Option<Book> {
        let written = |name: Name| (name, None);
        let find = |key: &str, as_written: &str| {
            let key = self.key(key);
            let own = self.names.find(number, &key, as_written).map(written);
            // `Corinthians 13:4`: which letter is not said.
            let either =
                || (1..=2).find_map(|any| self.names.find(any, &key, as_written)).filter(|_| number == 0);
            own.or_else(|| either().map(|name| (name, Some(()))))
        };
        if !self.names.begin_with(&self.key(letters(cursor.word()))) {
            return None;
        }
        let phrase = longest(cursor, self.names.longest(), find)?;
        let ((name, unnumbered), start) = (phrase.found, cursor.at);
        let end = phrase.end - usize::from(phrase.dotted);
        let written = &self.text[start..end];
        if !self.is_spelled_so(written) {
            return None;
        }
        let whole = Phrase { found: (), end: phrase.end, dotted: phrase.dotted, capital: phrase.capital };
        Some(Book {
            book: name.book,
            spoken: unnumbered.map_or_else(|| name.spoken.to_owned(), |()| written.to_owned()),
            certainty: unnumbered.map_or(name.certainty, |()| Certainty::Word),
            short: name.short,
            numbered,
            phrase: whole,
            name: start..end,
        })
    }

    /// German umlauts tell words apart (`Rom`, the city, and `Röm`); accents of other languages are often left out.
    fn is_spelled_so(&self, written: &str) -> bool {
        self.custom.language != "de" || !written.eq_ignore_ascii_case("rom")
    }

    /// German umlauts may be written with an e.
    fn key(&self, name: &str) -> String {
        match self.custom.language {
            "de" => {
                folded(name).replace("roem", "rom").replace("koenig", "konig").replace("hebraeer", "hebraer")
            }
            _ => name.to_owned(),
        }
    }

    /// The number before a book's name, and the place behind it.
    fn number<'a>(&self, cursor: Cursor<'a>) -> Option<(u32, Number, Cursor<'a>)> {
        let mut next = cursor;
        if let Some(number) = next.number().filter(|number| (1..=5).contains(number)) {
            let ending = next.word();
            let lower = ending.to_lowercase();
            if BOOK_ENDINGS.contains(&lower.as_str()) {
                next.at += ending.len();
            }
            next.take(|c| c == '.');
            next.take(|c| matches!(c, 'º' | 'ª' | '°'));
            next.take(|c| c == '.');
            next.spaces();
            return Some((number, Number::Digit, next));
        }
        let word = cursor.word();
        next.at += word.len();
        let roman = roman::value(word)
            .filter(|value| *value <= 5 && word.starts_with(['I', 'V', 'Ⅰ', 'Ⅱ', 'Ⅲ', 'Ⅳ']));
        let (number, numbered) = match roman {
            Some(1) => (1, Number::RomanOne),
            Some(value) => (value, Number::Roman),
            None => {
                let key = folded(word);
                let (_, number) = self.ordinals.iter().find(|(name, _)| *name == key)?;
                (*number, Number::Word)
            }
        };
        next.take(|c| c == '.');
        next.spaces().then_some((number, numbered, next))
    }
}

/// What the first of two names has before the words that both end in: *First* of *First Samuel* and *Second Samuel*.
fn own_words<'a>(one: &'a str, other: &str) -> &'a str {
    let own = one.match_indices(' ').map(|(space, _)| space).find(|space| other.ends_with(&one[*space..]));
    &one[..own.unwrap_or(one.len())]
}

/// The letters at the beginning of a word that may end in digits: `Ps23`.
fn letters(word: &str) -> &str {
    &word[..word.find(|c| decimal(c).is_some()).unwrap_or(word.len())]
}
