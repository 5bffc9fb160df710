//! Where a text may be broken, and how well.

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

/// Unicode line breaking, with the dictionary-trained model that Thai needs for want of spaces.
static LINES: LazyLock<LineSegmenterBorrowed<'static>> =
    LazyLock::new(|| LineSegmenter::new_lstm(LineBreakOptions::default()));

/// How good a place for a break is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Quality {
    /// The author broke the line here: a verse of poetry.
    Newline,
    /// After a sentence.
    Sentence,
    /// After a comma, semicolon, colon or dash.
    Clause,
    /// Between two words with a space.
    Space,
    /// Between two words of a script that writes no spaces.
    Unspaced,
    /// Inside a word, at its hyphen: for a line, never for a caption.
    Hyphen,
}

/// A place where the text may be broken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Break {
    /// Byte offset of the first character after the break.
    pub(crate) at: usize,
    pub(crate) quality: Quality,
}

/// All places inside the text where Unicode allows a line to end, none within a grapheme.
pub(crate) fn breaks(text: &str) -> Vec<Break> {
    let graphemes: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    LINES
        .segment_str(text)
        .filter(|at| *at > 0 && *at < text.len() && graphemes.binary_search(at).is_ok())
        .map(|at| Break { at, quality: quality(&text[..at], &text[at..]) })
        .collect()
}

/// The range without the white space at its ends, as long as that takes no grapheme apart.
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let blank = |grapheme: &&str| grapheme.chars().all(char::is_whitespace);
    let front: usize = part.graphemes(true).take_while(blank).map(str::len).sum();
    if front == part.len() {
        return range.start..range.start;
    }
    let back: usize = part.graphemes(true).rev().take_while(blank).map(str::len).sum();
    range.start + front..range.end - back
}

fn quality(before: &str, after: &str) -> Quality {
    let spaceless = before.trim_end();
    let spaces = &before[spaceless.len()..];
    if spaces.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Quality::Newline;
    }
    let said = spaceless.trim_end_matches(is_closing);
    match said.chars().next_back() {
        Some('.') if !ends_sentence(said, after) => {}
        Some(c) if is_terminal(c) => return Quality::Sentence,
        Some(c) if is_clause_end(c) => return Quality::Clause,
        _ => {}
    }
    if !spaces.is_empty() || before.ends_with('\u{200B}') {
        return Quality::Space;
    }
    let unspaced = |c: Option<char>| c.is_some_and(|c| writes_no_spaces(c.script()));
    if unspaced(said.chars().next_back()) || unspaced(after.chars().next()) {
        Quality::Unspaced
    } else {
        Quality::Hyphen
    }
}

/// Whether a full stop ends a sentence: not after a number (`1. In the beginning`) or a single letter
/// (`J. S. Bach`), and not before a digit or small letter (`Ps. 23`, `etc. and`).
fn ends_sentence(said: &str, after: &str) -> bool {
    let word = said.trim_end_matches('.');
    let last = word.rsplit(char::is_whitespace).next().unwrap_or_default();
    let abbreviation = last.chars().count() < 2 || last.chars().all(char::is_numeric);
    let goes_on =
        after.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_lowercase() || c.is_numeric());
    !abbreviation && !goes_on
}

fn is_terminal(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '।' | '॥' | '。' | '！' | '？' | '．' | '۔' | '؟' | '\u{5C3}')
}

fn is_clause_end(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '—' | '–' | '،' | '؛' | '、' | '，' | '；' | '：' | '·' | '\u{387}')
}

/// Quotation marks and brackets that may follow the punctuation they belong with.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '’' | '”' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '）' | '》' | '〉' | '】'
    )
}

fn writes_no_spaces(script: Script) -> bool {
    matches!(
        script,
        Script::Han | Script::Hiragana | Script::Katakana | Script::Bopomofo | Script::Thai | Script::Lao
    ) || matches!(script, Script::Khmer | Script::Myanmar | Script::Tibetan)
}
