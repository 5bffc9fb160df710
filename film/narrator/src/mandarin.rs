//! Rewrites espeak-ng's own phoneme names for Mandarin in the alphabet of the Chinese voices.
//!
//! In IPA espeak-ng loses the difference between the first and the fourth tone, so Mandarin is read by the names
//! instead (`m_u51`), where the tone stands in Chao's numbers behind the vowel. The right-hand sides are the spelling
//! of the pinyin syllables that the voices were trained on, with arrows for the tones.

/// Separates two phoneme names.
const SEPARATOR: char = '_';

/// Phoneme name, and consonant in the alphabet.
const CONSONANTS: &[(&str, &str)] = &[
    ("p", "p"),
    ("ph", "pʰ"),
    ("t", "t"),
    ("th", "tʰ"),
    ("k", "k"),
    ("kh", "kʰ"),
    ("X", "x"),
    ("ts.", "ꭧ"),
    ("ts.h", "ꭧʰ"),
    ("s.", "ʂ"),
    ("z.", "ɻ"),
    ("ts", "ʦ"),
    ("tsh", "ʦʰ"),
    ("s", "s"),
    ("tS;", "ʨ"),
    ("tS;h", "ʨʰ"),
    ("S;", "ɕ"),
    ("m", "m"),
    ("n", "n"),
    ("l", "l"),
    ("f", "f"),
    ("N", "ŋ"),
    ("w", "w"),
    ("j", "j"),
];

/// Phoneme name, vowel in the alphabet, and the consonant that follows its tone.
const VOWELS: &[(&str, &str, &str)] = &[
    ("A", "a", ""),
    ("a", "a", ""),
    ("o-", "ɤ", ""),
    ("@", "ə", ""),
    ("i", "i", ""),
    ("i.", "ɨ", ""),
    ("i[", "ɨ", ""),
    ("iE", "je", ""),
    ("iA", "ja", ""),
    ("iAu", "jau", ""),
    ("iou", "jou", ""),
    ("uei", "wei", ""),
    ("uo", "wo", ""),
    ("ua", "wa", ""),
    ("uA", "wa", ""),
    ("uai", "wai", ""),
    ("u@", "wə", ""),
    ("u", "u", ""),
    ("y", "y", ""),
    ("yE", "ɥe", ""),
    ("y@", "y", ""),
    ("y&", "ɥɛ", ""),
    ("@r", "ɚ", ""),
    ("ong", "ʊ", "ŋ"),
    ("yu", "jʊ", ""),
    ("ai", "ai", ""),
    ("Au", "au", ""),
    ("ou", "ou", ""),
    ("ei", "ei", ""),
    ("o", "wo", ""),
    ("E", "e", ""),
];

/// Rewrites one word. Names that are in neither table are left out.
pub(crate) fn to_kokoro(names: &str) -> String {
    let mut sounds: Vec<String> = Vec::new();
    for name in names.split(SEPARATOR) {
        // Stress marks, which mean nothing in Mandarin, and the separator of syllables.
        let name = name.trim_start_matches(['\'', ',', '%', '=']).trim_end_matches('|');
        let (name, tone) = name.split_at(name.trim_end_matches(|c: char| c.is_ascii_digit()).len());
        if let Some((_, consonant)) = CONSONANTS.iter().find(|(from, _)| *from == name) {
            sounds.push((*consonant).to_owned());
        } else if let Some((_, vowel, after)) = VOWELS.iter().find(|(from, ..)| *from == name) {
            // Pinyin writes a glide where the vowel already has one: `yi`, `wu`, `yuan`.
            let glide = |sound: &mut String| match sound.as_str() {
                "j" => vowel.starts_with(['i', 'j', 'y', 'ɥ']),
                "w" => vowel.starts_with(['u', 'w']),
                _ => false,
            };
            sounds.pop_if(glide);
            sounds.push(format!("{vowel}{}{after}", arrow(tone)));
        }
    }
    let mut word = sounds.concat();
    // The vowel of `yan` before its n, and that of `de` at the end of a word.
    for arrow in ["", "→", "↗", "↓", "↘"] {
        word = word.replace(&format!("je{arrow}n"), &format!("jɛ{arrow}n"));
    }
    if word.ends_with('ə') {
        word.pop();
        word.push('ɤ');
    }
    word
}

/// Chao's tone numbers as the voices' arrows; the neutral tone has none.
fn arrow(tone: &str) -> &'static str {
    match tone {
        "55" => "→",
        "35" => "↗",
        "214" => "↓",
        "51" => "↘",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_spelt_as_in_training() {
        for (names, expected) in [
            ("n_'i214__|", "ni↓"),
            ("X_'Au214__|", "xau↓"),
            ("m_u51_ts._'o-214__|", "mu↘ꭧɤ↓"),
            ("t_'@11__|", "tɤ"),
            ("th_'ong35__|", "tʰʊ↗ŋ"),
            ("p_'iE55_n__|", "pjɛ→n"),
            ("j_i214_n_t_'Au214__|", "i↓ntau↓"),
            ("X_w_'u@35_n__|", "xwə↗n"),
            ("tS;h_i55_N_tsh_'Au214__|", "ʨʰi→ŋʦʰau↓"),
        ] {
            assert_eq!(to_kokoro(names), expected, "{names}");
        }
    }
}
