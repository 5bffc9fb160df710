//! A text as it is read: segments for the voices, and what was rewritten.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::draft::Draft;
use crate::rewrite::{Kind, Rewrite, Spoken};
use crate::script::is_word;
use crate::segment::Segment;
use crate::shown::Sung;

/// A text as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What is spoken, in order. A segment without a word is left out, so there are none for a text that is all silent.
    pub segments: Vec<Segment>,
    /// What is spoken otherwise than written or not at all, in the order of the text. Their ranges do not overlap.
    pub rewrites: Vec<Rewrite>,
    /// What captions leave out: byte ranges of the written text, in order, which neither touch nor overlap. They hold the
    /// spaces that nobody needs without them, so that a text from which they are cut has no double spaces;
    /// [`crate::Shown`] cuts them.
    pub hidden: Vec<Range<usize>>,
    /// Marks that ask for a repetition.
    pub repeats: Vec<Repeat>,
    /// Words that no reader can read, so that they are silent. A text of which this is a part should not be published
    /// as it is.
    pub unread: Vec<Unread>,
    /// See [`Self::is_as_written`].
    pub(crate) as_written: bool,
}

impl Reading {
    /// True if the spoken text is the written one: one segment in the language of the whole, the same byte for byte but
    /// for white space at its ends. A voice may then be given the written text itself.
    pub fn is_as_written(&self) -> bool {
        self.as_written
    }

    /// The words that are heard again in place of marks, in the order of the marks.
    pub fn sung(&self) -> Vec<Sung> {
        let again = self.repeats.iter().filter(|repeat| repeat.again > 0);
        let sung =
            |one: &Repeat| Sung { mark: one.mark.clone(), words: one.stretch.clone(), times: one.again };
        let mut sung: Vec<Sung> = again.map(sung).collect();
        sung.sort_by_key(|one| one.mark.start);
        sung
    }

    /// What is said, for the eye: each line's words with single spaces between them.
    pub fn spoken(&self) -> String {
        let mut all = String::new();
        for segment in &self.segments {
            let apart = all.ends_with(is_word) && segment.spoken.starts_with(is_word);
            all.push_str(if apart { " " } else { "" });
            all.push_str(&segment.spoken);
        }
        display(&all)
    }

    /// What is said otherwise than written or not at all, for the eye, in the order of the text. Left out is what nobody
    /// would hear: accents, characters without a glyph, letters in another form.
    pub fn read_as(&self, text: &str) -> Vec<ReadAs> {
        let told = self.rewrites.iter().filter(|one| !one.kind.is_inaudible());
        let told = told.filter_map(|one| {
            let written = text.get(one.written.clone())?;
            let (spoken, language) = match &one.spoken {
                Spoken::Silent => (None, None),
                Spoken::Text(text) => (Some(display(text)), None),
                Spoken::In { language, text } => (Some(display(text)), Some(language.clone())),
            };
            let spoken = spoken.filter(|spoken| has_word(spoken));
            let same = spoken.as_deref() == Some(written) && language.is_none();
            (!same).then(|| ReadAs { written: written.trim().to_owned(), spoken, language, kind: one.kind })
        });
        told.collect()
    }
}

/// Words of a text and what is said for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    /// The words as they are written.
    pub written: String,
    /// What is said; none for what is silent.
    pub spoken: Option<String>,
    /// BCP 47, where another language's reader says it.
    pub language: Option<String>,
    /// Why it is said so.
    pub kind: Kind,
}

/// A spoken text for the eye: in composed form, without the order of marks that a voice needs, and with single spaces.
fn display(spoken: &str) -> String {
    let lines = spoken.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n").nfc().collect()
}

/// See [`Reading::is_as_written`].
pub(crate) fn is_as_written(segments: &[Segment], text: &str, language: &str) -> bool {
    matches!(segments, [one] if one.language == language && one.spoken.trim() == text.trim())
}

/// A mark that asks for a repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// Byte range of the mark.
    pub mark: Range<usize>,
    /// Byte range of what is to be repeated: the line before the mark, the line after a mark that stands alone before
    /// its lines, or what two marks enclose.
    pub stretch: Range<usize>,
    /// How often it is to be heard in all; where the stretch stands elsewhere under the same name, how often here.
    pub times: u32,
    /// How often its words are heard in place of the mark.
    pub again: u32,
    /// How often it is heard: less than `times` if the choice is to say it once, or if it would make the text too long.
    pub spoken: u32,
}

/// Words that no reader can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Byte range in the written text.
    pub written: Range<usize>,
    /// ISO 15924 code of the script, for example `Syrc`, or `Hani` for kanji.
    pub script: String,
    /// True if the text's language is written in this script. Without these words the text makes no sense.
    pub own_script: bool,
}

/// The segments of a finished draft, each one language.
pub(crate) fn segments(draft: &Draft, language: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for piece in draft.pieces() {
        let text = &draft.text()[piece.spoken.clone()];
        let own = piece.language.as_deref().unwrap_or(language);
        // What has no word, such as the full stop after a foreign word, stays with what it follows.
        let follows = piece.spoken.is_empty() || !has_word(text);
        match segments.last_mut().filter(|last| follows || last.language == own) {
            Some(segment) => segment.extend(piece, text),
            None => {
                let mut segment = Segment {
                    written: piece.written.clone(),
                    spoken: String::new(),
                    language: own.to_owned(),
                    spans: Vec::new(),
                };
                segment.extend(piece, text);
                segments.push(segment);
            }
        }
    }
    segments.retain(|segment| has_word(&segment.spoken));
    segments
}

fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// What a finished draft says otherwise than it is written. Pieces of one stretch become one rewrite.
pub(crate) fn rewrites(draft: &Draft) -> Vec<Rewrite> {
    let mut rewrites: Vec<Rewrite> = Vec::new();
    for piece in draft.pieces() {
        let Some(kind) = piece.kind else { continue };
        let text = &draft.text()[piece.spoken.clone()];
        match rewrites.last_mut().filter(|last| last.written.end > piece.written.start) {
            Some(last) => {
                last.written.end = last.written.end.max(piece.written.end);
                last.spoken.append(text, piece.language.as_deref());
            }
            None => {
                let mut spoken = Spoken::Silent;
                spoken.append(text, piece.language.as_deref());
                rewrites.push(Rewrite { written: piece.written.clone(), spoken, kind });
            }
        }
    }
    rewrites
}

impl Spoken {
    fn append(&mut self, more: &str, language: Option<&str>) {
        match self {
            Self::Text(text) | Self::In { text, .. } => text.push_str(more),
            Self::Silent if more.trim().is_empty() => {}
            Self::Silent => {
                let text = more.to_owned();
                *self = match language {
                    Some(language) => Self::In { language: language.to_owned(), text },
                    None => Self::Text(text),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Options, ReadingChoices, Repeats, read};

    #[test]
    fn what_is_said_is_told_for_the_eye() {
        let text = "*Ps. 46:1*\nGod is our refuge 🙏 — בָּרוּךְ";
        let reading = read(text, &Options::new("en"));
        assert_eq!(reading.spoken(), "Psalm 46, verse 1\nGod is our refuge — בָּרוּךְ");
        let told: Vec<(String, Option<String>)> =
            reading.read_as(text).into_iter().map(|one| (one.written, one.spoken)).collect();
        let said = |written: &str, spoken: Option<&str>| (written.to_owned(), spoken.map(str::to_owned));
        assert_eq!(
            told,
            [
                said("*", None),
                said("Ps. 46:1", Some("Psalm 46, verse 1")),
                said("*", None),
                said("🙏", None),
                said("בָּרוּךְ", Some("בָּרוּךְ")),
            ]
        );
    }

    #[test]
    fn a_text_that_is_read_as_written_is_known_as_such() {
        for (language, text) in [("en", " The Lord is my shepherd.\n"), ("hi", "जय श्री राम"), ("ja", "あい")]
        {
            assert!(read(text, &Options::new(language)).is_as_written(), "{text}");
        }
        for text in ["Psalm 46:1", "*Amen*", "love ἀγάπη", "Amen 🙏", "🙏", ""] {
            assert!(!read(text, &Options::new("en")).is_as_written(), "{text}");
        }
    }

    #[test]
    fn what_is_to_be_repeated_is_said_as_often_as_the_text_asks() {
        let said = |text: &str, repeats| {
            let choices = ReadingChoices { repeats, ..ReadingChoices::default() };
            read(text, &Options::with("en", choices, vec![])).spoken()
        };
        for (text, expected) in [
            ("Bless the Lord, O my soul (2x)", "Bless the Lord, O my soul,\nBless the Lord, O my soul"),
            ("Sing glory! (three times)", "Sing glory!\nSing glory!\nSing glory!"),
            ("*Bless* him (x2)\nHis name", "Bless him,\nBless him\nHis name"),
            ("(Chorus) x2\nPraise him\nall ye lands", "Praise him\nall ye lands,\nPraise him\nall ye lands"),
            ("[Chorus]\nPraise\n\n[Verse]\nGlory\n\n[Chorus] x2", "Praise\nGlory\nPraise,\nPraise,"),
            ("// Glory // on high", "Glory,\nGlory on high"),
        ] {
            assert_eq!(said(text, Repeats::AsMarked), expected, "{text}");
        }
        assert_eq!(said("Bless the Lord (x2)\nHis name", Repeats::Once), "Bless the Lord\nHis name");
    }

    #[test]
    fn marks_within_marks_do_not_make_a_text_endless() {
        let text = "Holy (x20) holy (x20)\n(x20)\n// Amen (x20) // (x20)";
        let reading = read(text, &Options::new("en"));
        let spoken: usize = reading.segments.iter().map(|segment| segment.spoken.len()).sum();
        assert!(spoken < text.len() * 4 + 2_100, "{spoken}");
        assert!(reading.repeats.iter().all(|repeat| repeat.spoken >= 1));
    }
}
