//! What captions leave out of a text, so that what is left reads as if it had never been there.

use std::ops::Range;

use crate::characters::is_space;
use crate::rewrite::{Kind, Rewrite};
use crate::scripts::arabic_signs;

/// The parts of a stretch of the written text that are left out for a rewrite of it.
pub(crate) fn of(text: &str, rewrite: &Rewrite, written: Range<usize>) -> Vec<Range<usize>> {
    let chars = text[written.clone()].char_indices().map(|(at, c)| (written.start + at, c));
    match rewrite.kind {
        // A wish may be a mark on a name, which stays.
        Kind::Honorific if text[written.clone()].contains(arabic_signs::is_honorific) => chars
            .filter(|(_, c)| arabic_signs::is_honorific(*c))
            .map(|(at, c)| at..at + c.len_utf8())
            .collect(),
        // The danda before the number ends the verse.
        Kind::VerseNumber => {
            let is_danda = |c: char| matches!(c, '।' | '॥' | '|' | '‖') || is_space(c);
            let start = text[written.clone()].find(|c| !is_danda(c)).unwrap_or(0) + written.start;
            vec![Range { start, ..written }]
        }
        _ => vec![written],
    }
}

/// The ranges in order, joined where they touch, widened so that neither two spaces nor an empty line nor empty
/// brackets are left where they stood.
pub(crate) fn tidy(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let gap =
            |last: &Range<usize>| text.get(last.end..range.start).is_none_or(|gap| gap.chars().all(is_space));
        match joined.last_mut().filter(|last| gap(last)) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    let mut tidied: Vec<Range<usize>> = Vec::new();
    for range in joined {
        let from = tidied.last().map_or(0, |last| last.end);
        let range = widened(text, range, from);
        match tidied.last_mut().filter(|last| last.end >= range.start) {
            Some(last) => last.end = last.end.max(range.end),
            None => tidied.push(range),
        }
    }
    tidied
}

/// A range with the space and the brackets that nobody needs without it. It begins at `from` or later.
fn widened(text: &str, mut range: Range<usize>, from: usize) -> Range<usize> {
    let before = |at: usize| text[from..at].chars().next_back();
    let after = |at: usize| text[at..].chars().next();
    while let (Some(open), Some(close)) = (before(range.start), after(range.end)) {
        if !matches!((open, close), ('(', ')') | ('[', ']') | ('{', '}') | ('<', '>')) {
            break;
        }
        range = range.start - 1..range.end + 1;
    }
    let line_start = |at: usize| text[..at].chars().next_back().is_none_or(|c| c == '\n');
    let spaces_after =
        |at: usize| text[at..].chars().take_while(|c| is_space(*c)).map(char::len_utf8).sum::<usize>();
    let spaces_before = |at: usize| {
        let space = text[from..at].chars().rev().take_while(|c| is_space(*c));
        space.map(char::len_utf8).sum::<usize>()
    };
    let indent = spaces_before(range.start);
    if line_start(range.start - indent) {
        range = range.start - indent..range.end + spaces_after(range.end);
        // Nothing is left of the line: its break goes too.
        match after(range.end) {
            Some('\n') => range.end += 1,
            None if range.start > from => {
                range.start -= text[from..range.start].len() - text[from..range.start].trim_end().len()
            }
            _ => {}
        }
        return range;
    }
    let closes = |c: char| {
        matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '…' | ')' | ']' | '}' | '»' | '”' | '’')
            || c.is_whitespace()
    };
    let opens = |c: char| matches!(c, '(' | '[' | '{' | '«' | '“' | '‘' | '¿' | '¡');
    if after(range.end).is_none_or(closes) {
        range.start -= indent;
    } else if indent == 0 && before(range.start).is_some_and(opens) {
        range.end += spaces_after(range.end);
    }
    range
}
