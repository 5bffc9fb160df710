//! The limits of a project's text, and the title that it has unless one is given.

use film_vocabulary::punctuation::is_emoji;
use film_vocabulary::{coverage, line};
use unicode_script::{Script, UnicodeScript as _};
use unicode_segmentation::UnicodeSegmentation;

use crate::segmentation;

/// The longest text in characters: about an hour of narration in alphabetic scripts.
pub const LONGEST_TEXT: usize = 50_000;

/// The longest film in minutes; logographic scripts such as Chinese reach it with fewer characters.
pub const LONGEST_FILM_MIN: u32 = 90;

/// The longest word in graphemes that can be spoken and shown on the two lines of a caption.
const LONGEST_WORD: usize = 80;

/// Why a text cannot become a film.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The text has no letter, only white space, digits and punctuation.
    #[error("the text has no words to narrate")]
    NoWords,
    /// More than [`LONGEST_TEXT`] characters.
    #[error("the text has {characters} characters; at most {LONGEST_TEXT} fit into one film")]
    TooLong {
        /// The number of characters in the text.
        characters: usize,
    },
    /// Longer than [`LONGEST_FILM_MIN`] minutes when spoken.
    #[error("the text takes about {minutes} minutes to speak; a film has at most {LONGEST_FILM_MIN}")]
    TooLongToSpeak {
        /// Estimated minutes of speech.
        minutes: u32,
    },
    /// A word has more graphemes than a caption can show; such a run of characters is rarely a word at all.
    #[error("the text has a word of {characters} characters; at most {LONGEST_WORD} can be shown")]
    WordTooLong {
        /// The number of graphemes in the word.
        characters: usize,
    },
    /// A character was lost before the text came here: U+FFFD stands where a program could not decode it.
    #[error(
        "character {position} of the text is U+FFFD, which stands for one that was lost before it was sent"
    )]
    Damaged {
        /// The position of the first U+FFFD, counted in characters from one.
        position: usize,
    },
    /// No font draws these characters.
    #[error("{}", unshown(.0))]
    Unsupported(Vec<char>),
}

/// Checks a text before it becomes a storyboard.
///
/// # Errors
/// The first of these that applies: [`TextError::TooLong`], [`TextError::NoWords`], [`TextError::TooLongToSpeak`],
/// [`TextError::WordTooLong`], [`TextError::Damaged`], [`TextError::Unsupported`].
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
    let spaced = text.unicode_words().filter(|word| segmentation::has_spaces(word));
    let longest = spaced.map(|word| word.graphemes(true).count()).max().unwrap_or_default();
    if longest > LONGEST_WORD {
        return Err(TextError::WordTooLong { characters: longest });
    }
    if let Some(at) = text.chars().position(|c| c == char::REPLACEMENT_CHARACTER) {
        return Err(TextError::Damaged { position: at + 1 });
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

/// Whether a character is a joiner, a directional mark or a variation selector, which need no glyph of their own.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// What cannot be shown, as a sentence without its full stop: scripts by their names, other characters one by one.
fn unshown(characters: &[char]) -> String {
    let has_name = |script: &Script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown);
    // By the lowest character, which is the first, for the characters are sorted.
    let mut scripts: Vec<(Script, char, usize)> = Vec::new();
    let mut others = Vec::new();
    for c in characters {
        let script = c.script();
        if !has_name(&script) {
            others.push(*c);
        } else if let Some((.., count)) = scripts.iter_mut().find(|(found, ..)| *found == script) {
            *count += 1;
        } else {
            scripts.push((script, *c, 1));
        }
    }
    let script = |(script, first, count): &(Script, char, usize)| {
        let name = script.full_name().replace('_', " ");
        let first = names(&[*first]);
        match count {
            1 => format!("{first} in {name}"),
            _ => format!("{name} ({count} characters, the first is {first})"),
        }
    };
    let mut parts: Vec<String> = scripts.iter().map(script).collect();
    if !others.is_empty() {
        parts.push(names(&others));
    }
    format!("no font here shows {}", parts.join(", nor "))
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

/// The longest title in characters, without the mark of an omission.
const LONGEST_TITLE: usize = 80;

/// The title of a text that was given none: its first line with words, without emoji, marks of emphasis and what a title
/// may not have, such as a change of direction. It is shortened at the end of a word to at most 80 characters.
/// Empty for a text without words.
#[must_use]
pub fn title_of(text: &str) -> String {
    let line = text.lines().find_map(title_line).unwrap_or_default();
    if line.chars().count() <= LONGEST_TITLE {
        return line;
    }
    let cut: String = line.chars().take(LONGEST_TITLE).collect();
    let end = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', ':', ' ']))
}

/// A line as a title; `None` if it has no words.
fn title_line(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| !is_mark(*c)).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let line = line::sanitized(words.join(" ").trim_end_matches([':', ',', ';', '-', '–', '—']))?;
    line.contains(char::is_alphanumeric).then_some(line)
}

/// Marks of emphasis, emoji, invisible characters, and those of a font's own, such as Word's bullets.
fn is_mark(c: char) -> bool {
    is_emoji(c)
        || matches!(c, '*' | '_' | '~' | '`' | '#' | '\u{00AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{061C}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FE0F}' | '\u{20E3}'
        | '\u{E000}'..='\u{F8FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_first_lines_cut_at_a_word() {
        assert_eq!(title_of("\n Psalm 23 \nThe LORD is my shepherd"), "Psalm 23");
        let long = title_of(&"word ".repeat(40));
        assert!(long.chars().count() <= 81 && long.ends_with("word…"), "{long}");
        assert_eq!(title_of("🙏🙏\n**Anchored in the storm** ⛵\n"), "Anchored in the storm");
        assert_eq!(title_of("# Morning prayer:\nLord"), "Morning prayer");
        assert_eq!(title_of("\u{202b}\u{200b}\n\u{202b}Psalm\t23\u{202c}\nAmen"), "Psalm 23");
    }

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
        assert_eq!(check("caf\u{fffd} is good."), Err(TextError::Damaged { position: 4 }));
        let refused = check("Amen \u{7}\u{13000}").unwrap_err();
        assert_eq!(refused, TextError::Unsupported(vec!['\u{7}', '\u{13000}']));
        assert!(refused.to_string().contains("U+0007") && refused.to_string().contains("U+13000"));
    }

    #[test]
    fn a_script_that_no_font_shows_is_named_and_not_each_of_its_letters() {
        let refused = |text| check(text).unwrap_err().to_string();
        assert_eq!(
            refused("𒀭𒂗𒆤 is written"),
            "no font here shows Cuneiform (3 characters, the first is 𒀭 (U+1202D))"
        );
        assert_eq!(
            refused("Amen 𒀭𒂗 𐎀𐎁 𓀀 \u{7}"),
            "no font here shows Ugaritic (2 characters, the first is 𐎀 (U+10380)), nor Cuneiform (2 characters, the \
             first is 𒀭 (U+1202D)), nor 𓀀 (U+13000) in Egyptian Hieroglyphs, nor U+0007"
        );
    }
}
