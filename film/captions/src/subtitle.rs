//! Captions as files: SubRip and WebVTT.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;

use crate::breaks::{Quality, breaks, trimmed};
use crate::cue::Cue;
use crate::direction::{Strong, paragraph_level};
use crate::timing::is_wide;

/// Letters of a line (Han and kana count twice), the usual limit of captioning guides.
const COLUMNS: usize = 42;

const RLI: char = '\u{2067}';
const LRI: char = '\u{2066}';
const PDI: char = '\u{2069}';

/// The cues as a SubRip file, UTF-8, lines ending in CR LF as most readers of the format expect.
///
/// SubRip has no escapes; a word joiner (U+2060, no width, no break) keeps players from taking text
/// for a tag (`<i>`, `{\an8}`) or for a time line (`-->`). Right-to-left lines are isolated, because
/// players set every line in a left-to-right paragraph and would put its full stop at the wrong end.
pub fn srt(cues: &[Cue]) -> String {
    let mut file = String::new();
    for (index, cue) in cues.iter().enumerate() {
        let rtl = Strong::of(&cue.text).mostly_rtl();
        let (start, end) = (timestamp(cue.start_ms, ','), timestamp(cue.end_ms, ','));
        write!(file, "{}\r\n{start} --> {end}\r\n", index + 1).ok();
        for line in lines(&cue.text) {
            let line = srt_escaped(line);
            let misread = Strong::of(&line).first_is_rtl == Some(true);
            file.push_str(&match (rtl, misread) {
                (true, _) => format!("{RLI}{line}{PDI}"),
                (false, true) => format!("{LRI}{line}{PDI}"),
                (false, false) => line,
            });
            file.push_str("\r\n");
        }
        file.push_str("\r\n");
    }
    file
}

/// The cues as a WebVTT file in a language (BCP 47), which each cue carries in a `<lang>` span, so that
/// players choose the right letterforms.
///
/// WebVTT takes each line's direction from its first letter; a line for which that is wrong is
/// isolated in its own.
pub fn vtt(cues: &[Cue], language: &str) -> String {
    let mut file = String::from("WEBVTT\n\n");
    for (index, cue) in cues.iter().enumerate() {
        let rtl = paragraph_level(&cue.text, language).is_rtl();
        let (start, end) = (timestamp(cue.start_ms, '.'), timestamp(cue.end_ms, '.'));
        write!(file, "{}\n{start} --> {end}\n<lang {language}>", index + 1).ok();
        for (number, line) in lines(&cue.text).into_iter().enumerate() {
            if number > 0 {
                file.push('\n');
            }
            let escaped = vtt_escaped(line);
            let first_is_rtl = Strong::of(line).first_is_rtl.unwrap_or(false);
            file.push_str(&match (rtl, first_is_rtl) {
                (true, false) => format!("{RLI}{escaped}{PDI}"),
                (false, true) => format!("{LRI}{escaped}{PDI}"),
                _ => escaped,
            });
        }
        file.push_str("</lang>\n\n");
    }
    file
}

/// A time as `00:00:00,000`, with `point` before the milliseconds: a comma in SubRip, a full stop in WebVTT.
fn timestamp(ms: u32, point: char) -> String {
    let (seconds, millis) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}{point}{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Lines of a cue: the author's two, else one, or two of like length if one would be too long.
fn lines(text: &str) -> Vec<&str> {
    let whole = trimmed(text, 0..text.len());
    let breaks = breaks(text);
    let columns = |from: usize, to: usize| -> usize {
        text[trimmed(text, from..to)].graphemes(true).map(|g| if is_wide(g) { 2 } else { 1 }).sum()
    };
    let newlines = breaks.iter().filter(|b| b.quality == Quality::Newline).map(|b| b.at);
    let authored = pieces(text, newlines);
    if authored.len() == 2 {
        return authored;
    }
    let longer = |at: usize| columns(whole.start, at).max(columns(at, whole.end));
    let middle = breaks.iter().map(|b| b.at).min_by_key(|at| longer(*at));
    pieces(text, middle.filter(|_| columns(whole.start, whole.end) > COLUMNS))
}

/// The text between places, but no blank pieces: a blank line would end the cue.
fn pieces(text: &str, ends: impl IntoIterator<Item = usize>) -> Vec<&str> {
    let mut start = 0;
    let spans = ends.into_iter().chain([text.len()]).map(|end| std::mem::replace(&mut start, end)..end);
    spans.map(|span| &text[trimmed(text, span)]).filter(|piece| !piece.is_empty()).collect()
}

/// The line with a word joiner wherever a SubRip reader would take it for markup, and with control characters, which
/// could end the line, as spaces.
fn srt_escaped(line: &str) -> String {
    const WORD_JOINER: char = '\u{2060}';
    let mut guarded = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        guarded.push(if ends_line(c) { ' ' } else { c });
        let markup = match (c, characters.peek()) {
            ('<', Some(next)) => next.is_alphabetic() || *next == '/',
            ('{', Some('\\')) | ('-', Some('>')) => true,
            _ => false,
        };
        if markup {
            guarded.push(WORD_JOINER);
        }
    }
    guarded
}

/// The line with WebVTT's character references, and with control characters as spaces.
fn vtt_escaped(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{A0}' => escaped.push_str("&nbsp;"),
            '\u{200E}' => escaped.push_str("&lrm;"),
            '\u{200F}' => escaped.push_str("&rlm;"),
            c if ends_line(c) => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

fn ends_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}
