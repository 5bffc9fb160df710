//! Punctuation and signs: what no voice names stands, a few signs stand where they are words, others are dropped.

use crate::digits;
use crate::numerals::ranges;
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
        // The voice says "colon" where it touches what follows, except in the time of day.
        ':' | ';' if next.is_some_and(script::is_word) && !is_time(before, after) => Some(", ".to_owned()),
        // It spells a Hebrew word behind a full stop without a space.
        '.' if !ends_sentence(next) && matches!(options.primary().as_str(), "he" | "iw" | "yi") => {
            Some(". ".to_owned())
        }
        // It says "Japanese letter" for a dash between kana.
        '-' | '‐' | '‑' | '–' | '—' | '―' | '‒' if options.primary() == "ja" => {
            Some("、".to_owned())
        }
        // Greek's semicolon.
        '\u{0387}' if options.primary() != "el" => Some(";".to_owned()),
        // The middle dot is Greek's semicolon, and joins two l in Catalan.
        '·' if next.is_some_and(char::is_alphabetic) => Some(String::new()),
        '·' => Some(",".to_owned()),
        '&' => Some(and(previous, next, options)),
        // Between lines of a hymn or two references, it is a pause.
        '/' if previous == Some(' ') && next == Some(' ') => Some(",".to_owned()),
        '@' if options.primary() == "en" && is_number(next_visible) => {
            Some(if next == Some(' ') { "at" } else { "at " }.to_owned())
        }
        '−' if is_number(next) && !is_number(previous_visible) => Some(format!("{} ", minus(options))),
        '٪' if is_number(previous_visible) => Some("%".to_owned()),
        '⅓' | '⅔' => {
            let above = if c == '⅓' { 1 } else { 2 };
            let space = if is_number(previous) { " " } else { "" };
            let words = ranges::fraction_words(&options.primary(), (above, 3)).unwrap_or_default();
            Some(format!("{space}{words}"))
        }
        _ if stands => None,
        _ => Some(String::new()),
    }
}

/// The word before a negative number.
fn minus(options: &Options) -> &'static str {
    match options.primary().as_str() {
        "en" | "de" => "minus",
        "es" | "pt" => "menos",
        "fr" => "moins",
        "it" => "meno",
        "hi" => "ऋण",
        _ => "",
    }
}

/// True between one or two digits and two others: `3:30`.
fn is_time(before: &str, after: &str) -> bool {
    let is_digit = |c: &char| c.is_ascii_digit();
    let hours = before.chars().rev().take_while(is_digit).count();
    (1..=2).contains(&hours) && after.chars().take_while(is_digit).count() == 2
}

/// True for what may follow a full stop without a space.
fn ends_sentence(next: Option<char>) -> bool {
    next.is_none_or(|c| c.is_whitespace() || c.is_ascii() || matches!(c, '”' | '’' | '»' | '…'))
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
