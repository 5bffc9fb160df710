//! References to the Bhagavad Gita (`गीता 2.47`, `BG 2:47`) and to pages of the Guru Granth Sahib (`SGGS 462`).

use std::ops::Range;

use crate::characters::{Cursor, folded, words};
use crate::references::custom::Custom;
use crate::references::passages::{Proof, Reader, Work, ends_number};
use crate::references::phrases::{Phrase, longest};
use crate::references::spoken;

/// The pages (angs) of the Guru Granth Sahib.
const ANGS: u32 = 1430;

/// The words of the longest name.
const LONGEST: usize = 5;

/// The references in a text, in the words of the custom's language.
pub(crate) fn references(text: &str, custom: &Custom) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in words(text) {
        if word.start < at {
            continue;
        }
        let reference = gita(text, custom, word.start).or_else(|| granth(text, custom, word.start));
        if let Some((end, spoken)) = reference {
            if text[word.start..end] != spoken {
                found.push((word.start..end, spoken));
            }
            at = end;
        }
    }
    found
}

fn name<'a>(text: &'a str, at: usize, names: &[&str]) -> Option<(Phrase<()>, Cursor<'a>)> {
    let find = |key: &str, _: &str| names.iter().any(|name| folded(name) == key).then_some(());
    let phrase = longest(Cursor::new(text, at), LONGEST, find)?;
    let mut cursor = Cursor::new(text, phrase.end);
    cursor.spaces();
    cursor.take(|c| matches!(c, ',' | '،'));
    cursor.spaces();
    Some((phrase, cursor))
}

fn gita(text: &str, custom: &Custom, at: usize) -> Option<(usize, String)> {
    let (phrase, mut cursor) = name(text, at, custom.gita)?;
    let reader = Reader { custom, work: Work::Gita, proof: Proof::Verse, starts_book: &|_| false };
    let passages = reader.passages(&mut cursor)?;
    let written = text[at..phrase.end].trim_end_matches('.');
    let book = match folded(written).as_str() {
        "bg" => "Bhagavad Gita",
        "भ. गी" | "भ.गी" | "भ गी" => "भगवद्गीता",
        _ => written,
    };
    Some((cursor.at, spoken::reference(custom, Work::Gita, book, &passages)))
}

fn granth(text: &str, custom: &Custom, at: usize) -> Option<(usize, String)> {
    let named = name(text, at, custom.granth);
    let (book, mut cursor) = match &named {
        Some((phrase, cursor)) => {
            let written = text[at..phrase.end].trim_end_matches('.');
            let short = written.chars().all(char::is_uppercase);
            (if short { custom.granth_spoken } else { written }, *cursor)
        }
        // `Ang 1-8` alone: only the range needs words, so that any other page number is left.
        None => ("", Cursor::new(text, at)),
    };
    let word = cursor.word();
    let ang = custom.ang_words.iter().any(|known| folded(known) == folded(word)) && !word.is_empty();
    if ang {
        cursor.at += word.len();
        cursor.take(|c| c == '.');
        cursor.spaces();
    }
    if named.is_none()
        && !(ang && custom.ang_words.first().is_some_and(|known| folded(known) == folded(word)))
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
            spoken::range(custom.range, first, last)
        }
        None => first.to_string(),
    };
    if !ends_number(cursor) || (last.is_none() && book.is_empty()) {
        return None;
    }
    let ang = if book.is_empty() { text[at..at + word.len()].to_owned() } else { custom.ang.to_owned() };
    let comma = if book.is_empty() { "" } else { custom.comma };
    Some((cursor.at, format!("{book}{comma}{ang} {numbers}")))
}
