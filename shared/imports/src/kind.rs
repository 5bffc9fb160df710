//! What a pasted text may be, what may be found in it, and what may be done with each kind of thing.

use std::collections::BTreeMap;

use film_reading::Treatment;
use serde::{Deserialize, Serialize};

/// What a pasted text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ImportFormat))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// Text without anything that would be left out.
    Plain,
    /// Text with the marks of a chat or a word processor: emphasis, bullets, links, styled letters, callers of notes.
    Marked,
    /// Scripture as copied from a web site or an app: numbers in the text, notes at its end.
    ScripturePage,
    /// A chat as WhatsApp exports it: a time and a sender before each message.
    Chat,
    /// A song with chords in brackets (ChordPro).
    ChordPro,
    /// CommonMark.
    Markdown,
    /// HTML, a whole page or a fragment.
    Html,
    /// Unified Standard Format Markers, version 3.
    Usfm,
    /// Unified Scripture XML, version 3.
    Usx,
    /// Open Scripture Information Standard.
    Osis,
    /// Lyrics with a time for each line.
    Lrc,
    /// SubRip subtitles.
    Srt,
    /// WebVTT subtitles.
    Vtt,
}

impl Format {
    /// True for the formats of scripture, whose headings are the editors' and not part of the text.
    pub(crate) fn is_scripture(self) -> bool {
        matches!(self, Self::ScripturePage | Self::Usfm | Self::Usx | Self::Osis)
    }

    /// True for formats whose marks say all that there is to say, so that signs in their text are the text's own.
    pub(crate) fn is_marked_up(self) -> bool {
        matches!(self, Self::Usfm | Self::Usx | Self::Osis)
    }
}

/// A kind of thing that is found in a text beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ImportKind))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// The name of a book, chapter, passage or section.
    Heading,
    /// The number of a chapter.
    ChapterNumber,
    /// The number of a verse, ayah or stanza.
    VerseNumber,
    /// The letter, number or sign in the text that calls a note.
    NoteCaller,
    /// A footnote or endnote.
    Note,
    /// A reference to other passages.
    CrossReference,
    /// The name of a part, such as `[Verse 2]` or `(Chorus)`.
    Label,
    /// What is to be done or who speaks, such as `(All stand)` or `Leader:`.
    Direction,
    /// A mark that asks for a repetition, such as `(x2)`.
    Repeat,
    /// A chord.
    Chord,
    /// A mark of emphasis, heading, quotation or layout.
    Mark,
    /// A sign before an item of a list.
    Bullet,
    /// The number or letter of an item of a list.
    ListNumber,
    /// An address on the web, or a hashtag.
    Link,
    /// A picture's description.
    Picture,
    /// An emoji.
    Emoji,
    /// Letters in another form (mathematical, circled, presentation forms). Left out is the form, not the letter.
    LetterForm,
    /// A time.
    Timestamp,
    /// Who sent a message.
    Sender,
    /// What a file says about itself: its title, author, version.
    Metadata,
    /// Copyright and licence lines.
    Copyright,
    /// Buttons, menus and notices of a page or an app, such as `Read full chapter`.
    PageFurniture,
}

impl Kind {
    /// What is done with the kind unless one chooses otherwise.
    pub(crate) fn default_treatment(self, format: Format) -> Treatment {
        if format == Format::Plain {
            return Treatment::Show;
        }
        match self {
            Self::Heading if format.is_scripture() => Treatment::LeaveOut,
            Self::Heading => Treatment::Read,
            // The film keeps these silent or sings what they ask for; what left the locked text could not come back.
            Self::VerseNumber | Self::Label | Self::Direction | Self::Repeat | Self::Emoji => Treatment::Show,
            _ => Treatment::LeaveOut,
        }
    }
}

/// Treatments other than the defaults.
pub type Choices = BTreeMap<Kind, Treatment>;
