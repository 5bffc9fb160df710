//! What a request says of how a text is read.

use film_reading::{DivineName, ReadingChoices, Repeats, Treatment, Voicing};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is to be read, shown and left out of the text; the text itself never changes. What is not given stays as it is,
/// and in a new project gets its default.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"verse_numbers": "leave_out", "labels": "show"})))]
pub struct NewReadingChoices {
    /// Numbers of verses within the text, ayah numbers included. By default `show`.
    verse_numbers: Option<Treatment>,
    /// Callers of footnotes and cross references. By default `show`; `read` is the same as `show`.
    footnote_marks: Option<Treatment>,
    /// Marks of Markdown, of chats and of HTML, and bullets. By default `leave_out`; `read` is the same as `show`.
    markup: Option<Treatment>,
    /// Emoji and other pictographs. By default `show`; `read` is the same as `show`.
    emoji: Option<Treatment>,
    /// Addresses and hashtags. By default `show`; `read` is the same as `show`.
    links: Option<Treatment>,
    /// Names of parts, such as `[Verse 2]` or `(Chorus)`. By default `leave_out`.
    labels: Option<Treatment>,
    /// Directions to the congregation and names of speakers, such as `(All stand)`. By default `leave_out`.
    directions: Option<Treatment>,
    /// Wishes after a name that are written as one sign, such as ﷺ. By default `read`.
    honorifics: Option<Treatment>,
    /// Words in a script that the language is not written in. By default `read`, by their own language's reader.
    other_scripts: Option<Treatment>,
    /// Whether what the text asks to be repeated, by `(x2)` or `//`, is said that often. By default `as_marked`.
    repeats: Option<Repeats>,
    /// The marks that ask for a repetition. By default `leave_out`; `read` is the same as `show`.
    repeat_marks: Option<Treatment>,
    /// How the four-letter name of God is read in Hebrew. By default `adonai`.
    divine_name: Option<DivineName>,
    /// The short vowels ਿ and ੁ at the end of a word in Gurmukhi. By default `spoken`.
    gurbani_final_vowels: Option<Voicing>,
}

impl NewReadingChoices {
    /// The choices with those that are given in place of what they were.
    #[must_use]
    pub fn over(self, before: ReadingChoices) -> ReadingChoices {
        ReadingChoices {
            verse_numbers: self.verse_numbers.unwrap_or(before.verse_numbers),
            footnote_marks: self.footnote_marks.unwrap_or(before.footnote_marks),
            markup: self.markup.unwrap_or(before.markup),
            emoji: self.emoji.unwrap_or(before.emoji),
            links: self.links.unwrap_or(before.links),
            labels: self.labels.unwrap_or(before.labels),
            directions: self.directions.unwrap_or(before.directions),
            honorifics: self.honorifics.unwrap_or(before.honorifics),
            other_scripts: self.other_scripts.unwrap_or(before.other_scripts),
            repeats: self.repeats.unwrap_or(before.repeats),
            repeat_marks: self.repeat_marks.unwrap_or(before.repeat_marks),
            divine_name: self.divine_name.unwrap_or(before.divine_name),
            gurbani_final_vowels: self.gurbani_final_vowels.unwrap_or(before.gurbani_final_vowels),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_can_be_made_and_what_is_not_given_stays() {
        let all = serde_json::to_value(ReadingChoices::legacy()).unwrap();
        let given: NewReadingChoices = serde_json::from_value(all).unwrap();
        assert_eq!(given.over(ReadingChoices::default()), ReadingChoices::legacy());
        let none = NewReadingChoices::default();
        assert_eq!(none.over(ReadingChoices::legacy()), ReadingChoices::legacy());
        assert!(serde_json::from_str::<NewReadingChoices>(r#"{"verse_number": "show"}"#).is_err());
    }
}
