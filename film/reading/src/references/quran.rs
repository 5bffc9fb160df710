//! References to the Quran: `Quran 2:255`, `Surah Al-Baqarah, 255`, `البقرة: 255`, and `(2:255)` in a text that names
//! it.

use std::ops::Range;

use crate::characters::{Cursor, is_word, words};
use crate::references::custom::{Custom, Sought};
use crate::references::passages::{Proof, Reader, Work};
use crate::references::phrases::{Names, longest};
use crate::references::spoken;
use crate::references::suras::{self, Sura};

/// The words of the longest name of a sura, with its article.
const LONGEST: usize = 5;

/// The references in a text, in the words of the custom's language.
pub(crate) fn references(text: &str, custom: &Custom) -> Vec<(Range<usize>, String)> {
    let Sought { quran, sura, .. } = custom.sought();
    let finder = Finder { text, custom, quran, sura };
    let named = words(text).any(|word| finder.is_named(word.start));
    let mut found = Vec::new();
    let mut at = 0;
    for word in words(text) {
        if word.start < at {
            continue;
        }
        let reference = finder.by_number(word.start).or_else(|| finder.by_name(word.start)).or_else(|| {
            // Asked first, because a list of references may be as long as the text.
            let bracketed = named && text[..word.start].ends_with(['(', '[', '﴾']);
            bracketed.then(|| finder.bare(word.start)).flatten()
        });
        if let Some((end, spoken)) = reference {
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
    /// The names of the Quran, and the words for a sura.
    quran: &'static Names,
    sura: &'static Names,
}

impl Finder<'_> {
    fn is_named(&self, at: usize) -> bool {
        self.phrase(at, self.quran).is_some() || self.phrase(at, self.sura).is_some()
    }

    /// The end of one of these phrases, if it begins here.
    fn phrase(&self, at: usize, names: &Names) -> Option<usize> {
        names.at(Cursor::new(self.text, at)).map(|phrase| phrase.end)
    }

    fn reader(&self, starts_book: &dyn Fn(usize) -> bool, cursor: &mut Cursor<'_>) -> Option<String> {
        let reader = Reader { custom: self.custom, work: Work::Quran, proof: Proof::Verse, starts_book };
        let passages = reader.passages(cursor)?;
        Some(spoken::reference(self.custom, Work::Quran, "", &passages))
    }

    /// `Quran 2:255`, `Surah 2:255`, `Q. 2:255`.
    fn by_number(&self, at: usize) -> Option<(usize, String)> {
        let quran = self.phrase(at, self.quran);
        let sura = self.phrase(at, self.sura);
        let short = self.text[at..].starts_with("Q.") && !self.text[..at].ends_with(is_word);
        let end = quran.or(sura).or_else(|| short.then_some(at + 2))?;
        let mut cursor = Cursor::new(self.text, end);
        cursor.spaces();
        cursor.take(|c| matches!(c, ',' | '،' | '(' | '['));
        cursor.spaces();
        let closes = cursor.before().is_some_and(|c| matches!(c, '(' | '['));
        let numbers = self.reader(&|_| false, &mut cursor)?;
        if closes {
            cursor.take(|c| matches!(c, ')' | ']'));
        }
        let spoken = match quran {
            Some(end) => {
                format!("{}{}{numbers}", self.text[at..end].trim_end_matches('.'), self.custom.comma)
            }
            None => numbers,
        };
        Some((cursor.at, spoken))
    }

    /// `2:255` alone.
    fn bare(&self, at: usize) -> Option<(usize, String)> {
        let mut cursor = Cursor::new(self.text, at);
        cursor.number()?;
        let mut cursor = Cursor::new(self.text, at);
        let numbers = self.reader(&|_| false, &mut cursor)?;
        Some((cursor.at, numbers))
    }

    /// `Surah Al-Baqarah, 255`, `Al-Baqarah 2:255`, `سورة البقرة: 255`.
    fn by_name(&self, at: usize) -> Option<(usize, String)> {
        let sura_word = self.phrase(at, self.sura);
        let mut start = Cursor::new(self.text, sura_word.unwrap_or(at));
        start.spaces();
        let arabic = start.peek().is_some_and(|c| ('\u{600}'..='\u{6FF}').contains(&c));
        if start.peek().is_none_or(char::is_lowercase) {
            return None;
        }
        let find = |key: &str, _: &str| suras::by_name(key).map(|sura| (sura, has_article(key)));
        let phrase = longest(start, LONGEST, find)?;
        let (sura, article) = phrase.found;
        if start.before().is_some_and(is_word) || !phrase.capital {
            return None;
        }
        let mut cursor = Cursor::new(self.text, phrase.end);
        let spaced = cursor.spaces();
        let mark = cursor.take(|c| matches!(c, ':' | ',' | '،' | '(' | '[' | '-' | '–'));
        cursor.spaces();
        let mut after = cursor;
        let first = after.number()?;
        // Some write the sura's number between name and verse.
        let numbered = first == sura.number
            && after.take(|c| matches!(c, ':' | '.')).is_some()
            && after.number().is_some();
        let sure = sura_word.is_some() || numbered || (article && (!arabic || mark.is_some()));
        if !sure || !(spaced || mark.is_some()) {
            return None;
        }
        if numbered {
            cursor.number();
            cursor.take(|_| true);
        }
        let reader =
            Reader { custom: self.custom, work: Work::Quran, proof: Proof::Verse, starts_book: &|_| false };
        let verses = reader.verse_list(&mut cursor, sura.number, false)?;
        if verses.iter().any(|verses| verses.first > sura.verses) {
            return None;
        }
        if matches!(mark, Some('(' | '[')) {
            cursor.take(|c| matches!(c, ')' | ']'));
        }
        let name = self.name(sura, at, phrase.end);
        let numbers = spoken::verses(self.custom, self.custom.ayah, &verses);
        Some((cursor.at, format!("{name}{}{numbers}", self.custom.comma)))
    }

    fn name(&self, sura: &Sura, at: usize, end: usize) -> String {
        match self.custom.language {
            "ar" => format!("{} {}", self.custom.sura, spoken::before_pause(self.custom, sura.arabic)),
            _ => self.text[at..end].trim_end_matches('.').to_owned(),
        }
    }
}

fn has_article(folded: &str) -> bool {
    folded.starts_with("ال") || folded.split_once(['-', ' ']).is_some_and(|(article, _)| article.len() <= 4)
}
