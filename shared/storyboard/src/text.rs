//! What a project's text may be.

use film_vocabulary::coverage;
use unicode_segmentation::UnicodeSegmentation;

use crate::segmentation;

/// Longest text in characters: an hour of narration in scripts that write sounds.
pub const LONGEST_TEXT: usize = 50_000;

/// Longest film in minutes; scripts that write words reach it with fewer characters.
pub const LONGEST_FILM_MIN: u32 = 90;

/// Longest run of characters without a break that can be spoken and shown on two lines.
const LONGEST_WORD: usize = 80;

/// Why a text cannot become a film.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing but white space and marks.
    #[error("the text has no words to narrate")]
    NoWords,
    /// More than [`LONGEST_TEXT`] characters.
    #[error("the text has {characters} characters; at most {LONGEST_TEXT} fit into one film")]
    TooLong {
        /// How many it has.
        characters: usize,
    },
    /// Longer than [`LONGEST_FILM_MIN`] minutes when spoken.
    #[error("the text takes about {minutes} minutes to speak; a film has at most {LONGEST_FILM_MIN}")]
    TooLongToSpeak {
        /// Estimated minutes of speech.
        minutes: u32,
    },
    /// A word that is none.
    #[error("the text has a word of {characters} characters; at most {LONGEST_WORD} can be shown")]
    WordTooLong {
        /// How many it has.
        characters: usize,
    },
    /// No shipped font draws these.
    #[error("no font here can show {}", names(.0))]
    Unsupported(Vec<char>),
}

/// Checks a text before it becomes a storyboard.
///
/// # Errors
/// [`TextError`].
pub fn check(text: &str) -> Result<(), TextError> {
    let characters = text.chars().count();
    if characters > LONGEST_TEXT {
        return Err(TextError::TooLong { characters });
    }
    if !text.chars().any(char::is_alphabetic) {
        return Err(TextError::NoWords);
    }
    let minutes = segmentation::speech_ms(text).div_ceil(60_000);
    if minutes > LONGEST_FILM_MIN {
        return Err(TextError::TooLongToSpeak { minutes });
    }
    let longest = text.unicode_words().map(|word| word.graphemes(true).count()).max().unwrap_or_default();
    if longest > LONGEST_WORD {
        return Err(TextError::WordTooLong { characters: longest });
    }
    let mut missing: Vec<char> = text.chars().filter(|c| !can_show(*c)).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() { Ok(()) } else { Err(TextError::Unsupported(missing)) }
}

fn can_show(c: char) -> bool {
    if c.is_whitespace() || is_invisible(c) {
        return true;
    }
    if c.is_control() {
        return false;
    }
    coverage::contains(c)
}

/// Joiners, directional marks and variation selectors: they shape their neighbours and need no glyph.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn names(characters: &[char]) -> String {
    let name = |c: &char| {
        if c.is_control() {
            format!("U+{:04X}", u32::from(*c))
        } else {
            format!("{c} (U+{:04X})", u32::from(*c))
        }
    };
    let mut listed: Vec<String> = characters.iter().take(5).map(name).collect();
    if characters.len() > 5 {
        listed.push(format!("and {} more", characters.len() - 5));
    }
    listed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensible_texts_pass_and_the_rest_say_why() {
        assert_eq!(check("Amen"), Ok(()));
        assert_eq!(check("A"), Ok(()));
        assert_eq!(check("الرَّبُّ رَاعِيَّ \u{200F}فَلاَ يُعْوِزُنِي شَيْءٌ"), Ok(()));
        assert_eq!(check("क्षत्रिय श्री कृष्ण"), Ok(()));
        assert_eq!(check(""), Err(TextError::NoWords));
        assert_eq!(check(" \n 23 … "), Err(TextError::NoWords));
        assert_eq!(check(&"a ".repeat(25_000)), Ok(()));
        assert_eq!(check(&"a ".repeat(25_001)), Err(TextError::TooLong { characters: 50_002 }));
        assert!(matches!(check(&"主".repeat(50_000)), Err(TextError::TooLongToSpeak { minutes: 100..=300 })));
        assert_eq!(check(&"a".repeat(500)), Err(TextError::WordTooLong { characters: 500 }));
        let refused = check("Amen \u{7}\u{13000}").unwrap_err();
        assert_eq!(refused, TextError::Unsupported(vec!['\u{7}', '\u{13000}']));
        assert!(refused.to_string().contains("U+0007") && refused.to_string().contains("U+13000"));
    }
}
