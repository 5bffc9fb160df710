//! Punctuation and signs: what no voice names stands, a few signs stand where they are words, others are dropped.

use icu_properties::props::Script;

use crate::digits;
use crate::options::Options;
use crate::script;
use crate::tables::alphabets::AND;

/// A sign between what stands before and behind it. None stands for: as written.
pub(crate) fn read(c: char, before: &str, after: &str, options: &Options) -> Option<String> {
    let is_number = |c: Option<char>| c.is_some_and(|c| digits::value(c).is_some());
    let (previous, next) = (before.chars().next_back(), after.chars().next());
    let previous_visible = before.trim_end_matches(' ').chars().next_back();
    let next_visible = after.trim_start_matches(' ').chars().next();
    let stands = match c {
        _ if is_punctuation(c) => true,
        '%' | '°' => is_number(previous_visible),
        '+' | '=' | '×' | '÷' => is_number(previous_visible) && is_number(next_visible),
        '$' | '£' | '€' | '¥' | '₹' | '¢' => is_number(previous_visible) || is_number(next_visible),
        '½' | '¼' | '¾' => true,
        _ => false,
    };
    match c {
        // The voice says "dash" between numbers.
        '-' | '‐' | '‑' if is_number(previous) && is_number(next) => Some("–".to_owned()),
        // It spells a Hebrew word behind a full stop without a space.
        '.' if after.chars().find(|c| !script::is_mark(*c)).is_some_and(is_hebrew) => Some(". ".to_owned()),
        // The middle dot is Greek's semicolon, and joins two l in Catalan.
        '·' if next.is_some_and(char::is_alphabetic) => Some(String::new()),
        '·' => Some(",".to_owned()),
        '&' => Some(and(previous, next, options)),
        _ if stands => None,
        _ => Some(String::new()),
    }
}

fn is_hebrew(c: char) -> bool {
    script::of(c) == Script::Hebrew
}

/// Punctuation that was tried with every voice: it is silent or a pause.
fn is_punctuation(c: char) -> bool {
    matches!(c,
        '\t' | '\r' | '.' | ',' | '-' | '‐' | '‑' | '!' | '?' | ';' | ':' | '\'' | '"' | '(' | ')' | '[' | ']'
        | '¡' | '¿' | '«' | '»' | '‹' | '›' | '‘'..='‟' | '–' | '—' | '―' | '‒' | '…' | '\u{0387}' | '\u{037E}'
        | '、' | '。' | '〈'..='】' | '〔'..='〛' | '！' | '（' | '）' | '，' | '：' | '；' | '？' | '．'
        | '،' | '؛' | '؟' | '۔' | '।' | '॥' | '፡'..='፨' | '՜'..='՞' | '։' | '၊' | '။')
}

/// `&` as the language's word, with spaces around it.
fn and(previous: Option<char>, next: Option<char>, options: &Options) -> String {
    let language = options.primary();
    let Some((_, word)) = AND.iter().find(|(own, _)| *own == language) else { return String::new() };
    let space = |c: Option<char>| if c.is_none_or(char::is_whitespace) { "" } else { " " };
    format!("{}{word}{}", space(previous), space(next))
}
