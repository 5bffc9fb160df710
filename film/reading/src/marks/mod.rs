//! What is written but not part of the text: marks, labels, pictographs, links.

pub(crate) mod chords;
pub(crate) mod emoji;
pub(crate) mod footnotes;
pub(crate) mod honorifics;
pub(crate) mod invisible;
pub(crate) mod labels;
pub(crate) mod letter_forms;
pub(crate) mod links;
pub(crate) mod markup;
pub(crate) mod repeats;
