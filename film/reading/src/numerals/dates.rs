//! Dates: `May 3, 2024`, `12/25/2023`, `1 maggio`.

use std::ops::Range;

use crate::characters::{Cursor, is_dash, is_space, is_word, word_before};
use crate::numerals::amounts;
use crate::numerals::calendar::{month, month_name, year};
use crate::numerals::ordinal_words::{self, Form};
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// Words before a date without its year.
const DATED: &[&str] = &[
    "on",
    "by",
    "until",
    "till",
    "since",
    "due",
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "domingo",
    "sábado",
    "dimanche",
    "samedi",
    "domenica",
    "sabato",
    "रविवार",
];

/// Dates in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let british = options.language.eq_ignore_ascii_case("en-gb");
    let finder = Finder { text, language: &language, british };
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text) {
        if found.last().is_some_and(|last| last.written.end > at) {
            continue;
        }
        let date = finder.numeric(at).or_else(|| finder.short(at)).or_else(|| finder.day(at));
        if let Some((written, spoken)) = date {
            let before = found.last().map_or(0, |last| last.written.end);
            if written.start >= before && text[written.clone()] != *spoken {
                found.push(Rewrite::text(written, spoken, Kind::Date));
            }
        }
    }
    found
}

struct Finder<'a> {
    text: &'a str,
    language: &'a str,
    british: bool,
}

type Found = Option<(Range<usize>, String)>;

impl Finder<'_> {
    /// `12/25/2023`, `25.12.2023`, `2023-12-25`.
    fn numeric(&self, at: usize) -> Found {
        let mut cursor = Cursor::new(self.text, at);
        let first = cursor.number()?;
        let long = cursor.at - at == 4;
        let mark = cursor.take(|c| matches!(c, '/' | '-' | '.'))?;
        let middle = cursor.number()?;
        cursor.take(|c| c == mark)?;
        let start_of_last = cursor.at;
        let last = cursor.number()?;
        let last_long = cursor.at - start_of_last == 4;
        if cursor.peek().is_some_and(|c| is_word(c) || is_dash(c) || c == '/')
            || self.text[..at].ends_with(['-', '/', '.', ':'])
            || amounts::decimals_follow(cursor)
        {
            return None;
        }
        // `12/25/23`
        let short_year = mark == '/' || mark == '.' && self.language == "de";
        let two_digits = cursor.at - start_of_last == 2 && short_year;
        let (last, last_long) = match last_long || long || !two_digits {
            true => (last, last_long),
            false => (if last < 50 { 2000 + last } else { 1900 + last }, true),
        };
        let (y, m, d) = match (long, last_long) {
            (true, false) if mark != '/' || middle <= 12 => (first, middle, last),
            (false, true) if self.language == "en" && !self.british && mark == '/' && first <= 12 => {
                (last, first, middle)
            }
            (false, true) => (last, middle, first),
            _ => return None,
        };
        if !(1..=31).contains(&d) || !(1000..2200).contains(&y) {
            return None;
        }
        let name = month_name(self.language, m)?;
        Some((at..cursor.at, self.full_date(at, d, name, y)?))
    }

    /// `12/25` in American English, `25/12` elsewhere, and `24.12.` in German. The day must be one that no fraction has
    /// below its line, or a word before it must show that it is a date.
    fn short(&self, at: usize) -> Found {
        let american = self.language == "en" && !self.british;
        let mut cursor = Cursor::new(self.text, at);
        let first = cursor.number()?;
        let mark = cursor.take(|c| c == '/' || c == '.' && self.language == "de")?;
        let second = cursor.number()?;
        if mark == '.' {
            cursor.take(|c| c == '.')?;
        }
        let (m, d) = if american { (first, second) } else { (second, first) };
        let goes_on = cursor.peek().is_some_and(|c| is_word(c) || is_dash(c) || matches!(c, '/' | '%' | '″'));
        let inside = self.text[..at].ends_with(['-', '/', '.', ':', ',']);
        let before = word_before(self.text, at).to_lowercase();
        let shown = DATED.contains(&before.as_str()) || mark == '.';
        // Round the clock, which no calendar has either.
        let idiom = (first, second) == (24, 7);
        if goes_on || inside || idiom || !(1..=31).contains(&d) || d < 13 && !shown {
            return None;
        }
        let name = month_name(self.language, m)?;
        let ordinal = |form| ordinal_words::words(self.language, d, form);
        let spoken = match self.language {
            "en" if american => format!("{name} {}", ordinal(Form::Masculine)?),
            "en" => format!("the {} of {name}", ordinal(Form::Masculine)?),
            "es" | "pt" => format!("{d} de {name}"),
            "de" => format!("{} {name}", ordinal(self.german_form(at))?),
            _ => format!("{d} {name}"),
        };
        Some((at..cursor.at, spoken))
    }

    /// Further days of the month behind a day: `June 10-14`, `December 24 & 25`. Gives the end and the words.
    fn further_days(&self, mut end: usize, mut day: u32, mut spoken: String) -> (usize, String) {
        loop {
            let mut cursor = Cursor::new(self.text, end);
            cursor.spaces();
            let joint = match cursor.take(|c| is_dash(c) || c == '&') {
                Some('&') => "and",
                Some(_) => "to",
                None if cursor.word() == "and" => {
                    cursor.at += 3;
                    "and"
                }
                None => return (end, spoken),
            };
            cursor.spaces();
            let next = cursor.number().filter(|next| *next > day && *next <= 31);
            let free = !cursor.peek().is_some_and(|c| is_word(c) || matches!(c, ':' | '/' | '%'));
            let words =
                next.filter(|_| free).and_then(|next| ordinal_words::words("en", next, Form::Masculine));
            let (Some(next), Some(words)) = (next, words) else { return (end, spoken) };
            spoken = format!("{spoken} {joint} {words}");
            (end, day) = (cursor.at, next);
        }
    }

    fn full_date(&self, at: usize, day: u32, month: &str, y: u32) -> Option<String> {
        let said = year(self.language, y);
        let ordinal = |form| ordinal_words::words(self.language, day, form);
        Some(match self.language {
            "en" if self.british => format!("the {} of {month} {said}", ordinal(Form::Masculine)?),
            "en" => format!("{month} {}, {said}", ordinal(Form::Masculine)?),
            "es" if day == 1 => format!("primero de {month} de {said}"),
            "pt" if day == 1 => format!("primeiro de {month} de {said}"),
            "es" | "pt" => format!("{day} de {month} de {said}"),
            "fr" if day == 1 => format!("premier {month} {said}"),
            "it" if day == 1 => format!("primo {month} {said}"),
            "de" => format!("{} {month} {said}", ordinal(self.german_form(at))?),
            _ => format!("{day} {month} {said}"),
        })
    }

    fn german_form(&self, at: usize) -> Form {
        match word_before(self.text, at).to_lowercase().as_str() {
            "am" | "dem" | "den" | "vom" | "zum" | "bis" | "seit" | "ab" | "des" => Form::N,
            "der" | "die" | "das" => Form::Masculine,
            _ => Form::R,
        }
    }

    /// `May 3, 2024`, `3 May`, and the year behind a day and month of other languages.
    fn day(&self, at: usize) -> Found {
        if !matches!(self.language, "en" | "it") {
            return None;
        }
        let mut cursor = Cursor::new(self.text, at);
        let day = cursor.number().filter(|day| (1..=31).contains(day))?;
        if self.language == "en" && matches!(cursor.word(), "st" | "nd" | "rd" | "th") {
            cursor.at += 2;
        }
        let end = cursor.at;
        if cursor.peek().is_some_and(|c| {
            matches!(c, ':' | '%' | '/') || is_word(c) || (c == '.' && amounts::decimals_follow(cursor))
        }) {
            return None;
        }
        let head = self.text[..at].trim_end_matches(is_space);
        let before = word_before(self.text, head.strip_suffix('.').map_or(at, str::len));
        if self.language == "it" {
            cursor.spaces();
            let named = day == 1 && month("it", cursor.word()).is_some();
            return named.then(|| (at..end, "primo".to_owned()));
        }
        let ordinal = ordinal_words::words("en", day, Form::Masculine)?;
        let spaced = self.text[..at].ends_with(is_space);
        if let Some(number) = month("en", before).filter(|_| spaced) {
            // The month stays as it is written, unless it is short.
            let mut start = at;
            let mut spoken = ordinal;
            if month_name("en", number) != Some(before) {
                start = head.trim_end_matches('.').len() - before.len();
                spoken = format!("{} {spoken}", month_name("en", number)?);
            }
            let (end, spoken) = self.further_days(end, day, spoken);
            if let Some((end, said)) = self.year_behind(end, true) {
                return Some((start..end, format!("{spoken}, {said}")));
            }
            return Some((start..end, spoken));
        }
        cursor.spaces();
        let word = cursor.word();
        let number = month("en", word).filter(|_| !before.eq_ignore_ascii_case("chapter"))?;
        let mut after = cursor.at + word.len();
        let name = month_name("en", number)?;
        if name != word && self.text[after..].starts_with('.') {
            after += 1;
        }
        let the = if before.eq_ignore_ascii_case("the") { "" } else { "the " };
        let spoken = format!("{the}{ordinal} of {name}");
        match self.year_behind(after, false) {
            Some((end, said)) => Some((at..end, format!("{spoken} {said}"))),
            None => Some((at..after, spoken)),
        }
    }

    /// The end of a year of four digits behind a day, perhaps after a comma, and how it is said.
    fn year_behind(&self, at: usize, comma: bool) -> Option<(usize, String)> {
        let mut cursor = Cursor::new(self.text, at);
        if comma {
            cursor.take(|c| c == ',');
        }
        cursor.spaces();
        let start = cursor.at;
        let number = cursor.number().filter(|_| cursor.at - start == 4 && start > at)?;
        let ends = !cursor.peek().is_some_and(|c| is_word(c) || c == ':');
        ends.then(|| (cursor.at, year("en", number)))
    }
}
