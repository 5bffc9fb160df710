//! Dates, years, eras and times of day.

use std::ops::Range;

use crate::characters::{Cursor, continues, folded, is_cased, is_dash, is_space, is_word, word_before};
use crate::numerals::amounts;
use crate::numerals::calendar::{month, month_name, year};
use crate::numerals::ordinal_words::{self, Form};
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// Eras as they are written (without spaces and full stops, folded) and said. Those of the first list stand before or
/// behind the year, of the second only behind.
struct Eras {
    language: &'static str,
    either: &'static [(&'static str, &'static str)],
    behind: &'static [(&'static str, &'static str)],
    /// *About* before a year: written in the same way, and said.
    about: &'static [&'static str],
    about_spoken: &'static str,
}

const ERAS: &[Eras] = &[
    Eras {
        language: "en",
        either: &[("ad", "A.D."), ("ah", "A.H."), ("am", "")],
        behind: &[("bc", "B.C."), ("bce", "B.C.E."), ("ce", "C.E.")],
        about: &["c", "ca", "circa"],
        about_spoken: "circa",
    },
    Eras {
        language: "es",
        either: &[],
        behind: &[
            ("dc", "después de Cristo"), ("ac", "antes de Cristo"), ("adec", "antes de Cristo"), ("ddec", "después de Cristo"),
            ("ec", "de la era común"), ("aec", "antes de la era común"),
        ],
        about: &["c", "ca"],
        about_spoken: "hacia",
    },
    Eras {
        language: "pt",
        either: &[],
        behind: &[("dc", "depois de Cristo"), ("ac", "antes de Cristo"), ("ec", "da era comum"), ("aec", "antes da era comum")],
        about: &["c", "ca"],
        about_spoken: "cerca de",
    },
    Eras {
        language: "fr",
        either: &[],
        behind: &[("avjc", "avant Jésus-Christ"), ("apjc", "après Jésus-Christ"), ("aprjc", "après Jésus-Christ")],
        about: &["v", "vers", "ca"],
        about_spoken: "vers",
    },
    Eras {
        language: "it",
        either: &[],
        behind: &[("dc", "dopo Cristo"), ("ac", "avanti Cristo"), ("ev", "dell'era volgare")],
        about: &["ca", "c"],
        about_spoken: "circa",
    },
    Eras {
        language: "de",
        either: &[],
        behind: &[
            ("nchr", "nach Christus"), ("vchr", "vor Christus"), ("uz", "unserer Zeit"), ("vuz", "vor unserer Zeit"),
        ],
        about: &["ca", "um"],
        about_spoken: "zirka",
    },
    Eras {
        language: "hi",
        either: &[("ई", "ईस्वी"), ("सन", "सन")],
        behind: &[("ईपू", "ईसा पूर्व"), ("ईसापूर्व", "ईसा पूर्व")],
        about: &[],
        about_spoken: "",
    },
    Eras {
        language: "ta",
        either: &[("கிமு", "கிறிஸ்துவுக்கு முன்"), ("கிபி", "கிறிஸ்துவுக்குப் பின்")],
        behind: &[],
        about: &[],
        about_spoken: "",
    },
    Eras {
        language: "ar",
        either: &[],
        behind: &[("قم", "قَبْلَ الْمِيلَاد"), ("م", "مِيلَادِيّ"), ("ه", "هِجْرِيّ")],
        about: &[],
        about_spoken: "",
    },
    Eras {
        language: "he",
        either: &[],
        behind: &[("לפנה\"ס", "לִפְנֵי הַסְּפִירָה"), ("לפסה\"נ", "לִפְנֵי הַסְּפִירָה")],
        about: &[],
        about_spoken: "",
    },
];

/// English and German words before a year.
const BEFORE_YEAR: &[&str] = &[
    "in", "since", "year", "from", "until", "till", "by", "of", "around", "about", "circa", "before", "after", "during", "spring",
    "summer", "autumn", "fall", "winter", "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "easter", "christmas", "jahr", "jahre", "seit", "bis", "von", "um", "nach", "vor", "ab",
    "januar", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember", "anno", "im", "sommer", "herbst", "frühling",
    "सन", "सन्", "वर्ष", "साल", "jaar", "sinds", "tot", "anno",
];

/// Dates, years, eras and times in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let british = options.language.eq_ignore_ascii_case("en-gb");
    let finder = Finder { text, language: &language, british };
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text) {
        if found.last().is_some_and(|last| last.written.end > at) {
            continue;
        }
        let date = finder.numeric(at).or_else(|| finder.day(at)).or_else(|| finder.time(at));
        let date = date.or_else(|| finder.decade(at)).or_else(|| finder.era(at)).or_else(|| finder.year(at));
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
        if cursor.peek().is_some_and(|c| is_word(c) || is_dash(c) || c == '/') || self.text[..at].ends_with(['-', '/', '.', ':']) {
            return None;
        }
        let (y, m, d) = match (long, last_long) {
            (true, false) if mark != '/' || middle <= 12 => (first, middle, last),
            (false, true) if self.language == "en" && !self.british && mark == '/' && first <= 12 => (last, first, middle),
            (false, true) => (last, middle, first),
            _ => return None,
        };
        if !(1..=31).contains(&d) || !(1000..2200).contains(&y) {
            return None;
        }
        let name = month_name(self.language, m)?;
        Some((at..cursor.at, self.full_date(d, name, y)?))
    }

    fn full_date(&self, day: u32, month: &str, y: u32) -> Option<String> {
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
            "de" => format!("{} {month} {said}", ordinal(self.german_form(0))?),
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
        let end = cursor.at;
        if cursor.peek().is_some_and(|c| matches!(c, ':' | '%' | '/') || is_word(c) || (c == '.' && decimal_follows(cursor))) {
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

    /// `7:00 AM`, `10:05`, `15h30`, `15:30 Uhr`.
    fn time(&self, at: usize) -> Found {
        let mut cursor = Cursor::new(self.text, at);
        let hour = cursor.number().filter(|hour| *hour <= 24)?;
        let spaced_h = matches!(self.language, "fr" | "pt" | "es");
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
        if (minute.is_none() && !clock_h) || cursor.peek().is_some_and(|c| is_word(c) || c == ':') || self.text[..at].ends_with(':') {
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
        let spoken = match (self.language, minute) {
            ("en", 0) => {
                let clock = matches!(word.to_lowercase().as_str(), "am" | "pm" | "a" | "p" | "o");
                if clock || hour > 12 || hour == 0 { if clock { hour.to_string() } else { return None } } else { format!("{hour} o'clock") }
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
        let baje = self.language == "hi" && word == "बजे";
        Some((written, if baje { hour.to_string() } else { spoken }))
    }

    /// `the 1990s`.
    fn decade(&self, at: usize) -> Found {
        if self.language != "en" {
            return None;
        }
        let mut cursor = Cursor::new(self.text, at);
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

    /// `33 AD`, `AD 33`, `c. 1450 BC`, `av. J.-C.`; a range takes the era too: `1914–1918`.
    fn era(&self, at: usize) -> Found {
        let eras = ERAS.iter().find(|eras| eras.language == self.language)?;
        let mut cursor = Cursor::new(self.text, at);
        let first = cursor.number().filter(|number| *number < 10_000)?;
        let mut last = None;
        let mut range = cursor;
        range.spaces();
        if range.take(is_dash).is_some() {
            range.spaces();
            last = range.number();
            if last.is_some() {
                cursor = range;
            }
        }
        let end = cursor.at;
        let mut start = at;
        let mut before = "";
        let mut behind = "";
        let mut close = end;
        if let Some((past, said)) = era_behind(self.text, end, eras) {
            (close, behind) = (past, said);
        }
        if let Some((from, said)) = about(self.text, start, eras) {
            start = from;
            before = said;
        }
        if behind.is_empty()
            && let Some((from, said)) = era_before(self.text, start, eras)
        {
            start = from;
            before = said;
        }
        if behind.is_empty() && before.is_empty() {
            return None;
        }
        let to = crate::numerals::ranges::to(self.language).unwrap_or("{a}, {b}");
        let number = match last {
            Some(last) => to.replace("{a}", &year(self.language, first)).replace("{b}", &year(self.language, last)),
            None => year(self.language, first),
        };
        let parts = [before, number.as_str(), behind];
        let mut spoken = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if spoken.ends_with('.') && self.text[close..].starts_with('.') {
            spoken.pop();
        }
        Some((start..close, spoken))
    }

    /// A year behind a word that shows it to be one: `in 1995`, `seit 1517`, `(1564–1616)`.
    fn year(&self, at: usize) -> Found {
        if !matches!(self.language, "en" | "de" | "hi" | "nl") {
            return None;
        }
        let mut cursor = Cursor::new(self.text, at);
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
            let to = crate::numerals::ranges::to(self.language)?;
            let ends = !range.peek().is_some_and(|c| is_word(c) || is_dash(c) || matches!(c, '/' | '%'));
            let said = if last < 100 { last.to_string() } else { year(self.language, last) };
            return ends.then(|| (at..range.at, to.replace("{a}", &year(self.language, number)).replace("{b}", &said)));
        }
        if cursor.peek().is_some_and(|c| is_word(c) || is_dash(c) || matches!(c, '%' | '/' | ':')) || decimal_follows(cursor) {
            return None;
        }
        let before = word_before(self.text, at).to_lowercase();
        let shown = BEFORE_YEAR.contains(&before.as_str()) || self.text[..at].ends_with('(') && self.text[end..].starts_with(')');
        cursor.spaces();
        let word = cursor.word();
        // `in 1500 cities`: a plural shows that something is counted.
        let counted = word.len() > 3 && word.ends_with('s') && word.starts_with(char::is_lowercase) && word != "this";
        let counts = matches!(word, "people" | "men" | "women" | "children" | "years" | "Jahre" | "Jahren" | "Menschen" | "लोग" | "लोगों");
        (shown && !counted && !counts).then(|| (at..end, year(self.language, number)))
    }
}

fn decimal_follows(mut cursor: Cursor<'_>) -> bool {
    cursor.take(|c| matches!(c, '.' | ',')).is_some() && cursor.number().is_some()
}

/// The longest era that begins behind a place, and the end of it. Letters, full stops, spaces and hyphens may alternate.
fn era_behind(text: &str, at: usize, eras: &Eras) -> Option<(usize, &'static str)> {
    let mut cursor = Cursor::new(text, at);
    cursor.spaces();
    let mut key = String::new();
    let mut best = None;
    for _ in 0..4 {
        let word = cursor.word();
        if word.is_empty() || word.chars().any(char::is_numeric) {
            break;
        }
        let quoted = Cursor::new(text, cursor.at + word.len());
        let mut word_end = cursor.at + word.len();
        if quoted.peek().is_some_and(|c| matches!(c, '"' | '״')) {
            let mut next = quoted;
            next.take(|_| true);
            word_end = next.at + next.word().len();
        }
        key.push_str(&folded(&text[cursor.at..word_end]));
        let capital = word.starts_with(char::is_uppercase) || !matches!(eras.language, "en");
        cursor.at = word_end;
        let stop = cursor.take(|c| c == '.').is_some();
        let mut list = eras.either.iter().chain(eras.behind);
        let found = list.find(|(written, said)| folded(written) == key && !said.is_empty());
        if let Some((_, said)) = found.filter(|_| capital && !cursor.peek().is_some_and(is_word)) {
            // The full stop stays if it ends the text or the next word has a capital.
            let mut rest = cursor;
            rest.spaces();
            let goes_on = continues(cursor) || rest.peek().is_some_and(|c| c.is_alphabetic() && !is_cased(c));
            let ends = stop && !goes_on;
            best = Some((if ends { cursor.at - 1 } else { cursor.at }, *said));
        }
        cursor.take(is_dash);
        cursor.spaces();
    }
    best
}

/// An era right before a year, and where it begins: `AD 33`.
fn era_before(text: &str, at: usize, eras: &Eras) -> Option<(usize, &'static str)> {
    let head = text[..at].trim_end_matches(is_space);
    eras.either.iter().filter(|(_, said)| !said.is_empty()).find_map(|(written, said)| {
        let start = ends_with_key(head, written)?;
        let capital = eras.language != "en" || head[start..].chars().all(|c| c.is_uppercase() || c == '.');
        (capital && start < head.len()).then_some((start, *said))
    })
}

/// *About* before a year, and where it begins: `c. 1450`.
fn about(text: &str, at: usize, eras: &Eras) -> Option<(usize, &'static str)> {
    let head = text[..at].trim_end_matches(is_space);
    let stem = head.strip_suffix('.')?;
    let word = word_before(stem, stem.len());
    let key = folded(word);
    let start = stem.len() - word.len();
    eras.about.contains(&key.as_str()).then_some((start, eras.about_spoken))
}

/// Where a text's end begins that is this key when full stops and spaces are left out.
fn ends_with_key(head: &str, key: &str) -> Option<usize> {
    let mut letters: Vec<char> = key.chars().collect();
    let mut start = head.len();
    for (at, c) in head.char_indices().rev() {
        if letters.is_empty() {
            break;
        }
        if c == '.' && start == at + 1 || c == '.' {
            start = at;
            continue;
        }
        if letters.pop()? != c.to_lowercase().next()? {
            return None;
        }
        start = at;
    }
    let apart = !head[..start].ends_with(is_word);
    (letters.is_empty() && apart).then_some(start)
}
