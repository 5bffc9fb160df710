//! Numbers in Hebrew letters (`כ״ג`, `ה׳תשפ״ד`), which espeak-ng would spell out.

use crate::scripts::hebrew_letters::{is_geresh, is_gershayim, is_letter};

/// Words with gershayim that look like numbers and are read as words.
const WORDS: &[&str] = &["עה", "יה", "קק", "תת", "לב", "מד", "סא"];

/// Words before a numeral of one letter without a mark of its own.
const NUMBERED: &[&str] = &["פרק", "פסוק", "מזמור", "תהלים", "תהילים", "סימן", "דף", "פסוקים", "פרקים"];

/// The digits of a numeral with geresh or gershayim, or of one letter or more without them behind a word for a chapter
/// or a verse. None for another word.
pub(crate) fn read(word: &str, before: &str) -> Option<String> {
    if word.chars().any(|c| !is_letter(c) && !is_geresh(c) && !is_gershayim(c)) {
        return None;
    }
    let before = before.trim_end().trim_end_matches([',', ':']);
    let numbered = NUMBERED
        .iter()
        .filter_map(|word| before.strip_suffix(word))
        .any(|rest| rest.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '-'));
    // The thousands stand before a geresh: ה׳תשפ״ד.
    let (thousands, rest) = match word.split_once(is_geresh) {
        Some((thousands, rest)) if !rest.is_empty() => (value(thousands)?, rest),
        _ => (0, word),
    };
    let letters: String = rest.chars().filter(|c| is_letter(*c)).collect();
    let marked = match rest.char_indices().rev().find(|(_, c)| !is_letter(*c)) {
        // Gershayim stand before the last letter, a geresh behind the only one.
        Some((at, c)) if is_gershayim(c) => {
            rest[at..].chars().count() == 2 && !WORDS.contains(&letters.as_str())
        }
        Some((at, c)) => is_geresh(c) && rest[at..].chars().count() == 1 && letters.chars().count() == 1,
        None => thousands > 0,
    };
    // רבי and God's name are abbreviated like numbers.
    let abbreviation =
        matches!(letters.as_str(), "ר" | "ה" | "ד" | "ג" | "ז" | "צ") && !numbered && thousands == 0;
    if !(marked && !abbreviation || numbered && letters.len() == rest.len()) {
        return None;
    }
    let total = value(&letters)?;
    Some((thousands * 1000 + total).to_string())
}

/// The value of letters in falling order; 15 and 16 are written 9 + 6 and 9 + 7.
fn value(letters: &str) -> Option<u32> {
    let mut total = 0;
    let mut last = u32::MAX;
    for c in letters.chars() {
        let one = letter(c)?;
        // Hundreds above 400 repeat the last letter: תת״ק.
        let falls = one < last || one == 400 && last == 400;
        if !falls {
            return None;
        }
        total += one;
        last = one;
    }
    (total > 0).then_some(total)
}

fn letter(c: char) -> Option<u32> {
    const ONES: &str = "אבגדהוזחט";
    const TENS: &str = "יכלמנסעפצ";
    const HUNDREDS: &str = "קרשת";
    let place = |row: &str| row.chars().position(|one| one == c).map(|at| at as u32 + 1);
    place(ONES).or_else(|| Some(place(TENS)? * 10)).or_else(|| Some(place(HUNDREDS)? * 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_digits() {
        for (word, expected) in [
            ("כ״ג", "23"),
            ("ט״ו", "15"),
            ("קי״ט", "119"),
            ("ה׳תשפ״ד", "5784"),
            ("ב׳", "2"),
            ("תשפ\"ו", "786"),
        ] {
            assert_eq!(read(word, ""), Some(expected.to_owned()), "{word}");
        }
        assert_eq!(read("כג", "תהלים פרק "), Some("23".to_owned()));
        assert_eq!(read("ה׳", "פרק "), Some("5".to_owned()));
    }

    #[test]
    fn abbreviations_and_words_are_not_numbers() {
        for word in ["רש״י", "תנ״ך", "חז״ל", "ר׳", "ה׳", "ג׳ורג׳", "ע״ה", "שלום"]
        {
            assert_eq!(read(word, ""), None, "{word}");
        }
    }
}
