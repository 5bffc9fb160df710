//! Years with their era: `33 AD`, `c. 1450 BC`, `586 av. J.-C.`

use std::ops::Range;

use crate::characters::{Cursor, continues, folded, is_cased, is_dash, is_space, is_word, word_before};
use crate::numerals::calendar::year;
use crate::numerals::{amounts, ranges};
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
            ("dc", "después de Cristo"),
            ("ac", "antes de Cristo"),
            ("adec", "antes de Cristo"),
            ("ddec", "después de Cristo"),
            ("ec", "de la era común"),
            ("aec", "antes de la era común"),
        ],
        about: &["c", "ca"],
        about_spoken: "hacia",
    },
    Eras {
        language: "pt",
        either: &[],
        behind: &[
            ("dc", "depois de Cristo"),
            ("ac", "antes de Cristo"),
            ("ec", "da era comum"),
            ("aec", "antes da era comum"),
        ],
        about: &["c", "ca"],
        about_spoken: "cerca de",
    },
    Eras {
        language: "fr",
        either: &[],
        behind: &[
            ("avjc", "avant Jésus-Christ"),
            ("apjc", "après Jésus-Christ"),
            ("aprjc", "après Jésus-Christ"),
        ],
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
            ("nchr", "nach Christus"),
            ("vchr", "vor Christus"),
            ("uz", "unserer Zeit"),
            ("vuz", "vor unserer Zeit"),
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

/// Years and their era in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let Some(eras) = ERAS.iter().find(|eras| eras.language == language) else { return Vec::new() };
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text) {
        let before = found.last().map_or(0, |last| last.written.end);
        if before > at {
            continue;
        }
        if let Some((written, spoken)) = era(text, eras, at)
            && written.start >= before
            && text[written.clone()] != *spoken
        {
            found.push(Rewrite::text(written, spoken, Kind::Date));
        }
    }
    found
}

/// `33 AD`, `AD 33`, `c. 1450 BC`, `av. J.-C.`; a range takes the era too: `1914–1918`.
fn era(text: &str, eras: &Eras, at: usize) -> Option<(Range<usize>, String)> {
    let mut cursor = Cursor::new(text, at);
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
    if let Some((past, said)) = era_behind(text, end, eras) {
        (close, behind) = (past, said);
    }
    if let Some((from, said)) = about(text, start, eras) {
        start = from;
        before = said;
    }
    if behind.is_empty()
        && let Some((from, said)) = era_before(text, start, eras)
    {
        start = from;
        before = said;
    }
    let about_era;
    if behind.is_empty()
        && !before.is_empty()
        && let Some((from, said)) = about(text, start, eras)
    {
        start = from;
        about_era = format!("{said} {before}");
        before = about_era.as_str();
    }
    if behind.is_empty() && before.is_empty() {
        return None;
    }
    let to = ranges::to(eras.language).unwrap_or("{a}, {b}");
    let number = match last {
        Some(last) => {
            to.replace("{a}", &year(eras.language, first)).replace("{b}", &year(eras.language, last))
        }
        None => year(eras.language, first),
    };
    let parts = [before, number.as_str(), behind];
    let mut spoken = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    if spoken.ends_with('.') && text[close..].starts_with('.') {
        spoken.pop();
    }
    Some((start..close, spoken))
}

/// The longest era that begins behind a place, and the end of it. Letters, full stops, spaces and hyphens may
/// alternate.
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
        if c == '.' {
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
