//! What a pass gives: stretches of a text and what is said instead of them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A stretch of text and what is said instead of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewrite {
    /// Byte range in the text, never empty.
    pub written: Range<usize>,
    /// What is said.
    pub spoken: Spoken,
    /// Why it is said so.
    pub kind: Kind,
}

impl Rewrite {
    /// A stretch that is not spoken.
    pub(crate) fn silent(written: Range<usize>, kind: Kind) -> Self {
        Self { written, spoken: Spoken::Silent, kind }
    }

    /// A stretch that is spoken as another text of the same language.
    pub(crate) fn text(written: Range<usize>, text: impl Into<String>, kind: Kind) -> Self {
        Self { written, spoken: Spoken::Text(text.into()), kind }
    }
}

/// What is said instead of a stretch of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoken {
    /// Nothing.
    Silent,
    /// This text, in the language of the whole.
    Text(String),
    /// This text, by the reader of another language.
    In {
        /// BCP 47.
        language: String,
        /// The text as that language's reader needs it.
        text: String,
    },
}

/// Why a stretch is not spoken as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A reference to a book, chapter and verse.
    Reference,
    /// A number, a range of numbers or a sign between numbers.
    Number,
    /// A Roman numeral.
    RomanNumeral,
    /// An ordinal number (`2nd`, `3ª`).
    Ordinal,
    /// An amount of money.
    Money,
    /// A date, a year or an era.
    Date,
    /// An abbreviation.
    Abbreviation,
    /// The number of a verse within its text, an ayah's number included.
    VerseNumber,
    /// The caller of a footnote.
    FootnoteMark,
    /// An emoji or another pictograph.
    Emoji,
    /// Marks of Markdown or of a chat, and bullets.
    Markup,
    /// An address on the web or a hashtag.
    Link,
    /// The name of a part, such as `[Verse 2]` or `(Chorus)`, or the chords above a line.
    Label,
    /// What the congregation does or who speaks, such as `(All stand)`.
    Direction,
    /// A mark that asks for a repetition, such as `(x2)` or `//`.
    Repeat,
    /// Cantillation, accents, pause marks and other signs that change no sound, or the order of marks.
    Accents,
    /// A wish or blessing after a name, such as ﷺ.
    Honorific,
    /// The name of God, read by custom.
    DivineName,
    /// Letters of a script that the language's reader does not know.
    OtherScript,
    /// Letters in another form: presentation forms, mathematical and full-width letters.
    LetterForm,
    /// A character without a glyph.
    Invisible,
    /// An entry of the lexicon.
    Lexicon,
    /// A sign that has no sound.
    Sign,
}

impl Kind {
    /// True if nobody hears that it is read otherwise: what is written is only brought into the form that a voice needs.
    pub(crate) fn is_inaudible(self) -> bool {
        matches!(self, Self::Accents | Self::Invisible | Self::LetterForm | Self::Sign)
    }

    /// True if what stands before and behind a silent stretch of this kind stays one word.
    pub(crate) fn joins(self) -> bool {
        matches!(self, Self::Accents | Self::Invisible | Self::Markup | Self::FootnoteMark | Self::LetterForm)
    }
}
