//! Ranges (`pages 3-5`), products (`70x7`), fractions (`1/2`), and digits of another script.

use crate::characters::{Cursor, decimal, is_dash, is_word};
use crate::numerals::amounts;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// How a language says a range of numbers, and *times* between two numbers.
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("en", "{a} to {b}", "times"),
    ("es", "{a} a {b}", "veces"),
    ("pt", "{a} a {b}", "vezes"),
    ("fr", "{a} à {b}", "fois"),
    ("it", "{a} a {b}", "volte"),
    ("de", "{a} bis {b}", "mal"),
    ("nl", "{a} tot {b}", "maal"),
    ("hi", "{a} से {b}", "गुणा"),
    ("ta", "{a} முதல் {b} வரை", "தடவை"),
    ("ar", "{a} إِلَى {b}", "فِي"),
    ("he", "{a} עַד {b}", "כָּפוּל"),
];

/// The fractions that people write, and how each language says them.
const FRACTIONS: [(u32, u32); 5] = [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)];
const FRACTION_WORDS: &[(&str, [&str; 5])] = &[
    ("en", ["one half", "one third", "two thirds", "one quarter", "three quarters"]),
    ("es", ["un medio", "un tercio", "dos tercios", "un cuarto", "tres cuartos"]),
    ("pt", ["um meio", "um terço", "dois terços", "um quarto", "três quartos"]),
    ("fr", ["un demi", "un tiers", "deux tiers", "un quart", "trois quarts"]),
    ("it", ["un mezzo", "un terzo", "due terzi", "un quarto", "tre quarti"]),
    ("de", ["ein halb", "ein Drittel", "zwei Drittel", "ein Viertel", "drei Viertel"]),
    ("hi", ["आधा", "एक तिहाई", "दो तिहाई", "एक चौथाई", "तीन चौथाई"]),
];

/// The template of a range, with `{a}` and `{b}`.
pub(crate) fn to(language: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(tag, ..)| *tag == language).map(|(_, to, _)| *to)
}

/// Ranges and products in words.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let language = options.primary();
    let own = LANGUAGES.iter().find(|(tag, ..)| *tag == language);
    let mut found: Vec<Rewrite> = Vec::new();
    for at in amounts::starts(text) {
        if found.last().is_some_and(|last| last.written.end > at) {
            continue;
        }
        let pair = own.and_then(|(_, to, times)| range(text, at, to).or_else(|| product(text, at, times)));
        let pair = pair.or_else(|| fraction(text, at, &language)).or_else(|| parts(text, at));
        if let Some((end, spoken)) = pair {
            found.push(Rewrite::text(at..end, spoken, Kind::Number));
        } else if let Some((end, spoken)) = foreign_digits(text, at, &language) {
            found.push(Rewrite::text(at..end, spoken, Kind::Number));
        }
    }
    found
}

/// `3-5` where both are plain numbers, the second is larger, and no other part shows it to be a date, a score, a
/// telephone number or a code.
fn range(text: &str, at: usize, to: &str) -> Option<(usize, String)> {
    let joined = |c: char| is_dash(c) || matches!(c, '/' | '.' | ':' | ',' | '+' | '_' | '#');
    if text[..at].ends_with(joined) {
        return None;
    }
    let first = amounts::amount(text, at)?;
    let mut cursor = Cursor::new(text, first.written.end);
    let spaced = cursor.spaces();
    cursor.take(is_dash)?;
    if cursor.spaces() != spaced {
        return None;
    }
    let last = amounts::amount(text, cursor.at)?;
    let rest = Cursor::new(text, last.written.end);
    let more = |cursor: Cursor<'_>| {
        let mut next = cursor;
        next.take(|c| is_dash(c) || matches!(c, '/' | '.' | ':')).is_some()
            && next.peek().and_then(decimal).is_some()
    };
    let (from, until) = (first.plain()?, last.plain()?);
    // Parts of a telephone number: one of three and one of four digits, or both of four and no years.
    let telephone =
        (3..=5).contains(&first.whole.len()) && last.whole.len() == 4 && !(1000..2200).contains(&from);
    let zeros = first.whole.starts_with('0') || last.whole.starts_with('0');
    if until <= from || telephone || zeros || more(rest) || rest.peek().is_some_and(is_word) {
        return None;
    }
    Some((last.written.end, to.replace("{a}", &first.whole).replace("{b}", &last.whole)))
}

/// `70x7`, `70 x 7`, `70×7`.
fn product(text: &str, at: usize, times: &str) -> Option<(usize, String)> {
    let mut cursor = Cursor::new(text, at);
    let first = cursor.number()?;
    let spaced = cursor.spaces();
    cursor.take(|c| matches!(c, 'x' | 'X' | '×'))?;
    // `10x Hail Mary`: *times* before words, and no size such as `4x`.
    let words = cursor.rest().strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    if words && !spaced {
        return Some((cursor.at, format!("{first} {times}")));
    }
    if cursor.spaces() != spaced {
        return None;
    }
    let last = cursor.number()?;
    (!cursor.peek().is_some_and(is_word)).then(|| (cursor.at, format!("{first} {times} {last}")))
}

/// A number of more parts is something else.
const MOST_PARTS: usize = 4;

/// `1.2.6`, `१.१.१`: parts that are no decimals.
fn parts(text: &str, at: usize) -> Option<(usize, String)> {
    let mut cursor = Cursor::new(text, at);
    let mut parts = vec![cursor.number()?.to_string()];
    let mut end = cursor.at;
    // One more than is wanted, so that a long row is known as one without reading it to its end from each of its parts.
    while parts.len() <= MOST_PARTS
        && cursor.take(|c| c == '.').is_some()
        && let Some(part) = cursor.number()
    {
        parts.push(part.to_string());
        end = cursor.at;
    }
    let alone = !text[..at].ends_with(['.', ',', '-', '/', ':']) && !text[end..].starts_with(is_word);
    ((3..=MOST_PARTS).contains(&parts.len()) && alone).then(|| (end, parts.join(", ")))
}

/// `1/2` where no other part shows it to be a date. A whole number before it is left: `2 1/2`.
fn fraction(text: &str, at: usize, language: &str) -> Option<(usize, String)> {
    let mut cursor = Cursor::new(text, at);
    let above = cursor.number()?;
    cursor.take(|c| matches!(c, '/' | '⁄'))?;
    let below = cursor.number()?;
    let more = |c: char| is_word(c) || matches!(c, '/' | '⁄');
    if cursor.peek().is_some_and(more) || text[..at].ends_with(['/', '⁄', '.', ':', '-']) {
        return None;
    }
    Some((cursor.at, fraction_words(language, (above, below))?.to_owned()))
}

/// A fraction in words, if the language has words for it here.
pub(crate) fn fraction_words(language: &str, fraction: (u32, u32)) -> Option<&'static str> {
    let which = FRACTIONS.iter().position(|known| *known == fraction)?;
    let (_, words) = FRACTION_WORDS.iter().find(|(tag, _)| *tag == language)?;
    Some(words[which])
}

/// Digits that the language's reader does not know, as ASCII digits.
fn foreign_digits(text: &str, at: usize, language: &str) -> Option<(usize, String)> {
    let first = text[at..].chars().next()?;
    let zero = first as u32 - decimal(first)?;
    let own: &[u32] = match language {
        "hi" | "mr" | "ne" | "sa" => &[0x966],
        "bn" => &[0x9E6],
        "pa" => &[0xA66],
        "gu" => &[0xAE6],
        "ta" => &[0xBE6],
        "te" => &[0xC66],
        "kn" => &[0xCE6],
        "ml" => &[0xD66],
        "ar" => &[0x660],
        "fa" | "ur" => &[0x6F0],
        _ => &[],
    };
    if first.is_ascii() || own.contains(&zero) {
        return None;
    }
    let rest = &text[at..];
    let end = rest.find(|c: char| decimal(c).is_none()).unwrap_or(rest.len());
    let digits = rest[..end].chars().filter_map(|c| char::from_digit(decimal(c)?, 10)).collect();
    Some((at + end, digits))
}
