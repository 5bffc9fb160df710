//! The reading stage: from a written text to what a voice says.
//!
//! A voice reads what it is given letter by letter: it says "forty-six colon one" for a reference, and the names of
//! marks inside scripture. This crate says beforehand how a reader would read the text. It never changes the text;
//! everything is given as rewrites of byte ranges, so that captions show what was written and the time of every spoken
//! word finds its written word. It must not know voices, sound, pictures or any cloud.
//!
//! ```
//! use film_reading::{Options, read};
//!
//! let reading = read("*Good morning* 🙏🏽", &Options::new("en"));
//! assert_eq!(reading.segments[0].spoken.trim(), "Good morning");
//! ```
//!
//! The passes work in layers, each on what the layer before it left. Within a layer, the pass that stands first wins
//! where two want the same stretch. To add a pass, write a file with
//! `pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite>`, whose rewrites are in order and do not
//! overlap, and add it to its layer below.

mod draft;
mod options;
mod reading;
mod rewrite;

use crate::draft::{Draft, merge};

pub use options::{DivineName, LexiconEntry, Options, Voicing};
pub use reading::{Reading, Repeat, Segment, Span, Unread};
pub use rewrite::{Kind, Rewrite, Spoken};

/// Finds stretches of a text that are read otherwise than written: in order, not overlapping.
type Pass = fn(&str, &Options) -> Vec<Rewrite>;

/// What is written but not part of the text: marks, labels, pictographs.
const MARKS: &[Pass] = &[];

/// What a reader puts into words: references, numbers, abbreviations.
const WORDS: &[Pass] = &[];

/// The marks of single scripts, and runs of another script.
const SCRIPTS: &[Pass] = &[];

/// Whatever the language's reader would still name.
const ALPHABETS: &[Pass] = &[];

/// Reads a text: what is spoken, in which language, and what it stands for.
pub fn read(text: &str, options: &Options) -> Reading {
    let layers = [MARKS, WORDS, SCRIPTS, ALPHABETS];
    let draft = layers.iter().fold(Draft::new(text), |draft, passes| {
        let found = merge(passes.iter().map(|pass| pass(draft.text(), options)));
        if found.is_empty() { draft } else { draft.apply(&found) }
    });
    Reading {
        segments: reading::segments(&draft, &options.language),
        rewrites: reading::rewrites(&draft),
        repeats: Vec::new(),
        unread: Vec::new(),
    }
}
