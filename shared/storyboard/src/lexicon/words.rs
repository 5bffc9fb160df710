//! How words are compared: folded spelling, script, and the particles written onto a word.

use unicode_normalization::UnicodeNormalization as _;

/// The folded spelling, by which words are compared.
///
/// Canonical composition and lower case, then what readers treat as one: vowel points and cantillation go,
/// the forms of alif, yeh, heh and kaf in Arabic, Persian and Urdu become one each, and so do Russian ё and
/// е, the two Devanagari nasal signs, and the apostrophes.
pub(super) fn fold(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).nfc().filter_map(fold_char).collect()
}

fn fold_char(c: char) -> Option<char> {
    Some(match c {
        // Maqaf, paseq and sof pasuq part words; they stand among the points, so before them.
        '\u{05BE}' | '\u{05C0}' | '\u{05C3}' => ' ',
        '\u{0591}'..='\u{05C7}' => return None,
        '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}' => {
            return None;
        }
        // Tatweel, soft hyphen, zero-width (non-)joiner and the marks of direction.
        '\u{0640}'
        | '\u{00AD}'
        | '\u{200C}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => {
            return None;
        }
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' | 'ہ' | 'ھ' | 'ۂ' | 'ۃ' | 'ۀ' => 'ه',
        'ک' => 'ك',
        'ё' => 'е',
        'ँ' => 'ं',
        '\u{2019}' | '\u{02BC}' | '\u{FF07}' => '\'',
        other => other,
    })
}

/// The fewest letters that may remain of a word whose particle is taken off.
const LEAST: usize = 2;

/// A word without the particles written onto it, one fewer at a time: and, so, with, like, for; the article.
pub(super) fn without_arabic_particles(word: &str) -> impl Iterator<Item = String> {
    let shorter = |word: &String| {
        // "for the" drops the article's alif: للرب is for-the-Lord, الرب.
        let rest = match word.strip_prefix("لل") {
            Some(rest) => format!("ال{rest}"),
            None => {
                word.strip_prefix("ال").or_else(|| word.strip_prefix(['و', 'ف', 'ب', 'ك', 'ل']))?.to_owned()
            }
        };
        (rest.chars().count() >= LEAST).then_some(rest)
    };
    // Conjunction, preposition, article: no word carries more than three.
    std::iter::successors(Some(word.to_owned()), shorter).skip(1).take(3)
}

/// A word without the letters of ו, ש, ה, ב, ל, כ and מ that may be written onto it, one fewer at a time.
pub(super) fn without_hebrew_particles(word: &str) -> impl Iterator<Item = &str> {
    fn shorter<'a>(word: &&'a str) -> Option<&'a str> {
        let rest = word.strip_prefix(['ו', 'ש', 'ה', 'ב', 'ל', 'כ', 'מ'])?;
        (rest.chars().count() >= LEAST).then_some(rest)
    }
    std::iter::successors(Some(word), shorter).skip(1).take(3)
}

/// The scripts that have matching rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Arabic,
    Hebrew,
    Han,
    /// Whole words only, looked up in these vocabularies.
    Other(&'static [&'static str]),
}

impl Script {
    /// The script of a word, by its first letter.
    pub(super) fn of(word: &str) -> Self {
        match word.chars().next().map_or(0, u32::from) {
            0x0400..=0x052F => Self::Other(&["ru"]),
            0x0590..=0x05FF | 0xFB1D..=0xFB4F => Self::Hebrew,
            0x0600..=0x077F | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => Self::Arabic,
            0x0900..=0x097F => Self::Other(&["hi", "mr", "sa"]),
            0x0980..=0x09FF => Self::Other(&["bn"]),
            0x0A00..=0x0A7F => Self::Other(&["pa"]),
            0x0B80..=0x0BFF => Self::Other(&["ta"]),
            0x0C00..=0x0C7F => Self::Other(&["te"]),
            0x1200..=0x139F => Self::Other(&["am"]),
            0x1100..=0x11FF | 0xAC00..=0xD7AF => Self::Other(&["ko"]),
            0x2E80..=0x2FDF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF => Self::Han,
            _ => Self::Latin,
        }
    }

    /// The vocabularies in which to look up a word of this script, in order.
    pub(super) fn vocabularies(self, language: &str) -> &'static [&'static str] {
        match (self, language) {
            (Self::Other(all), _) => all,
            (Self::Hebrew, _) => &["he"],
            (Self::Han, _) => &["zh"],
            (Self::Arabic, "ur" | "fa" | "ps" | "sd" | "pa" | "ks") => &["ur", "ar"],
            (Self::Arabic, _) => &["ar", "ur"],
            (Self::Latin, "es" | "gl" | "ast") => &["es", "mul"],
            (Self::Latin, "pt") => &["pt", "mul"],
            (Self::Latin, "fr") => &["fr", "mul"],
            (Self::Latin, "de") => &["de", "mul"],
            (Self::Latin, "it") => &["it", "mul"],
            (Self::Latin, "sw") => &["sw", "mul"],
            // Latin words in a text of another script are English or transliterated.
            (
                Self::Latin,
                "" | "und" | "en" | "hi" | "mr" | "sa" | "ne" | "ta" | "te" | "bn" | "pa" | "ar",
            )
            | (Self::Latin, "ur" | "he" | "yi" | "ru" | "uk" | "zh" | "gu" | "kn" | "ml" | "ko" | "am") => {
                &["en", "mul"]
            }
            (Self::Latin, _) => &["mul"],
        }
    }
}
