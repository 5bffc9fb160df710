//! When a word is spoken.

use std::ops::Range;

/// A spoken word: where it stands in the scene's text, and when it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Byte range in the scene's text.
    pub span: Range<usize>,
    /// When it begins to be heard, in milliseconds from the start of the scene.
    pub start_ms: u32,
    /// When it has been heard, in milliseconds from the start of the scene.
    pub end_ms: u32,
}
