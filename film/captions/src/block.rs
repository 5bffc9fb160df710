//! Lines one below the other, as outlines in pixels, and their place in the frame.

use std::ops::Range;

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use tiny_skia::{Path, PathBuilder, Rect, Transform};

use crate::compose::Composed;
use crate::fonts::Fonts;
use crate::frame::SafeArea;
use crate::shape::{Glyph, ShapedLine};

/// A line's outlines in pixels, its baseline's start at the origin, y pointing down.
struct Line {
    outlines: Path,
    /// What the outlines were drawn from.
    glyphs: Vec<Glyph>,
    /// Pixels of one em.
    em: f32,
    /// Typographic descent of its fonts, pixels.
    descent: f32,
    /// Extra space above it, pixels.
    extra_gap: f32,
    /// Whether it belongs to a text below the first.
    second: bool,
}

/// Shaped lines one below the other, not yet placed in the frame.
pub(crate) struct Block(Vec<Line>);

/// Least distance of baselines in ems: that of the Latin face at its own metrics, a little tightened,
/// for two lines of a caption are read as one thing.
const LEADING: f32 = 1.30;
/// Least distance between the ink of two lines in ems; what tall scripts (Nastaliq, stacked Indic
/// marks, Hebrew with cantillation) are set apart by.
const INK_GAP: f32 = 0.12;

impl Block {
    /// The composed lines, a trifle smaller where their ink reaches beyond their advance and would leave
    /// the safe area.
    pub(crate) fn new(fonts: &Fonts, composed: &Composed, safe: &SafeArea) -> Self {
        let lines = |em| composed.lines.iter().filter_map(move |line| Line::new(fonts, line, em)).collect();
        let block = Self(lines(composed.em));
        let widest = block.0.iter().map(|line| line.outlines.bounds().width()).fold(0.0, f32::max);
        // A pixel on either side for what rounding adds.
        let room = (safe.right - safe.left - 2) as f32;
        if widest <= room { block } else { Self(lines(composed.em * room / widest)) }
    }

    /// Appends the lines of another text below, `gap` ems (of that text) farther down than its leading asks for.
    pub(crate) fn append(&mut self, mut below: Self, gap: f32) {
        if let Some(first) = below.0.first_mut() {
            first.extra_gap = gap * first.em;
        }
        below.0.iter_mut().for_each(|line| line.second = true);
        self.0.append(&mut below.0);
    }

    /// Pixels from the last baseline down to the lowest that its fonts or its ink reach. Mostly the
    /// fonts: so captions in one language stand on one baseline whatever their letters.
    pub(crate) fn below(&self) -> f32 {
        self.0.last().map_or(0.0, |line| line.descent.max(line.outlines.bounds().bottom() + 1.0))
    }

    /// Baselines from the first to the last, which is given.
    fn baselines(&self, last: f32) -> Vec<f32> {
        let mut baselines = vec![last];
        let mut y = last;
        for pair in self.0.windows(2).rev() {
            let (upper, lower) = (&pair[0], &pair[1]);
            let ink = upper.outlines.bounds().bottom() - lower.outlines.bounds().top();
            y -= (LEADING * lower.em).max(ink + INK_GAP * lower.em) + lower.extra_gap;
            baselines.push(y);
        }
        baselines.reverse();
        baselines
    }

    /// The last baseline that puts the middle of the ink at a height.
    pub(crate) fn last_when_centred(&self, middle: f32) -> f32 {
        let first = self.baselines(0.0).first().copied().unwrap_or(0.0);
        let top = self.0.first().map_or(0.0, |line| first + line.outlines.bounds().top());
        let bottom = self.0.last().map_or(0.0, |line| line.outlines.bounds().bottom());
        middle - (top + bottom) / 2.0
    }

    /// Places the lines with the last baseline at a height; `None` when they leave the safe area. `em`,
    /// in pixels, is what halo and plate are measured by.
    pub(crate) fn place(self, last: f32, em: f32, safe: &SafeArea) -> Option<Placed> {
        let centre = (safe.left + safe.right) as f32 / 2.0;
        let (mut outlines, mut lines) = (Vec::new(), Vec::new());
        let baselines = self.baselines(last);
        for (line, baseline) in self.0.into_iter().zip(baselines) {
            // By the ink and not the advance: a full stop of Han text ends in half an em of nothing.
            let bounds = line.outlines.bounds();
            let at = Transform::from_translate(centre - (bounds.left() + bounds.right()) / 2.0, baseline);
            outlines.push(line.outlines.clone().transform(at)?);
            lines.push((line, at));
        }
        let ink = outlines.iter().map(Path::bounds).reduce(|a, b| a.join(&b).unwrap_or(a))?;
        let inside = ink.left() >= safe.left as f32
            && ink.top() >= safe.top as f32
            && ink.right() <= safe.right as f32
            && ink.bottom() <= safe.bottom as f32;
        inside.then_some(Placed { outlines, ink, em, lines })
    }
}

/// Lines in their place in the frame.
pub(crate) struct Placed {
    /// Each line's letters, pixels of the frame.
    pub(crate) outlines: Vec<Path>,
    /// The rectangle that all of them cover, pixels of the frame.
    pub(crate) ink: Rect,
    /// What halo and plate are measured by, pixels.
    pub(crate) em: f32,
    lines: Vec<(Line, Transform)>,
}

impl Placed {
    /// The letters of every cluster of the first text that begins within `range`; `None` without ink.
    pub(crate) fn clusters(&self, fonts: &Fonts, range: &Range<usize>) -> Option<Path> {
        let mut all = PathBuilder::new();
        for (line, at) in self.lines.iter().filter(|(line, _)| !line.second) {
            let glyphs = line.glyphs.iter().filter(|glyph| range.contains(&glyph.cluster));
            if let Some(part) = outlines(fonts, glyphs, line.em).and_then(|part| part.transform(*at)) {
                all.push_path(&part);
            }
        }
        all.finish()
    }
}

impl Line {
    /// `None` for a line without ink.
    fn new(fonts: &Fonts, shaped: &ShapedLine, em: f32) -> Option<Self> {
        let descent = shaped.glyphs.iter().map(|glyph| fonts.face(glyph.face).descent * em);
        Some(Self {
            outlines: outlines(fonts, &shaped.glyphs, em)?,
            glyphs: shaped.glyphs.clone(),
            em,
            descent: descent.fold(0.0, f32::max),
            extra_gap: 0.0,
            second: false,
        })
    }
}

/// The outlines of glyphs at a size in pixels; `None` without ink.
fn outlines<'g>(fonts: &Fonts, glyphs: impl IntoIterator<Item = &'g Glyph>, em: f32) -> Option<Path> {
    let mut pen = Pen { path: PathBuilder::new(), x: 0.0, y: 0.0, scale: 1.0 };
    for glyph in glyphs {
        let face = fonts.face(glyph.face);
        pen.x = glyph.x * em;
        pen.y = glyph.y * em;
        pen.scale = em * face.scale / f32::from(face.font.units_per_em());
        if let Some(outline) = face.font.outline_glyphs().get(glyph.id) {
            // A damaged outline leaves a gap; the manifest's hashes keep damaged fonts out.
            outline.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut pen).ok();
        }
    }
    pen.path.finish()
}

/// Takes outlines in font units, y up, to pixels, y down.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, -(self.y + y * self.scale))
    }
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let ((cx, cy), (x, y)) = (self.at(cx, cy), self.at(x, y));
        self.path.quad_to(cx, cy, x, y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let ((cx0, cy0), (cx1, cy1), (x, y)) = (self.at(cx0, cy0), self.at(cx1, cy1), self.at(x, y));
        self.path.cubic_to(cx0, cy0, cx1, cy1, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
