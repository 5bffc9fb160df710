//! Times of day: `7:00 AM`, `15h30`, `15:30 Uhr`.

use std::ops::Range;

use crate::characters::{Cursor, is_word};
use crate::numerals::amounts;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// Times in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text) {
        let before = found.last().map_or(0, |last| last.written.end);
        if before > at {
            continue;
        }
        if let Some((written, spoken)) = time(text, &language, at)
            && written.start >= before
            && text[written.clone()] != *spoken
        {
            found.push(Rewrite::text(written, spoken, Kind::Date));
        }
    }
    found
}

/// `7:00 AM`, `10:05`, `15h30`, `15:30 Uhr`.
fn time(text: &str, language: &str, at: usize) -> Option<(Range<usize>, String)> {
    let mut cursor = Cursor::new(text, at);
    let hour = cursor.number().filter(|hour| *hour <= 24)?;
    let spaced_h = matches!(language, "fr" | "pt" | "es");
    let mut h = cursor;
    h.spaces();
    let clock_h = spaced_h && h.take(|c| c == 'h').is_some();
    if clock_h {
        cursor = h;
        cursor.spaces();
    } else {
        cursor.take(|c| c == ':')?;
    }
    let start = cursor.at;
    let minute = cursor.number().filter(|minute| *minute < 60 && cursor.at - start == 2);
    if (minute.is_none() && !clock_h)
        || cursor.peek().is_some_and(|c| is_word(c) || c == ':')
        || text[..at].ends_with(':')
    {
        return None;
    }
    if minute.is_none() {
        cursor = h;
        if cursor.peek().is_some_and(is_word) {
            return None;
        }
    }
    let minute = minute.unwrap_or(0);
    let mut behind = cursor;
    behind.spaces();
    let word = behind.word();
    let written = at..cursor.at;
    let spoken = match (language, minute) {
        ("en", 0) => {
            let clock = matches!(word.to_lowercase().as_str(), "am" | "pm" | "a" | "p" | "o");
            if clock || hour > 12 || hour == 0 {
                if clock { hour.to_string() } else { return None }
            } else {
                format!("{hour} o'clock")
            }
        }
        ("en", 1..=9) => format!("{hour} oh {minute}"),
        ("de", minute) if word == "Uhr" => {
            let end = behind.at + word.len();
            let minutes = if minute == 0 { String::new() } else { format!(" {minute}") };
            return Some((at..end, format!("{hour} Uhr{minutes}")));
        }
        ("de", _) => return None,
        ("fr", 0) => format!("{hour} heures"),
        ("fr", minute) => format!("{hour} heures {minute}"),
        ("es", 0) => format!("{hour} en punto"),
        ("es", minute) => format!("{hour} y {minute}"),
        ("pt", 0) => format!("{hour} horas"),
        ("pt", minute) => format!("{hour} e {minute}"),
        ("it", 0) => hour.to_string(),
        ("it", minute) => format!("{hour} e {minute}"),
        ("hi", 0) => format!("{hour} बजे"),
        _ => return None,
    };
    let baje = language == "hi" && word == "बजे";
    Some((written, if baje { hour.to_string() } else { spoken }))
}
