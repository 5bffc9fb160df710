//! Verses and chapters without a book: `v. 4`, `verses 3-5`, `ch. 3:16`.

use std::ops::Range;

use crate::characters::{Cursor, decimal, folded, is_space, word_before, words};
use crate::references::custom::Custom;
use crate::references::passages::{End, Proof, Reader, Work, ends_number};
use crate::references::spoken;

/// Words after which `vs.` means a verse rather than *versus*.
const BEFORE_VERSE: &[&str] =
    &["", "in", "see", "of", "at", "and", "to", "from", "cf", "read", "also", "by", "with"];

/// Psalms has 150 chapters, and the Greek one more.
const MOST_CHAPTERS: u32 = 151;

/// The references in a text, in the words of the custom's language.
pub(crate) fn references(text: &str, custom: &Custom) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in words(text) {
        if word.start < at {
            continue;
        }
        let reference = verses(text, custom, &word).or_else(|| chapters(text, custom, &word));
        if let Some((end, spoken)) = reference {
            if text[word.start..end] != spoken {
                found.push((word.start..end, spoken));
            }
            at = end;
        }
    }
    found
}

/// The place of the number behind a word that is written before verses or chapters, and whether the word is short.
fn number_after<'a>(
    text: &'a str,
    word: &Range<usize>,
    full: &[&str],
    short: &[&str],
) -> Option<(Cursor<'a>, bool)> {
    let written = &text[word.clone()];
    let behind = text[word.end..].trim_start_matches('.').trim_start_matches(is_space);
    behind.chars().next().and_then(decimal)?;
    let key = folded(written);
    let is = |list: &[&str]| list.iter().any(|known| folded(known) == key);
    let is_short = is(short);
    if !is_short && !is(full) {
        return None;
    }
    // A capital letter alone is an initial or a numeral.
    let capital_alone = written.chars().count() == 1 && written.chars().all(char::is_uppercase);
    let mut cursor = Cursor::new(text, word.end);
    let dotted = is_short && cursor.take(|c| c == '.').is_some();
    let spaced = cursor.spaces();
    if !dotted && (!spaced || capital_alone) {
        return None;
    }
    Some((cursor, is_short))
}

fn verses(text: &str, custom: &Custom, word: &Range<usize>) -> Option<(usize, String)> {
    let (mut cursor, short) = number_after(text, word, custom.verse_words, custom.verse_short)?;
    let written = &text[word.clone()];
    if written == "vs" && !BEFORE_VERSE.contains(&word_before(text, word.start).to_lowercase().as_str()) {
        return None;
    }
    // Which chapter is not known, so that any verse there is in one is taken.
    let reader = Reader { custom, work: Work::Unnamed, proof: Proof::None, starts_book: &|_| false };
    let list = reader.verse_list(&mut cursor, 1, false)?;
    if !short {
        let plain = list.iter().all(|verses| verses.end == End::Same);
        let words = format!("{written} {}", spoken::numbers(custom, &list));
        return Some((cursor.at, if plain { text[word.start..cursor.at].to_owned() } else { words }));
    }
    Some((cursor.at, spoken::verses(custom, custom.verse, &list)))
}

fn chapters(text: &str, custom: &Custom, word: &Range<usize>) -> Option<(usize, String)> {
    let (mut cursor, short) = number_after(text, word, custom.chapter_words, custom.chapter_short)?;
    let written = &text[word.clone()];
    let start = cursor.at;
    let reader = Reader { custom, work: Work::Unnamed, proof: Proof::Verse, starts_book: &|_| false };
    if let Some(passages) = reader.passages(&mut cursor) {
        let head = if short { custom.chapter[0] } else { written };
        let written_verses = &text[start..cursor.at];
        let shloka = custom.shloka.iter().any(|word| written_verses.contains(word));
        let words = if shloka { custom.shloka } else { custom.verse };
        let said = passages.iter().enumerate().map(|(at, passage)| {
            let head = if at == 0 { head } else { custom.chapter[0] };
            let verses = spoken::verses(custom, words, &passage.verses);
            Some(format!("{head} {}{}{verses}", passage.chapter?, custom.comma))
        });
        return Some((cursor.at, said.collect::<Option<Vec<_>>>()?.join(custom.comma)));
    }
    cursor.at = start;
    let first = cursor.number().filter(|first| *first <= MOST_CHAPTERS || !short)?;
    let mut range = cursor;
    range.spaces();
    let last = range.take(crate::characters::is_dash).and_then(|_| {
        range.spaces();
        range.number()
    });
    if let Some(last) = last.filter(|last| *last > first && ends_number(range)) {
        let head = if short { custom.chapter[1] } else { written };
        return Some((range.at, format!("{head} {}", spoken::range(custom.range, first, last))));
    }
    if !ends_number(cursor) {
        return None;
    }
    let spoken =
        if short { format!("{} {first}", custom.chapter[0]) } else { text[word.start..cursor.at].to_owned() };
    Some((cursor.at, spoken))
}
