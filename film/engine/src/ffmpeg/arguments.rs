//! The arguments of one FFmpeg run.

use std::ffi::OsString;
use std::path::Path;

/// A command line. Paths need not be Unicode.
#[derive(Debug, Default)]
pub(crate) struct Arguments(pub(super) Vec<OsString>);

impl Arguments {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn text(mut self, words: &[&str]) -> Self {
        self.0.extend(words.iter().map(OsString::from));
        self
    }

    pub(crate) fn texts(mut self, words: Vec<String>) -> Self {
        self.0.extend(words.into_iter().map(OsString::from));
        self
    }

    pub(crate) fn path(mut self, path: &Path) -> Self {
        self.0.push(path.into());
        self
    }
}
