//! The names of months, and years in words.

use crate::characters::folded;
use crate::numerals::rbnf;

/// Months in full, then other spellings with their number.
struct Months {
    language: &'static str,
    names: [&'static str; 12],
    short: &'static [(&'static str, u32)],
}

const MONTHS: &[Months] = &[
    Months {
        language: "en",
        names: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        short: &[
            ("jan", 1),
            ("feb", 2),
            ("mar", 3),
            ("apr", 4),
            ("jun", 6),
            ("jul", 7),
            ("aug", 8),
            ("sep", 9),
            ("sept", 9),
            ("oct", 10),
            ("nov", 11),
            ("dec", 12),
        ],
    },
    Months {
        language: "es",
        names: [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        short: &[("setiembre", 9)],
    },
    Months {
        language: "pt",
        names: [
            "janeiro",
            "fevereiro",
            "março",
            "abril",
            "maio",
            "junho",
            "julho",
            "agosto",
            "setembro",
            "outubro",
            "novembro",
            "dezembro",
        ],
        short: &[],
    },
    Months {
        language: "fr",
        names: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        short: &[],
    },
    Months {
        language: "it",
        names: [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ],
        short: &[],
    },
    Months {
        language: "de",
        names: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        short: &[
            ("jänner", 1),
            ("jan", 1),
            ("feb", 2),
            ("aug", 8),
            ("sept", 9),
            ("okt", 10),
            ("nov", 11),
            ("dez", 12),
        ],
    },
    Months {
        language: "hi",
        names: [
            "जनवरी",
            "फ़रवरी",
            "मार्च",
            "अप्रैल",
            "मई",
            "जून",
            "जुलाई",
            "अगस्त",
            "सितंबर",
            "अक्टूबर",
            "नवंबर",
            "दिसंबर",
        ],
        short: &[("फरवरी", 2), ("सितम्बर", 9), ("अक्तूबर", 10), ("नवम्बर", 11), ("दिसम्बर", 12)],
    },
    Months {
        language: "ta",
        names: [
            "ஜனவரி",
            "பிப்ரவரி",
            "மார்ச்",
            "ஏப்ரல்",
            "மே",
            "ஜூன்",
            "ஜூலை",
            "ஆகஸ்ட்",
            "செப்டம்பர்",
            "அக்டோபர்",
            "நவம்பர்",
            "டிசம்பர்",
        ],
        short: &[],
    },
    Months {
        language: "ar",
        names: [
            "يَنَايِر",
            "فِبْرَايِر",
            "مَارِس",
            "أَبْرِيل",
            "مَايُو",
            "يُونْيُو",
            "يُولْيُو",
            "أَغُسْطُس",
            "سِبْتَمْبَر",
            "أُكْتُوبَر",
            "نُوفَمْبَر",
            "دِيسَمْبَر",
        ],
        short: &[],
    },
    Months {
        language: "he",
        names: [
            "יָנוּאָר",
            "פֶבְּרוּאָר",
            "מֶרְץ",
            "אַפְּרִיל",
            "מַאי",
            "יוּנִי",
            "יוּלִי",
            "אוֹגוּסְט",
            "סֶפְּטֶמְבֶּר",
            "אוֹקְטוֹבֶּר",
            "נוֹבֶמְבֶּר",
            "דֵּצֶמְבֶּר",
        ],
        short: &[],
    },
];

/// The number of a month by its name. In languages that write months with a capital, only so.
pub(crate) fn month(language: &str, word: &str) -> Option<u32> {
    let months = MONTHS.iter().find(|months| months.language == language)?;
    if matches!(language, "en" | "de") && !word.starts_with(char::is_uppercase) {
        return None;
    }
    let key = folded(word);
    let full = months.names.iter().position(|name| folded(name) == key).map(|at| at as u32 + 1);
    full.or_else(|| months.short.iter().find(|(name, _)| folded(name) == key).map(|(_, number)| *number))
}

/// A month's name.
pub(crate) fn month_name(language: &str, number: u32) -> Option<&'static str> {
    let months = MONTHS.iter().find(|months| months.language == language)?;
    months.names.get((number as usize).wrapping_sub(1)).copied()
}

/// A year as it is said: in words where the language divides it (English, German, Dutch, Hindi), else in digits.
pub(crate) fn year(language: &str, year: u32) -> String {
    let hundreds = (1100..2000).contains(&year);
    let words = match language {
        "en" if year >= 1000 => rbnf::spell(language, "spellout-numbering-year", year.into()),
        "de" | "nl" if hundreds => rbnf::spell(language, "spellout-numbering-year", year.into()),
        // The voice reads the two numbers; only the word between them is new.
        "hi" if hundreds && !year.is_multiple_of(100) => Some(format!("{} सौ {}", year / 100, year % 100)),
        "hi" if hundreds => Some(format!("{} सौ", year / 100)),
        _ => None,
    };
    words.unwrap_or_else(|| year.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_found_by_name() {
        assert_eq!((month("en", "May"), month("en", "may"), month("en", "Sept")), (Some(5), None, Some(9)));
        assert_eq!(
            (month("fr", "août"), month("es", "mayo"), month("de", "März")),
            (Some(8), Some(5), Some(3))
        );
        assert_eq!((month("hi", "फ़रवरी"), month("ar", "مايو"), month("xx", "May")), (Some(2), Some(5), None));
    }

    #[test]
    fn years_are_said_as_years() {
        for (language, number, said) in [
            ("en", 1995, "nineteen ninety-five"),
            ("en", 1905, "nineteen oh-five"),
            ("en", 2005, "two thousand five"),
            ("en", 2024, "twenty twenty-four"),
            ("en", 33, "33"),
            ("en", 1450, "fourteen fifty"),
            ("de", 1995, "neunzehnhundertfünfundneunzig"),
            ("de", 2024, "2024"),
            ("es", 1995, "1995"),
            ("hi", 1995, "19 सौ 95"),
        ] {
            assert_eq!(year(language, number), said, "{language}");
        }
    }
}
