//! Cutting a line into runs that one font, one script and one direction write.

use std::ops::Range;

use unicode_bidi::{BidiDataSource, BidiInfo, HardcodedBidiData, Level};
use unicode_script::Script;
use unicode_segmentation::UnicodeSegmentation;

use crate::faces::{FaceId, preferred_face, script_of, usual_script};
use crate::fonts::Fonts;

/// A stretch of text for one call of the shaper.
pub(crate) struct Run {
    /// Byte range in the line.
    pub(crate) range: Range<usize>,
    pub(crate) face: FaceId,
    pub(crate) script: Script,
    pub(crate) rtl: bool,
}

/// The line's runs in visual order, left to right. The line holds no paragraph separator.
pub(crate) fn runs(fonts: &Fonts, line: &str, language: &str, paragraph: Level) -> Vec<Run> {
    let pieces = itemize(fonts, line, language);
    let bidi = BidiInfo::new(line, Some(paragraph));
    let Some(whole) = bidi.paragraphs.first() else { return Vec::new() };
    let (levels, level_runs) = bidi.visual_runs(whole, whole.range.clone());
    let mut visual = Vec::new();
    for level_run in level_runs {
        let rtl = levels[level_run.start].is_rtl();
        let mut logical: Vec<Run> = Vec::new();
        for (range, face, script) in &pieces {
            let range = range.start.max(level_run.start)..range.end.min(level_run.end);
            if range.is_empty() {
                continue;
            }
            match logical.last_mut() {
                Some(run) if run.face == *face && run.script == *script => run.range.end = range.end,
                _ => logical.push(Run { range, face: *face, script: *script, rtl }),
            }
        }
        if rtl {
            logical.reverse();
        }
        visual.extend(logical);
    }
    visual
}

/// The font and script of every grapheme, in logical order. What belongs to no script (spaces, digits,
/// punctuation) goes with what stands before it, or after it at the start of the line.
fn itemize(fonts: &Fonts, line: &str, language: &str) -> Vec<(Range<usize>, FaceId, Script)> {
    let mut script = line.graphemes(true).find_map(script_of).unwrap_or_else(|| usual_script(language));
    let mut pieces = Vec::with_capacity(line.len());
    let mut open: Vec<(char, Script)> = Vec::new();
    for (start, grapheme) in line.grapheme_indices(true) {
        script = script_of(grapheme).unwrap_or(script);
        // A closing bracket looks like the one that opened, whatever was written between (UAX 24, 5.1).
        let mut script = script;
        if let Some(bracket) =
            grapheme.chars().next().and_then(|c| HardcodedBidiData.bidi_matched_opening_bracket(c))
        {
            if bracket.is_open {
                open.push((bracket.opening, script));
            } else if let Some(at) = open.iter().rposition(|(opening, _)| *opening == bracket.opening) {
                script = open[at].1;
                open.truncate(at);
            }
        }
        let preferred = preferred_face(script, language);
        if let Some(face) = fonts.face_for(grapheme, preferred) {
            pieces.push((start..start + grapheme.len(), face, script));
            continue;
        }
        // A base and a mark that no font has together: each from the font that has it, rather than a
        // box for one of them.
        for (offset, c) in grapheme.char_indices() {
            let start = start + offset;
            let face =
                fonts.face_for(&grapheme[offset..offset + c.len_utf8()], preferred).unwrap_or(preferred);
            pieces.push((start..start + c.len_utf8(), face, script));
        }
    }
    pieces
}
