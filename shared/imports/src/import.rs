//! From a pasted text to the text that a project would get.

use std::collections::BTreeMap;
use std::ops::Range;

use film_reading::Treatment;
use serde::Serialize;

use crate::detection::{self, Detected};
use crate::document::{Document, treatment};
use crate::error::ImportError;
use crate::kind::{Choices, Format, Kind};
use crate::{formats, scan, title};

/// How a text is to be imported. Nothing is needed.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the text is, where that is known better than its content tells.
    pub format: Option<Format>,
    /// The language of the text (BCP 47); `en` if it is not known. Names of parts and directions depend on it.
    pub language: Option<String>,
    /// What is done with each kind of thing, where it is not the default.
    pub choices: Choices,
}

/// A text as it would become a project's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Import {
    /// What the text is.
    pub format: Format,
    /// What shows that it is of this format, as a sentence for people.
    pub why: &'static str,
    /// The name of the text from its heading, without marks; `None` if it has no heading.
    pub title: Option<String>,
    /// BCP 47, if the source states it.
    pub language: Option<String>,
    /// The text that would be locked.
    pub text: String,
    /// Each thing beside the words, in the order of the source.
    pub found: Vec<Found>,
    /// Each kind of thing that was found, with what is done with it.
    pub parts: Vec<Part>,
}

/// A thing that was found beside the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Where it stands in the source, in bytes.
    pub span: Range<usize>,
    /// What it says, without the white space around it.
    pub words: String,
}

/// A kind of thing that was found, and what is done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The kind.
    pub kind: Kind,
    /// How many there are.
    pub count: usize,
    /// What is done with them.
    pub treatment: Treatment,
    /// What would be done with them without a choice.
    pub default: Treatment,
    /// What the first one says.
    pub example: String,
}

/// Says what a text is, takes it apart, and gives the text that a project would get.
///
/// # Errors
/// [`ImportError`] for USX and OSIS that cannot be read. Every other text can be imported.
pub fn import(source: &str, options: &Options) -> Result<Import, ImportError> {
    let Detected { format, why } = match options.format {
        Some(format) => Detected { format, why: "It was said to be of this format." },
        None => detection::detect(source),
    };
    let mut document = formats::take_apart(source, format)?;
    let language = options.language.as_deref().or(document.language.as_deref()).unwrap_or("en").to_owned();
    scan::scan(&mut document, source, format, &language);
    let (format, why) = match format {
        Format::Plain if options.format.is_none() && has_marks(&document) => {
            (Format::Marked, "It has marks, links or callers of notes among its words.")
        }
        _ => (format, why),
    };
    let title = title::of(&document, format);
    let text = document.text(format, &options.choices);
    let found: Vec<Found> = found(&document);
    let parts = parts(&found, format, &options.choices);
    Ok(Import { format, why, title, language: document.language, text, found, parts })
}

/// True if something would be left out of the text.
fn has_marks(document: &Document) -> bool {
    let mut kinds = document.pieces.iter().filter_map(|piece| piece.kind);
    kinds.any(|kind| kind.default_treatment(Format::Marked) == Treatment::LeaveOut)
}

fn found(document: &Document) -> Vec<Found> {
    let parts = document.pieces.iter().filter_map(|piece| {
        let words = piece.text.trim().to_owned();
        Some(Found { kind: piece.kind?, span: piece.span.clone(), words })
    });
    parts.collect()
}

fn parts(found: &[Found], format: Format, choices: &Choices) -> Vec<Part> {
    let mut parts: BTreeMap<Kind, Part> = BTreeMap::new();
    for one in found {
        let part = parts.entry(one.kind).or_insert_with(|| Part {
            kind: one.kind,
            count: 0,
            treatment: treatment(one.kind, format, choices),
            default: one.kind.default_treatment(format),
            example: one.words.clone(),
        });
        part.count += 1;
    }
    parts.into_values().collect()
}
