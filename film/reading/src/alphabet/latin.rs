//! Latin words: letters with accents that are the language's own stay, others become the plain letter nearest to them.
//!
//! espeak-ng knows accents within words, but names them ("acute", "umlaut") where it spells a word: one letter alone, a
//! word without a vowel, capitals within a word. So accents stay only in words that it does not spell.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::tables::alphabets::{LATIN, NATIVE_LATIN, Span, VIETNAMESE, WORDS_OF_ONE_LETTER};

/// A word, or a part of one between other characters, as the reader of a language knows it.
pub(crate) fn read(word: &str, alone: bool, reader: &str) -> String {
    let native =
        NATIVE_LATIN.iter().find(|(languages, _)| languages.contains(&reader)).map(|(_, letters)| *letters);
    let composed: String = word.nfc().collect();
    let known = |c: char| {
        let lower = c.to_lowercase().next().unwrap_or(c);
        match native {
            Some(letters) => letters.contains(c) || letters.contains(lower),
            None => within(c, LATIN) || within(lower, LATIN) || reader == "vi" && within(lower, VIETNAMESE),
        }
    };
    let spoken: String = composed.chars().map(|c| if known(c) { c.to_string() } else { plain(c) }).collect();
    let one = spoken.chars().count() == 1;
    let words = WORDS_OF_ONE_LETTER.iter().find(|(language, _)| *language == reader).map(|(_, words)| *words);
    let keeps = match one {
        true => alone && words.is_some_and(|words| spoken.chars().all(|c| words.contains(c))),
        false => !is_spelled(&spoken, reader),
    };
    if spoken.is_ascii() || keeps { spoken } else { spoken.chars().map(plain).collect() }
}

/// Consonants in a row that no word of these languages has. German words have more (`Herbststürme`), and its voice spells
/// none for them.
const MANY_CONSONANTS: usize = 4;

/// True for a word that espeak-ng may spell: very short, without a vowel, with many consonants in a row, with capitals
/// inside, or of a few capitals.
fn is_spelled(word: &str, reader: &str) -> bool {
    let is_capital = |c: char| c.is_uppercase();
    let capitals = word.chars().filter(|c| is_capital(*c)).count();
    let letters = word.chars().count();
    let shaped =
        capitals == 0 || capitals == letters || capitals == 1 && word.chars().next().is_some_and(is_capital);
    let (mut row, mut longest, mut vowels) = (0, 0, 0);
    for c in word.chars() {
        let base = std::iter::once(c).nfd().next().unwrap_or(c).to_lowercase().next().unwrap_or(c);
        if matches!(base, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'æ' | 'œ' | 'ø' | 'ı') {
            (row, vowels) = (0, vowels + 1);
        } else {
            row += 1;
            longest = longest.max(row);
        }
    }
    // English has no word of two letters with an accent, and French none like `és`, which reads as the letter's plural.
    let short = matches!(reader, "en" | "fr") && (reader == "en" || word.ends_with(['s', 'S']));
    let least = if capitals == letters { 4 } else { 2 + usize::from(short) };
    // Latin's reader divides a word behind a q without its u.
    let lower = word.to_lowercase();
    let lone_q = lower.matches('q').count() > lower.matches("qu").count();
    let foreign = reader == "vi" && !is_vietnamese(&lower);
    foreign
        || lone_q
        || !shaped
        || vowels == 0
        || (longest >= MANY_CONSONANTS && reader != "de")
        || letters < least
}

/// True for a syllable as Vietnamese writes it: a consonant that may begin one, one to three vowels, and a consonant that
/// may end one.
fn is_vietnamese(lower: &str) -> bool {
    const FIRST: [&str; 28] = [
        "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k",
        "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
    ];
    const LAST: [&str; 9] = ["ch", "ng", "nh", "c", "m", "n", "p", "t", ""];
    let base: String = lower.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let is_vowels = |middle: &str| {
        (1..=3).contains(&middle.chars().count()) && middle.chars().all(|c| "aeiouy".contains(c))
    };
    FIRST
        .iter()
        .filter_map(|first| base.strip_prefix(first))
        .any(|rest| LAST.iter().filter_map(|last| rest.strip_suffix(last)).any(is_vowels))
}

/// The plain letter or letters nearest to one: its base, or how it is written in ASCII.
fn plain(c: char) -> String {
    if c.is_ascii_alphabetic() {
        return c.to_string();
    }
    if is_combining_mark(c) {
        return String::new();
    }
    if let Some(base) = std::iter::once(c).nfd().next().filter(char::is_ascii_alphabetic) {
        return base.to_string();
    }
    let letters = deunicode::deunicode_char(c).unwrap_or_default().chars().filter(char::is_ascii_alphabetic);
    // Small capitals are small letters, which the table of names spells as capitals.
    letters.map(|plain| if c.is_lowercase() { plain.to_ascii_lowercase() } else { plain }).collect()
}

fn within(c: char, spans: &[Span]) -> bool {
    spans.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_of_the_language_stay_in_words() {
        for (language, word) in [
            ("en", "café"),
            ("en", "Noël"),
            ("es", "Jehová"),
            ("fr", "œuvre"),
            ("de", "Größe"),
            ("de", "fünfundzwanzigsten"),
            ("pl", "święty"),
            ("tr", "İşte"),
            ("vi", "Đức"),
            ("pt", "coração"),
            ("la", "Dómine"),
            ("es", "JESÚS"),
        ] {
            assert_eq!(read(word, true, language), word, "{language}");
        }
    }

    #[test]
    fn other_accents_and_those_of_spelled_words_go() {
        for (language, word, expected) in [
            ("en", "Kṛṣṇa", "Krsna"),
            ("en", "ʟᴏʀᴅ", "lord"),
            ("en", "é", "e"),
            ("en", "KfČa", "KfCa"),
            ("es", "ț", "t"),
            ("fr", "ñţ", "nt"),
            ("la", "qaú", "qau"),
            ("sw", "Łódź", "Lodz"),
        ] {
            assert_eq!(read(word, true, language), expected, "{language}");
        }
        assert_eq!(read("è", true, "it"), "è");
        assert_eq!(read("cafe\u{0301}", true, "en"), "café");
    }
}
