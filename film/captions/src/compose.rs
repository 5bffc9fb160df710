//! Choosing lines and size for a text, and where each line stands.

use std::ops::Range;

use unicode_bidi::Level;
use unicode_segmentation::UnicodeSegmentation;

use crate::breaks::{Break, Quality, breaks, trimmed};
use crate::direction::paragraph_level;
use crate::fonts::Fonts;
use crate::shape::{Measure, ShapedLine};

/// The room that a block of text has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineLimits {
    /// Em at full size, pixels.
    pub(crate) em: f32,
    /// Longest line, pixels.
    pub(crate) measure: f32,
    /// Most lines at full size; a text that is too long may get more at the smallest size.
    pub(crate) lines: usize,
}

/// A text broken into lines, and the size at which they fit. Their glyphs' clusters are byte offsets in the whole text.
pub(crate) struct Composed {
    pub(crate) lines: Vec<ShapedLine>,
    /// Pixels of one em.
    pub(crate) em: f32,
}

/// Sizes tried in turn when a text does not fit, as shares of the full size. The last keeps capitals
/// above the 16′ of ISO 9241-303 on every screen named in [`crate::frame`].
const SHRINKING: [f32; 5] = [1.0, 0.92, 0.85, 0.78, 0.72];

/// Sets the text as large as fits, in as few lines as fit. A text that does not fit even at the
/// smallest size gets more lines than the room has, never a cut.
pub(crate) fn compose(fonts: &Fonts, text: &str, language: &str, room: LineLimits) -> Composed {
    let paragraph = paragraph_level(text, language);
    let measure = Measure::new(fonts, text, language, paragraph);
    let breaks = breaks(text);
    let chosen = SHRINKING.iter().find_map(|share| {
        let em = room.em * share;
        Some((balanced(&measure, &breaks, 0..text.len(), room.measure / em, room.lines)?, em))
    });
    let (ranges, em) = chosen.unwrap_or_else(|| {
        let em = room.em * SHRINKING[SHRINKING.len() - 1];
        let longest = room.measure / em;
        let more = balanced(&measure, &breaks, 0..text.len(), longest, room.lines + 1);
        (more.unwrap_or_else(|| greedy(&measure, text, &breaks, longest)), em)
    });
    let lines: Vec<ShapedLine> =
        ranges.into_iter().map(|range| shaped(fonts, text, range, language, paragraph)).collect();
    // Shaped on its own a line may come out a hair wider than its part of the whole.
    let widest = lines.iter().map(|line| line.width).fold(f32::MIN_POSITIVE, f32::max);
    Composed { lines, em: em.min(room.measure / widest) }
}

fn shaped(fonts: &Fonts, text: &str, range: Range<usize>, language: &str, paragraph: Level) -> ShapedLine {
    let range = trimmed(text, range);
    let mut line = ShapedLine::new(fonts, &text[range.clone()], language, paragraph);
    line.glyphs.iter_mut().for_each(|glyph| glyph.cluster += range.start);
    line
}

/// The best way to set a part of the text in at most `lines` lines of at most `longest` ems: the fewest
/// lines, of the most equal length, ending where the sense does. `None` when it does not fit.
pub(crate) fn balanced(
    measure: &Measure<'_>,
    breaks: &[Break],
    range: Range<usize>,
    longest: f32,
    lines: usize,
) -> Option<Vec<Range<usize>>> {
    if range.is_empty() {
        return Some(vec![range]);
    }
    let from = breaks.partition_point(|b| b.at <= range.start);
    let to = breaks.partition_point(|b| b.at < range.end);
    if let Some(verses) = authored(measure, &breaks[from..to], &range, longest, lines) {
        return Some(verses);
    }
    if measure.width(range.clone()) <= longest {
        return Some(vec![range]);
    }
    (2..=lines).find_map(|lines| {
        best_split(measure, &breaks[from..to], range.clone(), longest, lines).map(|(_, split)| split)
    })
}

/// The lines the author made, if there are several and they fit.
fn authored(
    measure: &Measure<'_>,
    breaks: &[Break],
    range: &Range<usize>,
    longest: f32,
    lines: usize,
) -> Option<Vec<Range<usize>>> {
    let ends = breaks.iter().filter(|b| b.quality == Quality::Newline).map(|b| b.at).chain([range.end]);
    let mut start = range.start;
    let verses = ends.map(|end| std::mem::replace(&mut start, end)..end);
    let verses: Vec<Range<usize>> = verses.filter(|verse| !measure.is_blank(verse.clone())).collect();
    let fit = verses.iter().all(|verse| measure.width(verse.clone()) <= longest);
    (fit && (2..=lines).contains(&verses.len())).then_some(verses)
}

/// The cheapest split into exactly `lines` lines, with its cost.
fn best_split(
    measure: &Measure<'_>,
    breaks: &[Break],
    range: Range<usize>,
    longest: f32,
    lines: usize,
) -> Option<(f32, Vec<Range<usize>>)> {
    let width = measure.width(range.clone());
    if lines == 1 {
        return (width <= longest).then(|| (square(width / longest), vec![range]));
    }
    // No line can be so short that the others cannot hold the rest.
    let mut best: Option<(f32, Vec<Range<usize>>)> = None;
    for (index, b) in breaks.iter().enumerate() {
        let first = measure.width(range.start..b.at);
        if first > longest {
            break;
        }
        let rest = best_split(measure, &breaks[index + 1..], b.at..range.end, longest, lines - 1);
        let Some((rest_cost, mut rest)) = rest else { continue };
        let cost = square(first / longest) + rest_cost + awkwardness(b.quality);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            rest.insert(0, range.start..b.at);
            best = Some((cost, rest));
        }
    }
    best
}

fn square(x: f32) -> f32 {
    x * x
}

/// Cost of ending a line at a place, against the squares of the lines' shares of the measure: breaking
/// after a clause is worth lines of, say, 60 and 90 % in place of 75 and 75 %.
fn awkwardness(quality: Quality) -> f32 {
    match quality {
        Quality::Newline => -0.12,
        Quality::Sentence => -0.06,
        Quality::Clause => -0.04,
        Quality::Space | Quality::Unspaced => 0.0,
        Quality::Hyphen => 0.1,
    }
}

/// Fills line after line, and breaks between graphemes what has no better place.
fn greedy(measure: &Measure<'_>, text: &str, breaks: &[Break], longest: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let fits = |at: &usize| measure.width(start..*at) <= longest;
        let at_break = || breaks.iter().map(|b| b.at).filter(|at| *at > start).take_while(fits).last();
        let anywhere = || {
            let ends = text[start..].grapheme_indices(true).map(|(at, grapheme)| start + at + grapheme.len());
            let first = ends.clone().next();
            ends.take_while(fits).last().or(first)
        };
        let end = if fits(&text.len()) { Some(text.len()) } else { at_break().or_else(anywhere) };
        let Some(end) = end else { break };
        lines.push(start..end);
        start = end;
    }
    lines
}
