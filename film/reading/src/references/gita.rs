//! References to the Bhagavad Gita (`गीता 2.47`, `BG 2:47`) and to pages of the Guru Granth Sahib (`SGGS 462`).

use std::ops::Range;

use crate::characters::{Cursor, folded, words};
use crate::references::custom::{Custom, Sought};
use crate::references::passages::{Proof, Reader, Work, ends_number};
use crate::references::phrases::{Names, Phrase};
use crate::references::spoken;

/// The pages (angs) of the Guru Granth Sahib.
const ANGS: u32 = 1430;

/// The references in a text, in the words of the custom's language.
pub(crate) fn references(text: &str, custom: &Custom) -> Vec<(Range<usize>, String)> {
    let finder = Finder { text, custom, sought: custom.sought() };
    let mut found = Vec::new();
    let mut at = 0;
    for word in words(text) {
        if word.start < at {
            continue;
        }
        let reference = finder.gita(word.start).or_else(|| finder.granth(word.start));
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
    sought: &'static Sought,
}

impl<'a> Finder<'a> {
    /// One of the names at a place, and the place behind it.
    fn name(&self, at: usize, names: &Names) -> Option<(Phrase<()>, Cursor<'a>)> {
        let phrase = names.at(Cursor::new(self.text, at))?;
        let mut cursor = Cursor::new(self.text, phrase.end);
        cursor.spaces();
        cursor.take(|c| matches!(c, ',' | '،'));
        cursor.spaces();
        Some((phrase, cursor))
    }

    fn gita(&self, at: usize) -> Option<(usize, String)> {
        let (phrase, mut cursor) = self.name(at, &self.sought.gita)?;
        let reader =
            Reader { custom: self.custom, work: Work::Gita, proof: Proof::Verse, starts_book: &|_| false };
        let passages = reader.passages(&mut cursor)?;
        let written = self.text[at..phrase.end].trim_end_matches('.');
        let book = match folded(written).as_str() {
            "bg" => "Bhagavad Gita",
            "भ. गी" | "भ.गी" | "भ गी" => "भगवद्गीता",
            _ => written,
        };
        Some((cursor.at, spoken::reference(self.custom, Work::Gita, book, &passages)))
    }

    fn granth(&self, at: usize) -> Option<(usize, String)> {
        let named = self.name(at, &self.sought.granth);
        let (book, mut cursor) = match &named {
            Some((phrase, cursor)) => {
                let written = self.text[at..phrase.end].trim_end_matches('.');
                let short = written.chars().all(char::is_uppercase);
                (if short { self.custom.granth_spoken } else { written }, *cursor)
            }
            // `Ang 1-8` alone: only the range needs words, so that any other page number is left.
            None => ("", Cursor::new(self.text, at)),
        };
        let word = cursor.word();
        let ang = !word.is_empty() && self.sought.ang.contains(word);
        if ang {
            cursor.at += word.len();
            cursor.take(|c| c == '.');
            cursor.spaces();
        }
        if named.is_none()
            && !(ang && self.custom.ang_words.first().is_some_and(|known| folded(known) == folded(word)))
        {
            return None;
        }
        let first = cursor.number().filter(|number| (1..=ANGS).contains(number))?;
        let mut range = cursor;
        let last = range
            .take(crate::characters::is_dash)
            .and_then(|_| range.number())
            .filter(|last| *last > first && *last <= ANGS && ends_number(range));
        let numbers = match last {
            Some(last) => {
                cursor = range;
                spoken::range(self.custom.range, first, last)
            }
            None => first.to_string(),
        };
        if !ends_number(cursor) || (last.is_none() && book.is_empty()) {
            return None;
        }
        let ang = if book.is_empty() {
            self.text[at..at + word.len()].to_owned()
        } else {
            self.custom.ang.to_owned()
        };
        let comma = if book.is_empty() { "" } else { self.custom.comma };
        Some((cursor.at, format!("{book}{comma}{ang} {numbers}")))
    }
}
