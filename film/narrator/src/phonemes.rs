//! Rewrites espeak-ng's phonemes in the phonetic alphabet that the Kokoro family of voices was trained on.
//!
//! The alphabet writes each diphthong and affricate as one letter (`I` for `a^ɪ`, `ʧ` for `t^ʃ`). The tables are those
//! of misaki, the grapheme-to-phoneme library that made the training data; they are reproduced from its published
//! behaviour (Apache-2.0), because a voice pronounces well only what is written as in its training.

use crate::espeak::protocol::Spelling;
use crate::mandarin;

/// The conventions by which phonemes are rewritten for a voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accent {
    /// English as in the United States.
    American,
    /// English as in Britain.
    British,
    /// Any other language that is read in IPA.
    General,
    /// Mandarin, which is read by espeak-ng's names for its sounds.
    Mandarin,
}

impl Accent {
    /// The notation in which espeak-ng must write the phonemes.
    pub(crate) fn spelling(self) -> Spelling {
        if self == Self::Mandarin { Spelling::Names } else { Spelling::Ipa }
    }
}

/// Replacements for both accents of English. Longer patterns come first, so that a part never hides the whole.
const ENGLISH: &[(&str, &str)] = &[
    ("ʔˌn\u{0329}", "tᵊn"),
    ("ʔn\u{0329}", "tᵊn"),
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"),
    ("ʔn", "tᵊn"),
    ("ʲO", "jO"),
    ("ʲQ", "jQ"),
    ("ʲo", "jo"),
    ("ʲə", "jə"),
    ("e^ə", "ɛː"),
    ("ʔ", "t"),
    ("ʲ", ""),
    ("ɾ", "T"),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɐ", "ə"),
    ("ɬ", "l"),
    ("\u{0303}", ""),
];
const AMERICAN: &[(&str, &str)] =
    &[("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""), ("e", "A"), ("o", "ɔ")];
const BRITISH: &[(&str, &str)] = &[("iə", "ɪə"), ("ə^ʊ", "Q"), ("e", "A"), ("o", "ɔ")];
const GENERAL: &[(&str, &str)] = &[
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^z", "ʣ"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("o^ʊ", "O"),
    ("ə^ʊ", "Q"),
    ("s^s", "S"),
    ("t^s", "ʦ"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    // Hindi and its neighbours: espeak-ng writes the affricates of च and ज as stops, and they are heard as such.
    ("c", "ʧ"),
    ("ɟ", "ʤ"),
    // The retroflex flap leaves espeak-ng as its own name for it, whose dot would be read as a full stop.
    ("r.", "ɽ"),
];

/// Phonemes that the alphabet lacks, with the nearest that it has. They come from South Asian and Semitic languages.
const SUBSTITUTES: &[(char, &str)] = &[
    ('ʉ', "u"),
    ('ʱ', "ʰ"),
    ('ɦ', "h"),
    ('ħ', "h"),
    ('ʕ', "ʔ"),
    ('ɭ', "l"),
    ('ɫ', "l"),
    ('ɵ', "ə"),
    ('ɘ', "ə"),
    ('ɱ', "m"),
    ('ʀ', "ʁ"),
    ('ɢ', "ɡ"),
    ('g', "ɡ"),
    ('ɺ', "ɾ"),
    ('ʐ', "ʒ"),
    ('ʑ', "ʒ"),
    ('ʏ', "y"),
    ('ɶ', "œ"),
    ('ɞ', "ɜ"),
    ('ˤ', ""),
    ('ʷ', "w"),
    ('ɓ', "b"),
    ('ɗ', "d"),
    ('ɠ', "ɡ"),
];

/// Rewrites one word's phonemes, given in the notation of [`Accent::spelling`]. Characters that the alphabet still lacks
/// are kept; the vocabulary drops them.
pub(crate) fn to_kokoro(sounds: &str, accent: Accent) -> String {
    let tables: &[&[(&str, &str)]] = match accent {
        Accent::American => &[ENGLISH, AMERICAN],
        Accent::British => &[ENGLISH, BRITISH],
        Accent::General => &[GENERAL],
        Accent::Mandarin => return mandarin::to_kokoro(sounds),
    };
    let mut sounds = sounds.to_owned();
    for (from, to) in tables.iter().copied().flatten() {
        if sounds.contains(from) {
            sounds = sounds.replace(from, to);
        }
    }
    let mut out = String::with_capacity(sounds.len());
    for c in sounds.chars() {
        match c {
            // A consonant that is its own syllable (`bˈʌʔn̩`) is written with the small schwa in front of it.
            '\u{0329}' => {
                if let Some(consonant) = out.pop() {
                    out.push('ᵊ');
                    out.push(consonant);
                }
            }
            // Ties, hyphens between syllables, and dots are no phonemes, and a dot would be read as a full stop.
            '^' | '-' | '.' => {}
            c => match SUBSTITUTES.iter().find(|(from, _)| *from == c) {
                Some((_, to)) => out.push_str(to),
                None => out.push(c),
            },
        }
    }
    out
}

/// The alphabet's punctuation for a mark of any script, if it has one.
pub(crate) fn punctuation(mark: char) -> Option<char> {
    Some(match mark {
        ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…' | '"' | '(' | ')' | '“' | '”' => mark,
        '；' | '؛' => ';',
        '：' | '׃' => ':',
        '，' | '、' | '،' => ',',
        '。' | '।' | '॥' | '۔' | '።' | '．' => '.',
        '！' => '!',
        '？' | '؟' => '?',
        '–' | '―' => '—',
        '«' | '„' | '「' | '『' => '“',
        '»' | '」' | '』' => '”',
        '（' | '[' => '(',
        '）' | ']' => ')',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn american_english() {
        for (ipa, expected) in [
            ("mˌe^ɪkəθ", "mˌAkəθ"),
            ("fˈa^ɪ^ɚ", "fˈIəɹ"),
            ("tʃ", "tʃ"),
            ("t^ʃˈɜːt^ʃ", "ʧˈɜɹʧ"),
            ("wˈɔːɾɚz", "wˈɔTəɹz"),
            ("hˈo^ʊli", "hˈOli"),
            ("bˈʌʔn\u{0329}", "bˈʌtᵊn"),
            ("hˈoːɹs", "hˈɔɹs"),
        ] {
            assert_eq!(to_kokoro(ipa, Accent::American), expected, "{ipa}");
        }
    }

    #[test]
    fn british_english_keeps_length_and_its_own_diphthongs() {
        assert_eq!(to_kokoro("ðe^ə", Accent::British), "ðɛː");
        assert_eq!(to_kokoro("hˈə^ʊli", Accent::British), "hˈQli");
        assert_eq!(to_kokoro("wˈɔːtə", Accent::British), "wˈɔːtə");
    }

    #[test]
    fn other_languages_keep_their_sounds() {
        assert_eq!(to_kokoro("cˌəɾʋˈaːhaː", Accent::General), "ʧˌəɾʋˈaːhaː");
        assert_eq!(to_kokoro("t^ʃˈiko", Accent::General), "ʧˈiko");
        assert_eq!(to_kokoro("lˈʌr.kˌaː", Accent::General), "lˈʌɽkˌaː");
        assert_eq!(to_kokoro("kˌʉkk", Accent::General), "kˌukk");
    }

    #[test]
    fn marks_of_other_scripts_become_the_voices_own() {
        assert_eq!(punctuation('।'), Some('.'));
        assert_eq!(punctuation('؟'), Some('?'));
        assert_eq!(punctuation('#'), None);
    }
}
