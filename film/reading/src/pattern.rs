//! Regular expressions that are written in this crate.

use regex::Regex;

/// Compiles a pattern that stands in the source.
#[expect(clippy::expect_used, reason = "a pattern in the source either compiles in every test or in none")]
pub(crate) fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern in the source is well formed")
}
