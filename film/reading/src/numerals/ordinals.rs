//! Ordinals in digits: `2nd`, `1.º`, `3.er`, `XIVe`, `am 3. Mai`, `5वाँ`.

use crate::characters::{Cursor, is_word, word_before};
use crate::numerals::amounts;
use crate::numerals::calendar;
use crate::numerals::ordinal_words::{self, Form};
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// German words before an ordinal that ends in -n.
const GERMAN_N: &[&str] = &[
    "am", "im", "zum", "vom", "beim", "dem", "den", "des", "zur", "ab", "bis", "seit", "einem", "einen",
    "eines", "einer", "diesem", "jedem", "jeden", "ihrem", "seinem", "unserem", "ins", "ans",
];

/// German prepositions before *der*, which is then feminine and asks for -n.
const GERMAN_DATIVE: &[&str] =
    &["in", "an", "auf", "aus", "bei", "mit", "nach", "von", "zu", "seit", "unter", "über", "vor", "hinter"];

/// Ordinals in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let find = match language.as_str() {
        "en" => english,
        "es" => spanish,
        "pt" | "it" => sign,
        "fr" => french,
        "de" => german,
        "nl" => dutch,
        "hi" => hindi,
        "ta" => tamil,
        _ => return Vec::new(),
    };
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text) {
        let mut cursor = Cursor::new(text, at);
        let Some(number) = cursor.number() else { continue };
        if found.last().is_some_and(|last| last.written.end > at) {
            continue;
        }
        let place = Place { text, at, number, cursor };
        if let Some((end, form)) = find(&place) {
            let words = match form {
                Word::Of(form) => ordinal_words::words(&language, number, form),
                Word::Plain(word) => Some(word.to_owned()),
            };
            // A rule set that gives digits has no word for this number.
            if let Some(words) = words.filter(|words| !words.contains(|c: char| c.is_ascii_digit())) {
                found.push(Rewrite::text(at..end, words, Kind::Ordinal));
            }
        }
    }
    found
}

/// A number and the place behind it.
struct Place<'a> {
    text: &'a str,
    at: usize,
    number: u32,
    cursor: Cursor<'a>,
}

enum Word {
    Of(Form),
    Plain(&'static str),
}

type Found = Option<(usize, Word)>;

impl Place<'_> {
    /// The end and the ending in letters right behind the number, perhaps behind a full stop or hyphen.
    fn ending(&self, between: &[char]) -> (usize, String) {
        let mut cursor = self.cursor;
        cursor.take(|c| between.contains(&c));
        let word = cursor.word();
        (cursor.at + word.len(), word.to_lowercase())
    }

    /// `º`, `ª` or a small degree sign, perhaps behind a full stop.
    fn sign(&self) -> Option<(usize, Form)> {
        let mut cursor = self.cursor;
        cursor.take(|c| c == '.');
        let sign = cursor.take(|c| matches!(c, 'º' | 'ª' | '°'))?;
        let degrees = sign == '°' && (self.number > 12 || cursor.rest().trim_start().starts_with(['C', 'F']));
        if degrees || cursor.peek().is_some_and(is_word) {
            return None;
        }
        Some((cursor.at, if sign == 'ª' { Form::Feminine } else { Form::Masculine }))
    }
}

fn english(place: &Place<'_>) -> Found {
    let (end, ending) = place.ending(&[]);
    let fits = match (place.number % 100, place.number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    (ending == fits).then_some((end, Word::Of(Form::Masculine)))
}

fn sign(place: &Place<'_>) -> Found {
    place.sign().map(|(end, form)| (end, Word::Of(form)))
}

fn spanish(place: &Place<'_>) -> Found {
    if let Some(found) = sign(place) {
        return Some(found);
    }
    let (end, ending) = place.ending(&['.']);
    let form = match ending.as_str() {
        "er" | "ᵉʳ" => Form::Joined,
        "ro" | "ero" | "do" | "to" | "mo" | "vo" | "no" => Form::Masculine,
        "ra" | "era" | "da" | "ta" | "ma" | "va" | "na" => Form::Feminine,
        _ => return None,
    };
    Some((end, Word::Of(form)))
}

fn french(place: &Place<'_>) -> Found {
    let (end, ending) = place.ending(&[]);
    let word = match (place.number, ending.as_str()) {
        (1, "er") => Word::Of(Form::Masculine),
        (1, "re" | "ère" | "ere") => Word::Of(Form::Feminine),
        (2, "nd" | "d") => Word::Plain("second"),
        (2, "nde" | "de") => Word::Plain("seconde"),
        (2.., "e" | "è" | "ème" | "eme" | "ième" | "ieme" | "ᵉ") => Word::Of(Form::Masculine),
        _ => return None,
    };
    Some((end, word))
}

fn dutch(place: &Place<'_>) -> Found {
    let (end, ending) = place.ending(&[]);
    matches!(ending.as_str(), "e" | "de" | "ste").then_some((end, Word::Of(Form::Masculine)))
}

/// Only where a word before or behind shows that the full stop makes an ordinal.
fn german(place: &Place<'_>) -> Found {
    let mut cursor = place.cursor;
    cursor.take(|c| c == '.')?;
    let end = cursor.at;
    if !cursor.spaces() || place.number == 0 || place.number > 1000 {
        return None;
    }
    let next = cursor.word();
    let month = place.number <= 31 && calendar::month("de", next).is_some();
    let before = word_before(place.text, place.at);
    let head =
        &place.text[..place.at - (place.text[..place.at].len() - place.text[..place.at].trim_end().len())];
    let earlier = word_before(place.text, head.len() - before.len());
    let lower = before.to_lowercase();
    let noun = next.starts_with(char::is_uppercase);
    let form = match lower.as_str() {
        _ if !month && !noun => return None,
        word if GERMAN_N.contains(&word) => Form::N,
        "der" if GERMAN_DATIVE.contains(&earlier.to_lowercase().as_str()) => Form::N,
        "der" | "die" | "das" => Form::Masculine,
        _ if month => Form::R,
        _ => return None,
    };
    Some((end, Word::Of(form)))
}

fn hindi(place: &Place<'_>) -> Found {
    let (end, ending) = place.ending(&['-']);
    let form = match ending.as_str() {
        "ला" | "रा" | "था" | "ठा" | "वां" | "वाँ" | "वा" => Form::Masculine,
        "ली" | "री" | "थी" | "ठी" | "वीं" | "वी" => Form::Feminine,
        "ले" | "रे" | "थे" | "ठे" | "वें" | "वे" => Form::Joined,
        _ => return None,
    };
    Some((end, Word::Of(form)))
}

fn tamil(place: &Place<'_>) -> Found {
    let (end, ending) = place.ending(&['-']);
    matches!(ending.as_str(), "வது" | "ஆவது").then_some((end, Word::Of(Form::Masculine)))
}
