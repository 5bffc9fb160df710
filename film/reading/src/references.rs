//! References by book, chapter and verse, said by each language's custom.
//!
//! The parser is the crate's own. `topos-bible` 0.6 finds English references well, but it knows no language's
//! separators (`Ps 46,1` is two chapters to it), no digits but ASCII, no verse without a book and nothing but the
//! Bible; its licence, CC0-1.0, is not among those that `deny.toml` allows for code.
//!
//! # To add a language
//!
//! 1. Its books: a file in `data/books`, one line a way to say a name, and a line in `LANGUAGES` of `books.rs`. A form
//!    that is also a word gets `!`, one that is also a person's name `~`, a short one that is nothing else `+`.
//! 2. Its custom: an entry in `CUSTOMS` of `custom.rs` (separators, the words for chapter and verse, ranges).
//! 3. Tests: lines in `tests/words/references.rs`, and plain scripture in `tests/words/plain_texts.rs`.

mod bare;
mod bible;
mod books;
mod custom;
mod gita;
mod hebrew;
mod passages;
mod phrases;
mod quran;
mod spoken;
mod suras;

use std::ops::Range;

use crate::draft::merge;
use crate::options::Options;
use crate::references::custom::{Custom, custom};
use crate::rewrite::{Kind, Rewrite, Spoken};

type Finder = fn(&str, &Custom) -> Vec<(Range<usize>, String)>;

/// The Quran's names go before the Bible's: the sura Muhammad is no book, but `Yunus 10:5` could be read as one.
const FINDERS: &[Finder] = &[quran::references, gita::references, bible::references, bare::references];

/// References in the text's language, and in languages of another script also English ones, which an English reader
/// says.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let has_number = text.chars().any(|c| crate::characters::decimal(c).is_some());
    let language = options.primary();
    let Some(own) = custom(&language) else { return Vec::new() };
    let hebrew = language == "he";
    if !has_number && !hebrew && !text.contains(['I', 'V', 'X', 'L', 'C', 'v', 'x', 'i', 'l', 'c']) {
        return Vec::new();
    }
    let in_own = FINDERS.iter().map(|finder| {
        let found = finder(text, own).into_iter();
        found.map(|(written, spoken)| Rewrite::text(written, spoken, Kind::Reference)).collect()
    });
    // Every English reference has a name in Latin letters somewhere before it.
    let other_script = own.chapter_of_book.is_some() && text.contains(|c: char| c.is_ascii_alphabetic());
    let english = other_script.then(|| custom("en")).flatten();
    let in_english = english.iter().flat_map(|english| {
        FINDERS.iter().map(|finder| {
            let found = finder(text, english).into_iter();
            let latin =
                found.filter(|(written, _)| text[written.clone()].starts_with(|c: char| c.is_ascii()));
            latin.map(|(written, text)| english_rewrite(written, text)).collect::<Vec<_>>()
        })
    });
    merge(in_own.chain(in_english))
}

fn english_rewrite(written: Range<usize>, text: String) -> Rewrite {
    Rewrite { written, spoken: Spoken::In { language: "en".to_owned(), text }, kind: Kind::Reference }
}
