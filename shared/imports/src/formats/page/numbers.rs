//! The numbers of verses in a text. A number counts only where it goes on from the one before it, because a text has
//! numbers of its own.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::lines::{Class, Line};
use crate::pattern::compile;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `¹⁶ For`
    Raised,
    /// `[16] For`
    Bracketed,
    /// `3:16 For`
    WithChapter,
    /// `16For`
    Touching,
    /// `16 For`
    Spaced,
    /// `… ﴿١﴾`, `… ॥१॥`
    Trailing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The number of a chapter, which stands for its first verse's.
    Chapter,
    Before,
    Behind,
}

/// A number of a verse or chapter.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// Index of its line.
    pub line: usize,
    /// Byte range in the line, with the white space behind it.
    pub range: Range<usize>,
    pub digits: String,
    pub style: Style,
    pub place: Place,
    value: u32,
    begins_line: bool,
    /// A word or a sign touches it on its left.
    touches: bool,
    /// It stands behind a sentence, or before a capital.
    fits: bool,
}

static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[⁻–-][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})?)",
        r"|(?P<open>[\[({])(?P<inside>\d{1,3}(?:[-–]\d{1,3})?)[\])}]",
        r"|\b(?P<chapter>\d{1,3}):(?P<verse>\d{1,3})\b|\b(?P<plain>\d{1,3}(?:[-–]\d{1,3})?)"
    ))
});

/// Arabic ornate brackets and the end of an ayah, dandas around a number.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"[﴿﴾]\s?(?P<ayah>\p{Nd}{1,3})\s?[﴿﴾]|\x{06DD}\s?(?P<end>\p{Nd}{1,3})",
        r"|(?:॥|।।|\|\|)\s?(?P<danda>\p{Nd}{1,3}(?:[.:-]\p{Nd}{1,3})*)\s?(?:॥|।।|\|\|)"
    ))
});

/// The numbers of the text's own lines, in order.
pub(super) fn numbers(lines: &[Line<'_>]) -> Vec<Number> {
    let body = || lines.iter().enumerate().filter(|(_, line)| line.class == Class::Body);
    let behind: Vec<Number> = body().flat_map(|(index, line)| trailing(index, line.text)).collect();
    if behind.len() >= 2 {
        return behind;
    }
    let candidates: Vec<Number> = body().flat_map(|(index, line)| leading(index, line.text)).collect();
    choose(&candidates)
}

fn trailing(line: usize, text: &str) -> Vec<Number> {
    let found = BEHIND.captures_iter(text).filter_map(|found| {
        let all = found.get(0)?.range();
        let digits = found.name("ayah").or_else(|| found.name("end")).or_else(|| found.name("danda"))?;
        // The first dandas end the verse: they are its own.
        let start = if found.name("danda").is_some() { digits.start() } else { all.start };
        Some(Number {
            line,
            range: start..all.end,
            digits: digits.as_str().to_owned(),
            style: Style::Trailing,
            place: Place::Behind,
            value: 0,
            begins_line: false,
            touches: false,
            fits: true,
        })
    });
    found.collect()
}

fn leading(line: usize, text: &str) -> Vec<Number> {
    BEFORE.captures_iter(text).filter_map(|found| candidate(line, text, &found)).collect()
}

fn candidate(line: usize, text: &str, found: &Captures<'_>) -> Option<Number> {
    let all = found.get(0)?.range();
    let (before, behind) = (&text[..all.start], &text[all.end..]);
    let rest = behind.trim_start_matches(char::is_whitespace);
    let gap = behind.len() - rest.len();
    let opening = ['“', '‘', '"', '\'', '«', '(', '¿', '¡', '[', '—', '`'];
    let word = rest.trim_start_matches(opening).chars().next().filter(|c| c.is_alphabetic());
    let (style, digits) = if let Some(raised) = found.name("raised") {
        (Style::Raised, raised.as_str().chars().map(lowered).collect())
    } else if let Some(inside) = found.name("inside") {
        (Style::Bracketed, inside.as_str().to_owned())
    } else if let Some(verse) = found.name("verse") {
        (Style::WithChapter, verse.as_str().to_owned())
    } else {
        let plain = found.name("plain")?.as_str().to_owned();
        (if gap == 0 { Style::Touching } else { Style::Spaced }, plain)
    };
    // A verse begins with a word, but a number may stand on a line of its own.
    if word.is_none() && !(rest.is_empty() && before.trim().is_empty()) {
        return None;
    }
    let last = before.chars().next_back();
    let ended =
        before.trim_end().ends_with(['.', ',', ';', ':', '!', '?', '”', '’', '"', ')', '—', '»', '¶']);
    Some(Number {
        line,
        range: all.start..all.end + gap,
        value: digits.split(['-', '–']).next()?.parse().ok()?,
        digits,
        style,
        place: Place::Before,
        begins_line: before.trim().is_empty(),
        touches: last.is_some_and(|c| c.is_alphanumeric()),
        fits: ended || word.is_some_and(char::is_uppercase) || behind.starts_with('\u{A0}'),
    })
}

/// The candidates that follow each other as numbers of verses do.
fn choose(candidates: &[Number]) -> Vec<Number> {
    let mut chosen: Vec<Number> = Vec::new();
    let mut last: Option<u32> = None;
    // The last number may be a chapter's, whose next verse is the second.
    let mut may_be_chapter = false;
    for (at, candidate) in candidates.iter().enumerate() {
        let value = candidate.value;
        let second_comes = || {
            let next = candidates[at + 1..].iter().take(4).find(|next| next.begins_line || next.fits);
            value != 1 && next.is_some_and(|next| next.value == 2)
        };
        let goes_on = match last {
            None => candidate.begins_line || candidate.style == Style::Raised,
            Some(last) => value == last + 1 || (may_be_chapter && value == 2),
        };
        let skips = last.is_some_and(|last| value > last && value - last <= 10)
            && (candidate.begins_line || candidate.style == Style::Raised);
        let restarts = last.is_some() && candidate.begins_line && (value == 1 || second_comes());
        let stands = match candidate.style {
            Style::Raised | Style::Bracketed | Style::WithChapter => !candidate.touches,
            Style::Touching => candidate.begins_line || candidate.fits,
            _ => candidate.begins_line || candidate.fits,
        };
        if !stands || !(goes_on || skips || restarts) {
            continue;
        }
        if may_be_chapter
            && value == 2
            && let Some(chapter) = chosen.last_mut()
        {
            chapter.place = Place::Chapter;
        }
        may_be_chapter = value > 1 && (last.is_none() || (restarts && !goes_on && !skips));
        last = Some(value);
        chosen.push(candidate.clone());
    }
    chosen
}

fn lowered(c: char) -> char {
    match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴' => '4',
        '⁵' => '5',
        '⁶' => '6',
        '⁷' => '7',
        '⁸' => '8',
        '⁹' => '9',
        '⁻' => '-',
        other => other,
    }
}
