//! The value of Roman numerals.

const VALUES: &[(&str, u32)] = &[
    ("M", 1000),
    ("CM", 900),
    ("D", 500),
    ("CD", 400),
    ("C", 100),
    ("XC", 90),
    ("L", 50),
    ("XL", 40),
    ("X", 10),
    ("IX", 9),
    ("V", 5),
    ("IV", 4),
    ("I", 1),
];

/// The value of a numeral from I to MMMCMXCIX in its one right spelling, all in capitals or all in small letters, or as
/// one of Unicode's numeral letters.
pub(crate) fn value(numeral: &str) -> Option<u32> {
    if let Some(value) = letter(numeral) {
        return Some(value);
    }
    let all = |case: fn(&char) -> bool| numeral.chars().all(|c| case(&c));
    // `MMMDCCCLXXXVIII` is the longest.
    if numeral.is_empty()
        || numeral.len() > 15
        || !(all(char::is_ascii_uppercase) || all(char::is_ascii_lowercase))
    {
        return None;
    }
    let upper = numeral.to_ascii_uppercase();
    let (mut rest, mut value) = (upper.as_str(), 0);
    for (part, worth) in VALUES {
        while let Some(next) = rest.strip_prefix(part) {
            (rest, value) = (next, value + worth);
        }
    }
    (rest.is_empty() && value < 4000 && written(value) == upper).then_some(value)
}

/// Ⅰ to Ⅻ and ⅰ to ⅻ.
fn letter(numeral: &str) -> Option<u32> {
    let mut chars = numeral.chars();
    match (chars.next()?, chars.next()) {
        (c @ 'Ⅰ'..='Ⅻ', None) => Some(c as u32 - 'Ⅰ' as u32 + 1),
        (c @ 'ⅰ'..='ⅻ', None) => Some(c as u32 - 'ⅰ' as u32 + 1),
        _ => None,
    }
}

fn written(mut value: u32) -> String {
    let mut out = String::new();
    for (part, worth) in VALUES {
        while value >= *worth {
            out.push_str(part);
            value -= worth;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_numeral_has_its_value() {
        for number in 1..4000 {
            assert_eq!(value(&written(number)), Some(number));
            assert_eq!(value(&written(number).to_lowercase()), Some(number));
        }
        assert_eq!(value("Ⅷ"), Some(8));
    }

    #[test]
    fn words_and_wrong_spellings_are_no_numerals() {
        for other in ["", "IIII", "VX", "IC", "Iv", "CIVIL", "LIVID", "VIVID", "ILL", "MMMM", "MILD"] {
            assert_eq!(value(other), None, "{other}");
        }
    }
}
