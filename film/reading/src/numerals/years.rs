//! Years, which some languages divide: `in 1995`, `1914–1918`, `the 1990s`.

use std::ops::Range;

use crate::characters::{Cursor, is_dash, is_word, word_before};
use crate::numerals::calendar::year;
use crate::numerals::{amounts, ranges};
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// English and German words before a year.
const BEFORE_YEAR: &[&str] = &[
    "in",
    "since",
    "year",
    "from",
    "to",
    "until",
    "till",
    "by",
    "of",
    "around",
    "about",
    "circa",
    "before",
    "after",
    "during",
    "spring",
    "summer",
    "autumn",
    "fall",
    "winter",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "easter",
    "christmas",
    "jahr",
    "jahre",
    "seit",
    "bis",
    "von",
    "um",
    "nach",
    "vor",
    "ab",
    "januar",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "anno",
    "im",
    "sommer",
    "herbst",
    "frühling",
    "सन",
    "सन्",
    "वर्ष",
    "साल",
    "jaar",
    "sinds",
    "tot",
];

/// Years and decades in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    if !matches!(language.as_str(), "en" | "de" | "hi" | "nl") {
        return Vec::new();
    }
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text) {
        let before = found.last().map_or(0, |last| last.written.end);
        if before > at {
            continue;
        }
        if let Some((written, spoken)) =
            decade(text, &language, at).or_else(|| shown_year(text, &language, at))
            && written.start >= before
            && text[written.clone()] != *spoken
        {
            found.push(Rewrite::text(written, spoken, Kind::Date));
        }
    }
    found
}

/// `the 1990s`.
fn decade(text: &str, language: &str, at: usize) -> Option<(Range<usize>, String)> {
    if language != "en" {
        return None;
    }
    let mut cursor = Cursor::new(text, at);
    let number = cursor.number().filter(|number| (1000..2100).contains(number) && number % 10 == 0)?;
    cursor.take(|c| matches!(c, '\'' | '’'));
    if cursor.word() != "s" {
        return None;
    }
    let said = year("en", number);
    let spoken = match said.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{said}s"),
    };
    Some((at..cursor.at + 1, spoken))
}

/// A year behind a word that shows it to be one: `in 1995`, `seit 1517`, `(1564–1616)`.
fn shown_year(text: &str, language: &str, at: usize) -> Option<(Range<usize>, String)> {
    let mut cursor = Cursor::new(text, at);
    let number = cursor.number().filter(|number| cursor.at - at == 4 && (1100..2100).contains(number))?;
    let end = cursor.at;
    let mut range = cursor;
    range.spaces();
    let last = range.take(is_dash).and_then(|_| {
        range.spaces();
        let from = range.at;
        range.number().filter(|_| matches!(range.at - from, 2 | 4))
    });
    if let Some(last) = last.filter(|last| *last > number || *last < 100 && *last > number % 100) {
        let to = ranges::to(language)?;
        let ends = !range.peek().is_some_and(|c| is_word(c) || is_dash(c) || matches!(c, '/' | '%'));
        let said = if last < 100 { last.to_string() } else { year(language, last) };
        return ends
            .then(|| (at..range.at, to.replace("{a}", &year(language, number)).replace("{b}", &said)));
    }
    if cursor.peek().is_some_and(|c| is_word(c) || is_dash(c) || matches!(c, '%' | '/' | ':'))
        || amounts::decimals_follow(cursor)
    {
        return None;
    }
    let before = word_before(text, at).to_lowercase();
    let shown =
        BEFORE_YEAR.contains(&before.as_str()) || text[..at].ends_with('(') && text[end..].starts_with(')');
    cursor.spaces();
    let word = cursor.word();
    // `in 1500 cities`: a plural shows that something is counted.
    let counted =
        word.len() > 3 && word.ends_with('s') && word.starts_with(char::is_lowercase) && word != "this";
    let counts = matches!(
        word,
        "people" | "men" | "women" | "children" | "years" | "Jahre" | "Jahren" | "Menschen" | "लोग" | "लोगों"
    );
    (shown && !counted && !counts).then(|| (at..end, year(language, number)))
}
