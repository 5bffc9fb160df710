//! Regular expressions that are written in this crate.

use regex::Regex;

/// A pattern of this crate. Each is compiled by a test, so that none fails later.
#[expect(clippy::expect_used, reason = "the patterns are constants, and tests compile each of them")]
pub(crate) fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}
