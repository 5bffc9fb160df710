//! Marks of the scripts of India: Vedic accents, dandas with the numbers of verses, avagraha, and Gurmukhi's own signs.

use std::sync::LazyLock;

use regex::Regex;

use crate::choices::{Treatment, Voicing};
use crate::digits;
use crate::draft::merge;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};
use crate::script::is_word;

/// The number of a verse between double dandas or after them at the end of a line: `॥ १.१.१ ॥`, `।।२।।`, `|| 3 ||`.
static VERSE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let bars = r"(?:॥|।।|\|\||‖)";
    compile(&format!(
        r"(?m)[ \t]*{bars}[ \t]*(\p{{Nd}}+(?:[ \t]?[.:,\-–—/][ \t]?\p{{Nd}}+)*)[ \t]*[.)]?[ \t]*(?:{bars}|$)"
    ))
});

/// A danda, single or double, as itself or as bars.
static DANDA: LazyLock<Regex> = LazyLock::new(|| compile(r"[ \t]*(॥|।।|\|\||।|\|)"));

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    if !text.contains(['।', '॥', '|', '‖']) && !text.chars().any(is_indic) {
        return Vec::new();
    }
    merge([verse_numbers(text, options), dandas(text), gurmukhi(text, options), marks(text)])
}

fn is_indic(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0DFF}' | '\u{1CD0}'..='\u{1CFF}' | '\u{A8E0}'..='\u{A8FF}')
}

fn verse_numbers(text: &str, options: &Options) -> Vec<Rewrite> {
    let found = VERSE_NUMBER.captures_iter(text).filter_map(|found| {
        let (all, number) = (found.get(0)?, found.get(1)?);
        let spoken = match options.choices.verse_numbers {
            Treatment::Show | Treatment::LeaveOut => " ॥ ".to_owned(),
            // A full stop between digits would be read as a decimal point.
            Treatment::Read => {
                let parts: Vec<&str> = number
                    .as_str()
                    .split(|c: char| digits::value(c).is_none())
                    .filter(|part| !part.is_empty())
                    .collect();
                format!(" ॥ {} ॥ ", parts.join(", "))
            }
        };
        Some(Rewrite::text(all.range(), spoken, Kind::VerseNumber))
    });
    found.collect()
}

/// A double danda is named where it touches a word. Bars stand for dandas.
fn dandas(text: &str) -> Vec<Rewrite> {
    let found = DANDA.captures_iter(text).filter_map(|found| {
        let (all, danda) = (found.get(0)?, found.get(1)?);
        let after = text[all.end()..].chars().next();
        let spoken = match danda.as_str() {
            "।" | "|" => "।",
            _ => "॥",
        };
        let apart = after.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation());
        let spaced =
            format!("{}{spoken}{}", if spoken == "॥" { " " } else { "" }, if apart { "" } else { " " });
        let stands = all.as_str() == spaced || danda.as_str() == "।" && apart;
        (!stands).then(|| Rewrite::text(all.range(), spaced, Kind::Accents))
    });
    found.collect()
}

/// Signs of Gurmukhi that the reader names.
fn gurmukhi(text: &str, options: &Options) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let written = at..at + c.len_utf8();
        let next = rest.peek().map(|(_, next)| *next);
        match c {
            // Ik Onkar, the sign of the one God.
            '\u{0A74}' => {
                let gap = if next.is_some_and(is_word) { " " } else { "" };
                found.push(Rewrite::text(written, format!("ਇੱਕ ਓਅੰਕਾਰ{gap}"), Kind::LetterForm));
            }
            '\u{0A01}' => found.push(Rewrite::text(written, "\u{0A02}", Kind::LetterForm)),
            '\u{0A51}' | '\u{0A76}' => found.push(Rewrite::silent(written, Kind::Accents)),
            '\u{0A75}' => found.push(Rewrite::text(written, "\u{0A4D}\u{0A2F}", Kind::LetterForm)),
            // The short vowels at the end of a word mark its case in scripture and are not sounded in recitation.
            '\u{0A3F}' | '\u{0A41}'
                if options.choices.gurbani_final_vowels == Voicing::Silent && !next.is_some_and(is_word) =>
            {
                found.push(Rewrite::silent(written, Kind::Accents));
            }
            _ => {}
        }
    }
    found
}

/// Accents and signs that change no sound, and letters of the Vedas that have a plain one.
fn marks(text: &str) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let written = at..at + c.len_utf8();
        match c {
            '\u{0900}' => found.push(Rewrite::text(written, "\u{0901}", Kind::LetterForm)),
            '\u{1CF2}' | '\u{1CF3}' => found.push(Rewrite::text(written, "\u{0903}", Kind::LetterForm)),
            '\u{0951}'..='\u{0954}' | '\u{0971}' | '\u{1CD0}'..='\u{1CFA}' | '\u{A8E0}'..='\u{A8F7}' => {
                found.push(Rewrite::silent(written, Kind::Accents));
                // An accent does not stand between an avagraha and its word.
                continue;
            }
            // The sign of an abbreviation.
            '\u{0970}' => found.push(Rewrite::silent(written, Kind::Sign)),
            '\u{093D}' | '\u{09BD}' | '\u{0ABD}' | '\u{0B3D}' | '\u{0C3D}' | '\u{0CBD}' | '\u{0D3D}'
                if !before.is_some_and(is_word) =>
            {
                found.push(Rewrite::silent(written, Kind::Sign));
                continue;
            }
            _ => {}
        }
        before = Some(c);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::ReadingChoices;
    use crate::draft::Draft;

    fn left(text: &str, options: &Options) -> String {
        Draft::new(text).apply(&rewrites(text, options)).text().to_owned()
    }

    #[test]
    fn vedic_accents_are_silent() {
        let options = Options::new("sa");
        assert_eq!(left("अ॒ग्निमी॑ळे पु॒रोहि॑तं", &options), "अग्निमीळे पुरोहितं");
        assert_eq!(left("ऽ शिवोऽहम् ऽ", &options), " शिवोऽहम् ");
    }

    #[test]
    fn numbers_of_verses_are_silent_or_spoken_without_a_decimal_point() {
        let silent = Options::new("sa");
        let spoken = Options::with(
            "sa",
            ReadingChoices { verse_numbers: Treatment::Read, ..Default::default() },
            vec![],
        );
        assert_eq!(left("पुरोहितं ॥ १.१.१ ॥", &silent), "पुरोहितं ॥ ");
        assert_eq!(left("पुरोहितं ॥ १.१.१ ॥", &spoken), "पुरोहितं ॥ १, १, १ ॥ ");
        assert_eq!(left("जय हनुमान ।। १ ।। जय", &silent), "जय हनुमान ॥  जय");
        assert_eq!(left("jaya || 1 ||", &silent), "jaya ॥ ");
    }

    #[test]
    fn dandas_stand_apart() {
        let options = Options::new("hi");
        assert_eq!(left("राम॥सीता।राम।", &options), "राम ॥ सीता। राम।");
        assert_eq!(left("राम ॥", &options), "राम ॥");
        assert_eq!(left("है। तू", &options), "है। तू");
    }

    #[test]
    fn signs_of_gurmukhi_are_read() {
        let options = Options::new("pa");
        assert_eq!(left("ੴ ਸਤਿ ਨਾਮੁ", &options), "ਇੱਕ ਓਅੰਕਾਰ ਸਤਿ ਨਾਮੁ");
        let recited = Options::with(
            "pa",
            ReadingChoices { gurbani_final_vowels: Voicing::Silent, ..Default::default() },
            vec![],
        );
        assert_eq!(left("ਸਤਿ ਨਾਮੁ ਸਤਿਗੁਰ", &recited), "ਸਤ ਨਾਮ ਸਤਿਗੁਰ");
    }
}
