//! One line of free text: what a title, a name or a label may be.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The most bytes that one character of form C can be sent as: its canonical decomposition has at most four characters,
/// and each of these at most four bytes in UTF-8.
const MOST_BYTES: usize = 16;

/// One line of free text that people read, of at most `LONGEST` characters (Unicode scalar values): a title, a name, a
/// keyword. It is stored in normalisation form C and without white space at its ends. Its characters are counted in
/// that form, so that an accent counts the same whether a keyboard sends it with its letter or after it.
///
/// It has no control character, no line separator, and none of the characters that turn the direction of the text
/// after them (UTR 36, section 3.2): a title must not change how the page or the mail around it reads. U+FFFD is
/// refused as well, because it stands where a decoder has lost a character. Something in it can be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const LONGEST: usize>(String);

/// Why a text is no [`Line`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// There is nothing in it that could be seen.
    #[error("give at least one character that can be seen")]
    Blank,
    /// It is too long.
    #[error("give at most {longest} characters")]
    TooLong {
        /// The most characters that it may have.
        longest: usize,
    },
    /// It has a character that no line may have.
    #[error("give one line without U+{:04X}, which is character {position}", u32::from(*.character))]
    Character {
        /// The first such character.
        character: char,
        /// Its position, counted in characters from one.
        position: usize,
    },
}

impl<const LONGEST: usize> Line<LONGEST> {
    /// Reads a line as a person typed it.
    ///
    /// # Errors
    /// [`LineError`], for the first of its variants that applies.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        if let Some((position, character)) = first_refused(text) {
            return Err(LineError::Character { character, position });
        }
        if !is_visible(text) {
            return Err(LineError::Blank);
        }
        // The bytes first, so that no text of a megabyte is normalised.
        if text.len() > LONGEST.saturating_mul(MOST_BYTES) {
            return Err(LineError::TooLong { longest: LONGEST });
        }
        let line: String = text.nfc().collect();
        if line.chars().count() > LONGEST {
            return Err(LineError::TooLong { longest: LONGEST });
        }
        Ok(Self(line.trim().to_owned()))
    }

    /// The line that a text becomes which was stored before these rules, or under others: [`sanitized`], and cut to the
    /// longest that is allowed. `None` when nothing is left that could be seen.
    #[must_use]
    pub fn of_stored(text: &str) -> Option<Self> {
        let line: String = sanitized(text)?.chars().take(LONGEST).collect();
        Self::parse(&line).ok()
    }

    /// The line as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const LONGEST: usize> TryFrom<String> for Line<LONGEST> {
    type Error = LineError;

    fn try_from(text: String) -> Result<Self, LineError> {
        Self::parse(&text)
    }
}

impl<const LONGEST: usize> From<Line<LONGEST>> for String {
    fn from(line: Line<LONGEST>) -> Self {
        line.0
    }
}

/// The first character that no line may have, and its position, counted in characters from one.
#[must_use]
pub fn first_refused(text: &str) -> Option<(usize, char)> {
    text.chars().enumerate().find(|(_, c)| is_refused(*c)).map(|(at, c)| (at + 1, c))
}

/// What is left of a text as one line of any length: for texts that were stored before these rules, and for lines that
/// are taken out of longer texts. Controls and separators become spaces, other characters that no line may have are
/// left out. `None` when nothing is left that could be seen.
#[must_use]
pub fn sanitized(text: &str) -> Option<String> {
    let kept = text.chars().filter_map(|c| match c {
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => Some(' '),
        c => (!is_refused(c)).then_some(c),
    });
    let line: String = kept.nfc().collect();
    is_visible(&line).then(|| line.trim().to_owned())
}

/// Controls (C0, C1), line and paragraph separators, the embeddings, overrides and isolates of the bidirectional
/// algorithm (UAX 9, sections 2.1 to 2.5), and U+FFFD.
fn is_refused(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFD}')
}

/// Whether a character is neither white space nor one that is drawn as nothing.
fn is_visible(text: &str) -> bool {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !ignorable.contains(c))
}

#[cfg(feature = "openapi")]
mod schema {
    use std::borrow::Cow;

    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
    use utoipa::{PartialSchema, ToSchema};

    use super::Line;

    /// A regular expression (ECMA 262) for what [`Line::parse`] accepts: at least one character that is neither refused
    /// nor white space nor, in the basic plane, drawn as nothing.
    const PATTERN: &str = concat!(
        r"^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd]*",
        r"[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd\s",
        r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164",
        r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8]",
        r"[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd]*$",
    );

    impl<const LONGEST: usize> PartialSchema for Line<LONGEST> {
        fn schema() -> RefOr<Schema> {
            let text = format!(
                "One line of at most {LONGEST} characters, without control characters or changes of direction."
            );
            let line = ObjectBuilder::new().schema_type(Type::String).description(Some(text));
            let line = line.min_length(Some(1)).max_length(Some(LONGEST)).pattern(Some(PATTERN));
            RefOr::T(line.build().into())
        }
    }

    impl<const LONGEST: usize> ToSchema for Line<LONGEST> {
        fn name() -> Cow<'static, str> {
            format!("Line{LONGEST}").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, LineError> {
        Line::<12>::parse(text).map(String::from)
    }

    #[test]
    fn lines_of_any_script_are_kept() {
        for good in
            ["Ruth", "रूत", "আরতি", "می\u{200c}خواهم", "السلام", "A & B: <c>", "👩\u{200d}👧", "\u{200f}שלום"]
        {
            assert_eq!(parse(good).as_deref(), Ok(good), "{good:?}");
        }
        assert_eq!(parse("  Ruth \u{3000}").as_deref(), Ok("Ruth"));
        assert_eq!(parse("Bu\u{308}cher").as_deref(), Ok("Bücher"), "normalisation form C");
        assert_eq!(parse(&"é".repeat(12)).as_deref(), Ok("é".repeat(12).as_str()));
        assert_eq!(parse(&"é".repeat(13)), Err(LineError::TooLong { longest: 12 }));
    }

    #[test]
    fn characters_are_counted_in_form_c() {
        // Sent as a letter and its marks: two, three and four characters for each that is kept.
        for (sent, kept) in [("e\u{301}", "é"), ("e\u{302}\u{301}", "ế"), ("α\u{313}\u{300}\u{345}", "ᾂ")]
        {
            assert_eq!(parse(&sent.repeat(12)), Ok(kept.repeat(12)), "{sent:?}");
            assert_eq!(parse(&sent.repeat(13)), Err(LineError::TooLong { longest: 12 }), "{sent:?}");
        }
        // In form C this letter is two characters: what is stored must be accepted again.
        assert_eq!(parse(&"\u{958}".repeat(6)), Ok("\u{915}\u{93c}".repeat(6)));
        assert_eq!(parse(&"\u{958}".repeat(7)), Err(LineError::TooLong { longest: 12 }));
    }

    #[test]
    fn what_cannot_be_seen_is_blank() {
        for blank in
            ["", "   ", "\u{a0}\u{3000}", "\u{200b}\u{2060}\u{feff}", "\u{ad}", "\u{3164}", "\u{e0020}"]
        {
            assert_eq!(parse(blank), Err(LineError::Blank), "{blank:?}");
            assert_eq!(sanitized(blank), None, "{blank:?}");
        }
    }

    #[test]
    fn controls_and_changes_of_direction_are_refused_with_their_place() {
        for (text, character, position) in [
            ("\0", '\0', 1),
            ("a\nb", '\n', 2),
            ("a\tb", '\t', 2),
            ("ab\u{85}", '\u{85}', 3),
            ("a\u{7f}", '\u{7f}', 2),
            ("é\u{2028}", '\u{2028}', 2),
            ("invoice\u{202e}4pm", '\u{202e}', 8),
            ("\u{2067}a\u{2069}", '\u{2067}', 1),
            ("caf\u{fffd}", '\u{fffd}', 4),
        ] {
            assert_eq!(parse(text), Err(LineError::Character { character, position }), "{text:?}");
        }
        let error = parse("invoice\u{202e}4pm").unwrap_err().to_string();
        assert!(error.contains("U+202E") && error.contains("character 8"), "{error}");
    }

    #[test]
    fn a_stored_line_is_made_good() {
        assert_eq!(sanitized("a\0b\u{202e}c\n"), Some("a bc".to_owned()));
        assert_eq!(sanitized("Psalm 23"), Some("Psalm 23".to_owned()));
        assert_eq!(sanitized("\0\n\u{2066}"), None);
        let line = |text: &str| Line::<12>::of_stored(text).map(String::from);
        assert_eq!(line("\u{202e}Psalm\n23"), Some("Psalm 23".to_owned()));
        assert_eq!(line(&"Psalm 23 ".repeat(9)), Some("Psalm 23 Psa".to_owned()));
        assert_eq!(line("\0"), None);
    }

    #[test]
    fn json_is_read_by_the_same_rules() {
        assert_eq!(serde_json::from_str::<Line<12>>(r#"" Ruth ""#).unwrap().as_str(), "Ruth");
        assert!(serde_json::from_str::<Line<12>>(r#""a\u0000""#).is_err());
        assert_eq!(serde_json::to_string(&Line::<12>::parse("Ruth").unwrap()).unwrap(), r#""Ruth""#);
    }

    proptest! {
        #[test]
        fn a_line_is_good_however_odd_the_text(text in any::<String>()) {
            if let Ok(line) = Line::<120>::parse(&text) {
                prop_assert!(first_refused(line.as_str()).is_none() && is_visible(line.as_str()));
                prop_assert_eq!(line.as_str().trim(), line.as_str());
                prop_assert_eq!(sanitized(&text), Some(String::from(line)), "a good line stays as it is");
            }
            if let Some(line) = Line::<5>::of_stored(&text) {
                prop_assert_eq!(Line::of_stored(line.as_str()), Some(line.clone()), "it stays as it is");
                prop_assert_eq!(Line::parse(line.as_str()), Ok(line));
            }
            if let Some(left) = sanitized(&text) {
                prop_assert!(first_refused(&left).is_none() && is_visible(&left));
                prop_assert_eq!(sanitized(&left), Some(left.clone()));
            }
        }
    }
}
