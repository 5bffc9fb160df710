//! Letters of other scripts than Latin, with the marks on them.

use std::sync::LazyLock;

use icu_properties::props::Script;
use unicode_normalization::UnicodeNormalization;

use crate::script;
use crate::tables::alphabets::{ALPHABETS, HAN_UNREAD, HANGUL, KANA, REPLACEMENTS, Span};

static UNREAD_HAN: LazyLock<Vec<char>> = LazyLock::new(|| HAN_UNREAD.chars().collect());

/// A Han character that Mandarin's reader knows; the sign of repetition is the character before it.
pub(crate) fn han(c: char, before: Option<char>) -> String {
    let is_read =
        |c: char| matches!(c, '\u{3007}' | '\u{3400}'..='\u{9FA5}') && UNREAD_HAN.binary_search(&c).is_err();
    match before {
        Some(before) if c == '々' && is_read(before) => before.to_string(),
        _ if is_read(c) => c.to_string(),
        _ => String::new(),
    }
}

/// True for kana whose vowel ー lengthens.
pub(crate) fn is_lengthened(c: char) -> bool {
    matches!(script::of(c), Script::Hiragana | Script::Katakana) && !matches!(c, 'っ' | 'ッ' | 'ん' | 'ン')
}

/// True for kana of the rows k, s, t and p and their voiced sounds, which a small tsu doubles.
pub(crate) fn is_doubled(c: char) -> bool {
    matches!(c, 'か'..='ぢ' | 'つ'..='ど' | 'ば'..='ぽ' | 'カ'..='ヂ' | 'ツ'..='ド' | 'バ'..='ポ')
}

/// A letter of another script than Latin and Han: composed if the reader knows it so, else with the marks it knows.
pub(crate) fn read(written: &str, before: Option<char>, reader: &str, script: Script) -> String {
    let known = |c: char| is_read(c, reader, script);
    if written.chars().all(known) {
        return tidy(written, before, reader);
    }
    let composed: String = written.nfc().collect();
    if composed.chars().all(known) {
        return tidy(&composed, before, reader);
    }
    let mut spoken = String::new();
    for c in composed.chars() {
        if known(c) {
            spoken.push(c);
        } else if let Some(replacement) = replacement(c, reader) {
            spoken.push_str(&replacement);
        } else {
            // A letter that the reader lacks, without what it lacks of it.
            let parts: String = std::iter::once(c).nfkd().filter(|part| known(*part)).collect();
            spoken.push_str(&parts);
        }
    }
    // Marks without their letter would be named.
    match spoken.chars().next() {
        Some(first) if script::is_mark(first) => String::new(),
        _ => tidy(&spoken, before, reader),
    }
}

/// Drops marks that would be named: the same one twice on a letter, a virama or nukta where none can stand; and the
/// stress marks of languages in Cyrillic, which their readers name or take for other vowels.
fn tidy(spoken: &str, before: Option<char>, reader: &str) -> String {
    let stress =
        matches!(reader, "ru" | "uk" | "be" | "bg" | "ba" | "kk" | "tt" | "ky" | "mk" | "sr" | "cv" | "nog");
    let mut previous = before;
    // True once the letter has its vowel sign or virama. Behind a digit a virama is named.
    let mut voweled = before.is_some_and(char::is_numeric);
    let mut tidied = String::with_capacity(spoken.len());
    for c in spoken.chars() {
        let indic = matches!(c, '\u{0900}'..='\u{0D7F}');
        let dropped = script::is_mark(c)
            && (previous == Some(c)
                || stress && matches!(c, '\u{0300}'..='\u{036F}')
                || indic && is_virama(c) && (voweled || !previous.is_some_and(bears_virama))
                || indic && is_nukta(c) && (voweled || !previous.is_some_and(bears_virama)));
        if dropped {
            continue;
        }
        // Letters with a nukta of their own are not read behind a virama.
        match (previous, c) {
            (Some(previous), 'ऩ' | 'ऱ' | 'ऴ') if is_virama(previous) => tidied.extend(c.nfd().next()),
            _ => tidied.push(c),
        }
        voweled = voweled || script::is_mark(c) && indic && !is_nukta(c);
        previous = Some(c);
    }
    tidied
}

/// The sign that takes a consonant's vowel, in the scripts of India, whose blocks are laid out alike.
fn is_virama(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0D7F}') && u32::from(c) & 0x7F == 0x4D
}

fn is_nukta(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0D7F}') && u32::from(c) & 0x7F == 0x3C
}

/// True for consonants and the nukta on them. Vowels are those of U+xx05 to U+xx14 and U+xx60 to U+xx61, and the
/// bearers of vowels in Gurmukhi.
fn bears_virama(c: char) -> bool {
    matches!(c, '\u{0958}'..='\u{095F}')
        || !matches!(u32::from(c) & 0x7F, 0x00..=0x14 | 0x3D..=0x63) && !matches!(c, '\u{0A72}' | '\u{0A73}')
}

fn replacement(c: char, reader: &str) -> Option<String> {
    let lower = c.to_lowercase().next().unwrap_or(c);
    let row = |language: &str| {
        let rows = REPLACEMENTS.iter().filter(|(own, _)| *own == language);
        rows.flat_map(|(_, letters)| letters.iter()).find(|(letter, _)| *letter == lower).map(|(_, to)| *to)
    };
    let found = row(reader).or_else(|| row(relative(reader)))?;
    Some(if lower == c { found.to_owned() } else { found.to_uppercase() })
}

/// The listed reader whose rules read another language of the same script.
fn relative(reader: &str) -> &str {
    match reader {
        "sa" | "mr" | "ne" | "awa" | "bho" | "mai" | "doi" | "bra" => "hi",
        "iw" => "he",
        _ => reader,
    }
}

fn is_read(c: char, reader: &str, script: Script) -> bool {
    let lower = c.to_lowercase().next().unwrap_or(c);
    match script {
        Script::Hangul => within(c, HANGUL),
        Script::Hiragana | Script::Katakana => within(c, KANA),
        _ => {
            let table = |name: &str| ALPHABETS.iter().find(|(own, _)| *own == name).map(|(_, spans)| *spans);
            match table(reader).or_else(|| table(relative(reader))) {
                Some(spans) => within(lower, spans) || is_greek_accent(c, script),
                // A voice that was not tried is taken to know its script, but for letters with a mark of stress.
                None => script::of(c) == script && !matches!(lower, 'ѐ' | 'ѝ') || script::is_mark(c),
            }
        }
    }
}

/// Greek's accents may follow their letter where no composed letter exists.
fn is_greek_accent(c: char, script: Script) -> bool {
    const ACCENTS: &[char] =
        &['\u{0300}', '\u{0301}', '\u{0308}', '\u{0313}', '\u{0314}', '\u{0342}', '\u{0345}'];
    script == Script::Greek && ACCENTS.contains(&c)
}

fn within(c: char, spans: &[Span]) -> bool {
    spans.iter().any(|(first, last)| (*first..=*last).contains(&c))
}
