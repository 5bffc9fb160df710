//! What is read, shown and left out of a text: the choices that a storyboard shows and records.

use serde::{Deserialize, Serialize};

use crate::rewrite::Kind;

/// What becomes of one kind of thing in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// It is spoken, and shown in the captions.
    Read,
    /// It is shown in the captions, but silent.
    Show,
    /// It is neither spoken nor shown.
    LeaveOut,
}

/// How often something is spoken of which the text asks that it be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    /// Once, whatever the text asks for.
    Once,
    /// As often as the text asks for.
    AsMarked,
}

/// Whether something is spoken that captions show in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Voicing {
    /// It is spoken.
    Spoken,
    /// It is not spoken.
    Silent,
}

/// How the four-letter name of God is read in Hebrew. Where it is pointed as *Elohim*, or follows *Adonai*, it is read
/// *Elohim* with both of the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DivineName {
    /// *Adonai*, as in prayer and in the reading of scripture.
    Adonai,
    /// *HaShem*, as outside prayer.
    Hashem,
    /// As its letters and points say.
    AsWritten,
}

/// What is read, shown and left out of a text. The text itself never changes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ReadingChoices {
    /// Numbers of verses within the text, ayah numbers included. By default `show`.
    pub verse_numbers: Treatment,
    /// Callers of footnotes and cross references. By default `show`. A caller has no words, so that `read` is the same
    /// as `show`.
    pub footnote_marks: Treatment,
    /// Marks of Markdown, of chats and of HTML, and bullets. By default `leave_out`; `read` is the same as `show`.
    pub markup: Treatment,
    /// Emoji and other pictographs. By default `show`; `read` is the same as `show`.
    pub emoji: Treatment,
    /// Addresses and hashtags. By default `show`; `read` is the same as `show`.
    pub links: Treatment,
    /// Names of parts, such as `[Verse 2]` or `(Chorus)`, and chords. By default `leave_out`.
    pub labels: Treatment,
    /// Directions to the congregation and names of speakers, such as `(All stand)` or `Leader:`. By default `leave_out`.
    pub directions: Treatment,
    /// Wishes after a name that are written as one sign, such as ﷺ, or as letters in brackets, such as `(PBUH)`. By
    /// default `read`.
    pub honorifics: Treatment,
    /// Words in a script that the language is not written in: by their own language's reader, or silent. By default
    /// `read`.
    pub other_scripts: Treatment,
    /// Whether what the text asks to be repeated, by `(x2)` or `//`, is spoken that often. By default `as_marked`.
    pub repeats: Repeats,
    /// The marks that ask for a repetition. By default `leave_out`; `read` is the same as `show`.
    pub repeat_marks: Treatment,
    /// How the four-letter name of God is read in Hebrew. By default `adonai`.
    pub divine_name: DivineName,
    /// The short vowels ਿ and ੁ at the end of a word in Gurmukhi: recitation of scripture leaves them out. By default
    /// `spoken`.
    pub gurbani_final_vowels: Voicing,
}

impl ReadingChoices {
    /// What films show that were made before there was a choice: captions leave nothing out, and nothing is repeated.
    pub const fn legacy() -> Self {
        Self {
            verse_numbers: Treatment::Show,
            footnote_marks: Treatment::Show,
            markup: Treatment::Show,
            emoji: Treatment::Show,
            links: Treatment::Show,
            labels: Treatment::Show,
            directions: Treatment::Show,
            honorifics: Treatment::Read,
            other_scripts: Treatment::Read,
            repeats: Repeats::Once,
            repeat_marks: Treatment::Show,
            divine_name: DivineName::Adonai,
            gurbani_final_vowels: Voicing::Spoken,
        }
    }

    /// True if captions leave out things of this kind.
    pub fn leaves_out(&self, kind: Kind) -> bool {
        let treatment = match kind {
            Kind::VerseNumber => self.verse_numbers,
            Kind::FootnoteMark => self.footnote_marks,
            Kind::Markup => self.markup,
            Kind::Emoji => self.emoji,
            Kind::Link => self.links,
            Kind::Label => self.labels,
            Kind::Direction => self.directions,
            Kind::Honorific => self.honorifics,
            Kind::OtherScript => self.other_scripts,
            Kind::Repeat => self.repeat_marks,
            _ => return false,
        };
        treatment == Treatment::LeaveOut
    }
}

impl Default for ReadingChoices {
    fn default() -> Self {
        Self {
            markup: Treatment::LeaveOut,
            labels: Treatment::LeaveOut,
            directions: Treatment::LeaveOut,
            repeats: Repeats::AsMarked,
            repeat_marks: Treatment::LeaveOut,
            ..Self::legacy()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_that_is_not_made_is_the_default() {
        let choices: ReadingChoices = serde_json::from_str(r#"{"verse_numbers": "read"}"#).unwrap();
        assert_eq!(choices, ReadingChoices { verse_numbers: Treatment::Read, ..ReadingChoices::default() });
        assert!(choices.leaves_out(Kind::Label) && !choices.leaves_out(Kind::Emoji));
    }
}
