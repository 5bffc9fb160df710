//! Roman numerals in context: kings and popes are counted with ordinals, chapters and wars with cardinals.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use icu_properties::props::Script;

use crate::characters::{Cursor, folded, is_space, is_word, word_before, words};
use crate::numerals::ordinal_words::{self, Form};
use crate::numerals::roman;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};
use crate::script;

/// Counted names, folded, and whether they are feminine.
static RULERS: LazyLock<HashMap<String, bool>> = LazyLock::new(|| {
    let lines = include_str!("../../data/rulers.txt").lines();
    lines
        .filter_map(|line| line.split_once(": "))
        .filter(|(gender, _)| !gender.starts_with('#'))
        .flat_map(|(gender, names)| names.split(", ").map(move |name| (folded(name), gender == "f")))
        .collect()
});

/// Nouns before a cardinal, folded, of all languages together.
const COUNTED: &[&str] = &[
    "chapter",
    "chap",
    "ch",
    "psalm",
    "book",
    "part",
    "volume",
    "vol",
    "act",
    "scene",
    "article",
    "section",
    "canto",
    "stanza",
    "hymn",
    "lesson",
    "unit",
    "war",
    "vatican",
    "appendix",
    "table",
    "figure",
    "fig",
    "song",
    "number",
    "no",
    "title",
    "phase",
    "level",
    "type",
    "class",
    "verse",
    "episode",
    "season",
    "homily",
    "sermon",
    "letter",
    "station",
    "mystery",
    "chapitre",
    "psaume",
    "livre",
    "partie",
    "tome",
    "acte",
    "article",
    "mondiale",
    "lecon",
    "strophe",
    "hymne",
    "titre",
    "capitulo",
    "cap",
    "salmo",
    "libro",
    "parte",
    "tomo",
    "acto",
    "escena",
    "articulo",
    "mundial",
    "leccion",
    "titulo",
    "livro",
    "ato",
    "cena",
    "artigo",
    "licao",
    "estacao",
    "estacion",
    "capitolo",
    "atto",
    "scena",
    "articolo",
    "mondiale",
    "lezione",
    "kapitel",
    "kap",
    "buch",
    "teil",
    "band",
    "akt",
    "szene",
    "artikel",
    "weltkrieg",
    "lektion",
    "vaticanum",
    "vatikanum",
    "अध्याय",
    "भाग",
    "खंड",
    "खण्ड",
    "भजन",
    "स्तोत्र",
    "अंक",
    "कांड",
    "काण्ड",
    "युद्ध",
    "पुस्तक",
    "பகுதி",
    "அதிகாரம்",
    "சங்கீதம்",
    "الفصل",
    "الجزء",
    "المزمور",
    "الأصحاح",
    "الباب",
    "الكتاب",
    "الثانية",
    "פרק",
    "חלק",
    "מזמור",
    "ספר",
    "כרך",
];

/// Nouns before or behind the number of a century.
const CENTURIES: &[&str] = &[
    "century",
    "centuries",
    "siglo",
    "seculo",
    "secolo",
    "siecle",
    "siecles",
    "jahrhundert",
    "jahrhunderts",
    "dynasty",
];

/// Titles before the name of a ruler, which show that `I` behind it is a number.
const TITLES: &[&str] = &[
    "king",
    "queen",
    "pope",
    "emperor",
    "empress",
    "tsar",
    "czar",
    "saint",
    "st",
    "prince",
    "patriarch",
    "sultan",
    "pharaoh",
];

/// Numerals that are also words, initials or units.
const AMBIGUOUS: &[&str] = &[
    "DI", "MI", "LI", "CI", "MIX", "DIX", "CD", "DC", "MC", "MD", "CV", "CL", "CC", "MM", "CM", "LL", "DM",
    "ML", "MCC", "DL", "XL", "DVI", "CCC", "MDC", "LV",
];

/// Numbers of rulers as Hindi's learned words count them; beyond, the ordinary ordinals serve.
const HINDI: [&str; 10] = ["प्रथम", "द्वितीय", "तृतीय", "चतुर्थ", "पंचम", "षष्ठ", "सप्तम", "अष्टम", "नवम", "दशम"];

/// Roman numerals that are read as numbers.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let mut found = Vec::new();
    for word in words(text) {
        if let Some((written, spoken, kind)) = numeral(text, word, &language) {
            found.push(Rewrite::text(written, spoken, kind));
        }
    }
    found
}

fn numeral(text: &str, word: Range<usize>, language: &str) -> Option<(Range<usize>, String, Kind)> {
    let written = &text[word.clone()];
    if !written.starts_with(|c: char| {
        matches!(c.to_ascii_uppercase(), 'I' | 'V' | 'X' | 'L' | 'C' | 'D' | 'M' | 'Ⅰ'..='ⅿ')
    }) {
        return None;
    }
    if text[..word.start].ends_with(['\'', '’', '.', '-', '/', '@', '&']) {
        return None;
    }
    if let Some(spoken) = with_ending(text, &word, language) {
        return Some((word, spoken, Kind::Ordinal));
    }
    let value = roman::value(written)?;
    let rest = &text[word.end..];
    let possessive = language == "en" && (rest.starts_with("'s") || rest.starts_with("’s"));
    if rest.starts_with(['\'', '’', '-', '/', '@', '&']) && !possessive {
        return None;
    }
    let before = word_before(text, word.start);
    let noun = folded(before);
    if !written.starts_with(char::is_uppercase) {
        let fits = language == "en"
            && COUNTED.contains(&noun.as_str())
            && written.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'l' | 'c' | 'ⅰ'..='ⅿ'));
        let sure = written.len() > 1 || (written != "i" && written != "c") && ends(text, word.end);
        return (fits && sure).then(|| (word, value.to_string(), Kind::RomanNumeral));
    }
    let long = written.chars().count() > 1 || !written.is_ascii();
    let small = written.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'Ⅰ'..='Ⅻ'));
    if let Some(&feminine) = RULERS.get(&noun).filter(|_| before.starts_with(char::is_uppercase)) {
        // `Paul VI's`, `Elizabeth I, …`; `I` is a word in English and begins one elsewhere.
        let counts = match written {
            "I" => language != "en" || is_titled(text, word.start) || is_closed(text, word.end),
            _ => small || value < 60 && written.len() > 2,
        };
        if counts {
            let (end, spoken) = ruler(text, word.end, language, value, feminine)?;
            return Some((word.start..end, spoken, Kind::RomanNumeral));
        }
        return None;
    }
    if AMBIGUOUS.contains(&written) && noun != "psalm" && noun != "salmo" && noun != "psaume" {
        return None;
    }
    let after = next_word(text, word.end);
    if CENTURIES.contains(&noun.as_str()) && (long || written != "I") {
        return Some((word, century(language, value)?, Kind::RomanNumeral));
    }
    if CENTURIES.contains(&folded(after).as_str()) && (long || written != "I") {
        let stop = usize::from(language == "de" && text[word.end..].starts_with('.'));
        return Some((
            word.start..word.end + stop,
            century_before(text, word.start, language, value)?,
            Kind::RomanNumeral,
        ));
    }
    let counted = COUNTED.contains(&noun.as_str());
    let world_war = noun == "war" && before.starts_with('W');
    let capital = before.starts_with(char::is_uppercase);
    let single = match written {
        "I" => world_war || (counted && capital && is_closed(text, word.end)),
        "V" | "X" => counted,
        "L" | "C" => matches!(noun.as_str(), "psalm" | "salmo" | "psaume"),
        _ => false,
    };
    let devanagari = before.starts_with(|c: char| ('\u{900}'..='\u{97F}').contains(&c));
    if long && small && devanagari && !counted {
        return Some((word, ruler_hindi(value), Kind::RomanNumeral));
    }
    let arabic = before.starts_with(|c: char| ('\u{5D0}'..='\u{6FF}').contains(&c));
    if long && small && arabic && !counted {
        return ordinal_words::words(language, value, Form::Masculine)
            .map(|spoken| (word, spoken, Kind::RomanNumeral));
    }
    // Behind any other capitalised word, and alone on a line, only what can hardly be a word.
    let alone = before.is_empty() && starts_line(text, word.start) && ends_line(text, word.end);
    let named = capital && !before.is_empty() && !before.chars().all(char::is_uppercase);
    // `II. The Cross` in an outline.
    let outline = long
        && small
        && starts_line(text, word.start)
        && rest.strip_prefix(['.', ')']).is_some_and(|rest| rest.starts_with([' ', '\t']));
    // Where words have other letters, these are no word.
    let other_script = long && small && !script::of_language(language).contains(&Script::Latin);
    if outline || other_script {
        return Some((word, value.to_string(), Kind::RomanNumeral));
    }
    let plain = long && (counted || (small || written.len() > 3) && (named || alone));
    let number = plain || single;
    number.then(|| (word, value.to_string(), Kind::RomanNumeral))
}

/// `XIVe`, `Ier`, `XXth`: a numeral with the ending of an ordinal.
fn with_ending(text: &str, word: &Range<usize>, language: &str) -> Option<String> {
    let written = &text[word.clone()];
    let at = written.find(|c: char| !matches!(c, 'I' | 'V' | 'X' | 'L' | 'C'))?;
    let (numeral, ending) = written.split_at(at);
    // `Le` and `Ce` are words.
    if matches!(numeral, "L" | "C") {
        return None;
    }
    let value = roman::value(numeral)?;
    let form = match (language, ending) {
        ("fr", "e" | "è" | "ème" | "eme" | "er") => Form::Masculine,
        ("fr", "re" | "ère") => Form::Feminine,
        ("en", "th" | "st" | "nd" | "rd") => Form::Masculine,
        ("nl", "e" | "de" | "ste") => Form::Masculine,
        _ => return None,
    };
    ordinal_words::words(language, value, form)
}

/// A ruler's number, and the end of what is replaced: in German the full stop behind it belongs to the number.
fn ruler(text: &str, end: usize, language: &str, value: u32, feminine: bool) -> Option<(usize, String)> {
    let form = if feminine { Form::Feminine } else { Form::Masculine };
    let ordinal = || ordinal_words::words(language, value, form);
    let spoken = match language {
        "en" => format!("the {}", ordinal()?),
        "fr" if value == 1 => ordinal()?,
        "es" | "pt" if value <= 10 => ordinal()?,
        "it" => ordinal()?,
        "nl" => format!("de {}", ordinal()?),
        "de" => {
            let article = if feminine { "die" } else { "der" };
            let word = ordinal()?;
            let mut letters = word.chars();
            let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            let stop = usize::from(text[end..].starts_with('.') && german_goes_on(text, end + 1));
            return Some((end + stop, format!("{article} {first}{}", letters.as_str())));
        }
        _ => value.to_string(),
    };
    Some((end, spoken))
}

/// True if the sentence goes on behind a German ordinal's full stop. Nouns have capitals too, so that only words that
/// begin sentences are taken for the next one.
fn german_goes_on(text: &str, at: usize) -> bool {
    const BEGIN: &[&str] = &[
        "Er", "Sie", "Es", "Der", "Die", "Das", "Ein", "Eine", "Und", "In", "Im", "Am", "Als", "Da", "Dann",
        "Wir", "Ich", "So", "Nach", "Auch", "Aber", "Denn", "Mit",
    ];
    if ends_line(text, at) {
        return false;
    }
    !BEGIN.contains(&next_word(text, at))
}

fn ruler_hindi(value: u32) -> String {
    let learned = HINDI.get((value as usize).wrapping_sub(1)).map(|word| (*word).to_owned());
    learned.or_else(|| ordinal_words::words("hi", value, Form::Joined)).unwrap_or_else(|| value.to_string())
}

/// The number behind *century*: `siglo XX`, `secolo XX`.
fn century(language: &str, value: u32) -> Option<String> {
    match language {
        "it" => ordinal_words::words(language, value, Form::Masculine),
        "es" | "pt" if value <= 10 => ordinal_words::words(language, value, Form::Masculine),
        _ => Some(value.to_string()),
    }
}

/// The number before *century*: `XX century`, `im XX. Jahrhundert`.
fn century_before(text: &str, at: usize, language: &str, value: u32) -> Option<String> {
    let form = match (language, word_before(text, at).to_lowercase().as_str()) {
        ("de", "das") => Form::Masculine,
        ("de", "") => Form::S,
        ("de", _) => Form::N,
        _ => Form::Masculine,
    };
    ordinal_words::words(language, value, form)
}

fn next_word(text: &str, at: usize) -> &str {
    let mut cursor = Cursor::new(text, at);
    cursor.take(|c| c == '.');
    cursor.spaces();
    cursor.word()
}

/// True if a title stands among the three words before the name that ends before `at`.
fn is_titled(text: &str, at: usize) -> bool {
    let words = text[..at].rsplit(|c: char| !is_word(c)).filter(|word| !word.is_empty());
    words.take(4).skip(1).any(|word| TITLES.contains(&word.to_lowercase().as_str()))
}

/// True if a mark or *of* follows, which does not follow the word *I*.
fn is_closed(text: &str, at: usize) -> bool {
    let rest = text[at..].trim_start_matches(is_space);
    let word = rest.split(|c: char| !is_word(c)).next().unwrap_or_default();
    ends(text, at) || matches!(word, "of" | "and")
}

/// True if a mark or the end follows at once.
fn ends(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let rest = rest.trim_start_matches(is_space);
    rest.chars().next().is_none_or(|c| {
        matches!(c, '.' | ',' | ';' | ':' | ')' | ']' | '!' | '?' | '\n' | '\r' | '–' | '—' | '-')
    })
}

fn starts_line(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches(is_space).chars().next_back().is_none_or(|c| matches!(c, '\n' | '\r'))
}

fn ends_line(text: &str, at: usize) -> bool {
    let rest = text[at..].trim_start_matches(|c: char| is_space(c) || matches!(c, '.' | ')' | ':'));
    rest.is_empty() || rest.starts_with(['\n', '\r'])
}
