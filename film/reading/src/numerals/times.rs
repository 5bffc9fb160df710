//! Times of day: `7:00 AM`, `15h30`, `15:30 Uhr`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::characters::{Cursor, is_word, word_before};
use crate::numerals::{amounts, ranges};
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};

/// Times in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let mut found: Vec<Rewrite> = Vec::new();
    let mut ranges = spans(text, &language);
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
    ranges.extend(found);
    ranges.sort_by_key(|one| one.written.start);
    ranges
}

/// The dash between two times of day: `9am-12pm`, `4–5pm`, `10:30-11:45`.
fn spans(text: &str, language: &str) -> Vec<Rewrite> {
    let Some(to) = ranges::to(language).and_then(|to| to.strip_prefix("{a}")?.strip_suffix("{b}")) else {
        return Vec::new();
    };
    let span = |found: regex::Captures<'_>| {
        let shown = |from: usize| found.get(from).is_some();
        let clock = shown(2) || shown(5) || shown(1) && shown(4);
        let all = found.get(0)?;
        let free = !text[..all.start()].ends_with(|c: char| is_word(c) || matches!(c, ':' | '.' | '/' | '-'))
            && !text[all.end()..].starts_with(|c: char| is_word(c) || c == ':');
        let dash = found.get(3).filter(|_| clock && free)?;
        Some(Rewrite::text(dash.range(), to, Kind::Date))
    };
    SPAN.captures_iter(text).filter_map(span).collect()
}

/// Two times with a dash between them: the first one's minutes, its half of the day, the dash, and the same behind it.
static SPAN: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?i)\d{1,2}(:\d{2})?(?:[ ]?(am|pm|a\.m\.|p\.m\.|h))?([ ]?[-–—][ ]?)",
        r"\d{1,2}(:\d{2})?(?:[ ]?(am|pm|a\.m\.|p\.m\.|uhr|hrs|h))?"
    ))
});

/// Words before a time of day, which show that the full stop behind its hour is no decimal point: `ore 18.30`.
const BEFORE_TIME: &[(&str, &[&str])] =
    &[("it", &["ore", "alle", "dalle", "le", "h"]), ("es", &["las"]), ("de", &[])];

/// True for an hour and a full stop where a word before or behind them says that they are a time: `18.30 Uhr`.
fn is_dotted(text: &str, language: &str, at: usize) -> bool {
    let before = word_before(text, at).to_lowercase();
    let words = BEFORE_TIME.iter().find(|(own, _)| *own == language).map(|(_, words)| *words);
    let clock = || {
        let mut cursor = Cursor::new(text, at);
        cursor.skip(|c| c.is_ascii_digit() || c == '.');
        cursor.spaces();
        cursor.word() == "Uhr"
    };
    words.is_some_and(|words| words.contains(&before.as_str()) || clock())
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
        // `9 h 30`, but `9h et`.
        let mut spaced = h;
        if spaced.spaces() && spaced.peek().is_some_and(|c| c.is_ascii_digit()) {
            cursor = spaced;
        }
    } else if cursor.take(|c| c == ':').is_none() {
        cursor.take(|c| c == '.').filter(|_| is_dotted(text, language, at))?;
    }
    let start = cursor.at;
    let minute = cursor.number().filter(|minute| *minute < 60 && cursor.at - start == 2);
    // `8:00am`
    let touching = language == "en" && matches!(cursor.word().to_lowercase().as_str(), "am" | "pm");
    if (minute.is_none() && !clock_h)
        || !touching && cursor.peek().is_some_and(|c| is_word(c) || c == ':')
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
        ("es", _) if matches!(word, "hrs" | "horas" | "h" | "hs") => {
            let minutes = if minute == 0 { String::new() } else { format!(" y {minute}") };
            return Some((at..behind.at + word.len(), format!("{hour} horas{minutes}")));
        }
        ("es", 0) => format!("{hour} en punto"),
        ("es", minute) => format!("{hour} y {minute}"),
        ("pt", 0) => format!("{hour} horas"),
        ("pt", minute) => format!("{hour} e {minute}"),
        ("it", 0) => hour.to_string(),
        ("it", minute) => format!("{hour} e {minute}"),
        ("hi", 0) => format!("{hour} बजे"),
        _ => return None,
    };
    let spoken = if touching { format!("{spoken} ") } else { spoken };
    let baje = language == "hi" && word == "बजे";
    Some((written, if baje { hour.to_string() } else { spoken }))
}
