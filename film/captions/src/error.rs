//! The errors of this crate.

use std::path::PathBuf;

/// Why fonts could not be loaded or a caption not be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptionError {
    /// A font file of the manifest cannot be read, mostly because it has not been fetched.
    #[error("font {path} cannot be read ({source}): `make setup` fetches the fonts")]
    FontMissing {
        /// The path at which it was expected.
        path: PathBuf,
        /// The error of reading it.
        source: std::io::Error,
    },
    /// A font file was read, but holds no usable font.
    #[error("{path} is not a usable font: remove it and run `make setup`")]
    FontUnusable {
        /// The path of the file.
        path: PathBuf,
    },
    /// No shipped font has these characters; the storyboard should have refused them.
    #[error("no font has the characters {}", listed(.0))]
    MissingGlyphs(Vec<char>),
    /// Even at the smallest legible size the text is taller than the frame's safe area.
    #[error("the text of {characters} characters does not fit a frame of {width}×{height} pixels")]
    TooLong {
        /// Length of the text in Unicode scalar values.
        characters: usize,
        /// Frame width in pixels.
        width: u32,
        /// Frame height in pixels.
        height: u32,
    },
    /// The text has nothing that leaves ink: it is empty, white space or control characters.
    #[error("the caption has nothing to show")]
    NothingToShow,
    /// The frame is too small for a caption, or its sides are odd (4:2:0 video needs even ones).
    #[error("a frame of {0}×{1} pixels cannot carry captions: sides must be even and at least 128 pixels")]
    Frame(u32, u32),
}

fn listed(characters: &[char]) -> String {
    let named: Vec<String> = characters.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
    named.join(", ")
}
