//! Cutting a scene's text into captions.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::breaks::{Break, Quality, breaks, trimmed};
use crate::compose::balanced;
use crate::direction::paragraph_level;
use crate::error::CaptionError;
use crate::fonts::Fonts;
use crate::frame::Layout;
use crate::shape::Measure;
use crate::timing::{WordTimings, cue_times};
use crate::word::Word;

/// One caption: at most two lines on screen at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// The text shown; all cues of a scene joined with what stood between give the scene's text.
    pub text: String,
    /// Byte range in the scene's text.
    pub span: Range<usize>,
    /// When it appears, in milliseconds from the start of the scene (or of the film, once placed).
    pub start_ms: u32,
    /// When it disappears, in milliseconds from the start of the scene (or of the film, once placed).
    pub end_ms: u32,
}

/// What a scene's captions must keep to.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'f> {
    /// What the captions will be drawn with: a caption is as long as two lines of these fonts hold.
    pub fonts: &'f Fonts,
    /// Frame width and height in pixels.
    pub frame: (u32, u32),
    /// Length of the scene in milliseconds; no caption outlasts it, unless a word does.
    pub scene_ms: u32,
}

/// Most lines of a caption.
pub(crate) const LINES: usize = 2;

/// Share of a line that a cue may be planned to fill: a line shaped on its own may come out wider than
/// its part of the scene.
const FILL: f32 = 0.98;

/// Cuts a scene's text into captions of at most two lines, at ends of sentences where it can, then of
/// clauses, then between words, and times them by the words spoken. Without words the scene's time is
/// shared out by the length of the text and its punctuation.
///
/// The cues' spans are in order and leave out only white space between them; no grapheme and no word
/// is split, so a single word too long for two lines is a cue of its own that drawing must shrink.
///
/// # Errors
/// [`CaptionError::Frame`] when a side of the frame is odd or below 128 pixels, [`CaptionError::FontMissing`] and
/// [`CaptionError::FontUnusable`] when the font of a script is [absent](Fonts::absent) or damaged.
pub fn cues(
    text: &str,
    language: &str,
    words: &[Word],
    limits: &Limits<'_>,
) -> Result<Vec<Cue>, CaptionError> {
    let layout = Layout::of(limits.frame)?;
    limits.fonts.prepare(text, language)?;
    let timings = WordTimings::new(text, words, limits.scene_ms);
    let splitter = CueSplitter {
        measure: Measure::new(limits.fonts, text, language, paragraph_level(text, language)),
        text,
        lines: breaks(text),
        longest: layout.caption_measure / layout.caption_em * FILL,
        timings,
    };
    let spans = splitter.best_cuts();
    let times = cue_times(&splitter.timings, text, &spans);
    let cue = |(span, (start_ms, end_ms)): (Range<usize>, (u32, u32))| Cue {
        text: text[span.clone()].to_owned(),
        span,
        start_ms,
        end_ms,
    };
    Ok(spans.into_iter().zip(times).map(cue).collect())
}

/// Divides a scene's text into cues: the text, with its measured widths, line breaks and word times.
struct CueSplitter<'t> {
    text: &'t str,
    measure: Measure<'t>,
    /// Where a line may end.
    lines: Vec<Break>,
    /// Longest line in ems.
    longest: f32,
    timings: WordTimings,
}

impl CueSplitter<'_> {
    /// The cheapest sequence of cues, by dynamic programming over the places where one may end.
    fn best_cuts(&self) -> Vec<Range<usize>> {
        let whole = trimmed(self.text, 0..self.text.len());
        if whole.is_empty() {
            return Vec::new();
        }
        let mut ends: Vec<Break> = self
            .lines
            .iter()
            .copied()
            .filter(|b| b.quality < Quality::Hyphen && whole.contains(&b.at))
            .collect();
        ends.retain(|b| b.at > whole.start);
        ends.push(Break { at: whole.end, quality: Quality::Sentence });

        // best[i]: cost of all cues before place i, and the place where the last of them began.
        let start_of = |i: usize| if i == 0 { whole.start } else { ends[i - 1].at };
        let mut best: Vec<(f32, usize)> = vec![(0.0, 0)];
        for end in 1..=ends.len() {
            let mut cheapest = (f32::INFINITY, end - 1);
            for start in (0..end).rev() {
                let span = trimmed(self.text, start_of(start)..ends[end - 1].at);
                let fits = self.fits(&span);
                // One unbreakable piece must stand though it does not fit; two never.
                if !fits && start + 1 < end {
                    break;
                }
                let misfit = if fits { 0.0 } else { UNFIT };
                let cost = best[start].0 + misfit + self.cost(&span, &ends[start..end]);
                if cost < cheapest.0 {
                    cheapest = (cost, start);
                }
            }
            best.push(cheapest);
        }

        let mut spans = Vec::new();
        let mut end = ends.len();
        while end > 0 {
            let start = best[end].1;
            spans.push(trimmed(self.text, start_of(start)..ends[end - 1].at));
            end = start;
        }
        spans.retain(|span| !span.is_empty());
        spans.reverse();
        spans
    }

    /// Whether a part of the text fits on the lines of one caption at full size.
    fn fits(&self, span: &Range<usize>) -> bool {
        balanced(&self.measure, &self.lines, span.clone(), self.longest, LINES).is_some()
    }

    /// What a cue costs the viewer. `ends` are the places inside it and, last, the one it ends at.
    fn cost(&self, span: &Range<usize>, ends: &[Break]) -> f32 {
        let Some((end, inside)) = ends.split_last() else { return 0.0 };
        let at_end = if span.end >= self.text.trim_end().len() {
            0.0
        } else if self.timings.is_inside_word(end.at) {
            SPLIT_WORD
        } else if self.timings.pause_at(end.at) >= BREATH_MS {
            cut_cost(end.quality).min(cut_cost(Quality::Clause))
        } else {
            cut_cost(end.quality)
        };
        let sentences = inside.iter().filter(|b| b.quality == Quality::Sentence).count();
        // A poem's verses stand each on its line; more of them than lines would run together.
        let verses = inside.iter().filter(|b| b.quality == Quality::Newline).count();
        // A verse that begins on its own line in one caption should not end in the next.
        let torn = verses > 0 && span.end < self.text.trim_end().len() && end.quality > Quality::Clause;
        let paragraphs = inside.iter().filter(|b| ends_paragraph(&self.text[..b.at])).count();
        let run_on = sentences as f32 * RUN_ON
            + (verses.saturating_sub(LINES - 1)) as f32 * LOST_VERSE
            + paragraphs as f32 * TWO_PARAGRAPHS
            + if torn { LOST_VERSE } else { 0.0 };
        let (start_ms, end_ms) = self.timings.spoken(span);
        let seconds = end_ms.saturating_sub(start_ms) as f32 / 1000.0;
        let hurried = (SHORTEST_S - seconds).max(0.0) * PER_SECOND_TOO_SHORT;
        let lingering = (seconds - LONGEST_S).max(0.0) * PER_SECOND_TOO_LONG;
        let empty = 1.0 - (self.measure.width(span.clone()) / (LINES as f32 * self.longest)).min(1.0);
        CHANGE + at_end + run_on + hurried + lingering + EMPTY * empty * empty
    }
}

// Costs, on one scale: a change of caption costs 2, because it takes the viewer's eye from the picture.

/// A change of caption.
const CHANGE: f32 = 2.0;
/// A caption that holds the end of one sentence and the start of the next.
const RUN_ON: f32 = 3.0;
/// A verse of a poem that does not begin on a line of its own, or is torn in two after another verse.
const LOST_VERSE: f32 = 6.0;
/// A caption that holds the end of one paragraph and the start of the next, such as a heading and what stands under it.
const TWO_PARAGRAPHS: f32 = 12.0;
/// For each second that the words of a caption last less than [`SHORTEST_S`].
const PER_SECOND_TOO_SHORT: f32 = 8.0;
/// Words of a caption should last this long: it cannot be read in less.
const SHORTEST_S: f32 = 1.4;
/// For each second that they last longer than [`LONGEST_S`].
const PER_SECOND_TOO_LONG: f32 = 3.0;
/// Viewers begin to read a caption again after six to seven seconds.
const LONGEST_S: f32 = 7.0;
/// An almost empty caption; squared, so that neighbours share the text evenly.
const EMPTY: f32 = 2.0;
/// Cutting what the narrator speaks as one word.
const SPLIT_WORD: f32 = 20.0;
/// A piece of text that does not fit and cannot be cut.
const UNFIT: f32 = 1000.0;
/// A pause that is heard as a phrase boundary whether it is written or not.
const BREATH_MS: u32 = 250;

/// Whether a text ends with a blank line.
fn ends_paragraph(before: &str) -> bool {
    let spaces = &before[before.trim_end().len()..];
    spaces.matches('\n').count() > 1 || spaces.contains('\u{2029}')
}

/// The cost of ending a cue at a break of a quality: the less the sense ends there, the more.
fn cut_cost(quality: Quality) -> f32 {
    match quality {
        Quality::Newline | Quality::Sentence => 0.0,
        Quality::Clause => 1.5,
        Quality::Space => 6.0,
        Quality::Unspaced | Quality::Hyphen => 7.0,
    }
}
