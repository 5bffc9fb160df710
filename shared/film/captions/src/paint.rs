//! Drawing composed text into a bitmap.

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use tiny_skia::{FillRule, Mask, Path, PathBuilder, Rect, Transform};

use crate::compose::{Composed, Room, compose};
use crate::cue::LINES;
use crate::fonts::{Fonts, is_ignored};
use crate::frame::{Layout, SafeArea};
use crate::legibility::{HALO, HALO_BLUR, HALO_GROWTH, PLATE, PLATE_REACH, Plane, Plate, SHADE, TEXT};
use crate::shape::ShapedLine;
use crate::{CaptionBitmap, CaptionError};

impl Fonts {
    /// Draws a caption for a frame of this width and height in pixels: shaped, ordered, on one or two
    /// balanced lines, centred low in the frame's [`SafeArea`].
    ///
    /// A text longer than [`crate::cues`] would make is set smaller, down to 72 %, then on more lines.
    ///
    /// # Errors
    /// [`CaptionError::MissingGlyphs`], [`CaptionError::TooLong`], [`CaptionError::NothingToShow`],
    /// [`CaptionError::Frame`].
    pub fn draw(&self, text: &str, language: &str, frame: (u32, u32)) -> Result<CaptionBitmap, CaptionError> {
        let layout = Layout::of(frame)?;
        self.check(text)?;
        let room = Room { em: layout.caption_em, measure: layout.caption_measure, lines: LINES };
        let block = Block::new(self, &compose(self, text, language, room), &layout.safe);
        let last = layout.safe.bottom as f32 - block.below();
        block.into_bitmap(last, &layout.safe, frame).ok_or_else(|| too_long(text, frame))
    }

    /// Draws a title card: the title on up to three lines in the middle of the frame, the subtitle, if
    /// any, smaller below it on up to two.
    ///
    /// # Errors
    /// Those of [`Fonts::draw`].
    pub fn draw_title(
        &self,
        title: &str,
        subtitle: Option<&str>,
        language: &str,
        frame: (u32, u32),
    ) -> Result<CaptionBitmap, CaptionError> {
        let layout = Layout::of(frame)?;
        self.check(title)?;
        let room = Room { em: layout.title_em, measure: layout.caption_measure, lines: TITLE_LINES };
        let mut block = Block::new(self, &compose(self, title, language, room), &layout.safe);
        if let Some(subtitle) = subtitle {
            self.check(subtitle)?;
            let room = Room { em: layout.caption_em, measure: layout.caption_measure, lines: LINES };
            let below = Block::new(self, &compose(self, subtitle, language, room), &layout.safe);
            block.append(below, SUBTITLE_GAP);
        }
        let last = block.last_when_centred((layout.safe.top + layout.safe.bottom) as f32 / 2.0);
        block.into_bitmap(last, &layout.safe, frame).ok_or_else(|| too_long(title, frame))
    }

    fn check(&self, text: &str) -> Result<(), CaptionError> {
        let missing = self.missing(text);
        if !missing.is_empty() {
            return Err(CaptionError::MissingGlyphs(missing));
        }
        if text.chars().all(is_ignored) {
            return Err(CaptionError::NothingToShow);
        }
        Ok(())
    }
}

fn too_long(text: &str, (width, height): (u32, u32)) -> CaptionError {
    CaptionError::TooLong { characters: text.chars().count(), width, height }
}

/// A line's outlines in pixels, its baseline's start at the origin, y pointing down.
struct Line {
    outlines: Path,
    em: f32,
    /// Typographic descent of its fonts, pixels.
    descent: f32,
    /// Extra space above it, pixels.
    apart: f32,
}

/// Lines one below the other.
struct Block(Vec<Line>);

/// Least distance of baselines in ems: that of the Latin face at its own metrics, a little tightened,
/// for two lines of a caption are read as one thing.
const LEADING: f32 = 1.30;
/// Least distance between the ink of two lines in ems; what tall scripts (Nastaliq, stacked Indic
/// marks, Hebrew with cantillation) are set apart by.
const INK_GAP: f32 = 0.12;
/// Lines of a title.
const TITLE_LINES: usize = 3;
/// Space between title and subtitle beyond their leading, in ems of the subtitle.
const SUBTITLE_GAP: f32 = 0.5;

impl Block {
    /// The composed lines, a trifle smaller where their ink reaches beyond their advance and would leave
    /// the safe area.
    fn new(fonts: &Fonts, composed: &Composed, safe: &SafeArea) -> Self {
        let lines = |em| composed.lines.iter().filter_map(move |line| Line::new(fonts, line, em)).collect();
        let block = Self(lines(composed.em));
        let widest = block.0.iter().map(|line| line.outlines.bounds().width()).fold(0.0, f32::max);
        // A pixel on either side for what rounding adds.
        let room = (safe.right - safe.left - 2) as f32;
        if widest <= room { block } else { Self(lines(composed.em * room / widest)) }
    }

    fn append(&mut self, mut below: Self, gap: f32) {
        if let Some(first) = below.0.first_mut() {
            first.apart = gap * first.em;
        }
        self.0.append(&mut below.0);
    }

    /// Pixels from the last baseline down to the lowest that its fonts or its ink reach. Mostly the
    /// fonts: so captions in one language stand on one baseline whatever their letters.
    fn below(&self) -> f32 {
        self.0.last().map_or(0.0, |line| line.descent.max(line.outlines.bounds().bottom() + 1.0))
    }

    /// Baselines from the first to the last, which is given.
    fn baselines(&self, last: f32) -> Vec<f32> {
        let mut baselines = vec![last];
        let mut y = last;
        for pair in self.0.windows(2).rev() {
            let (upper, lower) = (&pair[0], &pair[1]);
            let ink = upper.outlines.bounds().bottom() - lower.outlines.bounds().top();
            y -= (LEADING * lower.em).max(ink + INK_GAP * lower.em) + lower.apart;
            baselines.push(y);
        }
        baselines.reverse();
        baselines
    }

    /// The last baseline that puts the middle of the ink at a height.
    fn last_when_centred(&self, middle: f32) -> f32 {
        let first = self.baselines(0.0).first().copied().unwrap_or(0.0);
        let top = self.0.first().map_or(0.0, |line| first + line.outlines.bounds().top());
        let bottom = self.0.last().map_or(0.0, |line| line.outlines.bounds().bottom());
        middle - (top + bottom) / 2.0
    }

    /// Places the lines with the last baseline at a height and paints them; `None` when they leave the
    /// safe area.
    fn into_bitmap(self, last: f32, safe: &SafeArea, frame: (u32, u32)) -> Option<CaptionBitmap> {
        let centre = (safe.left + safe.right) as f32 / 2.0;
        let mut placed = Vec::new();
        for (line, baseline) in self.0.iter().zip(self.baselines(last)) {
            // By the ink and not the advance: a full stop of Han text ends in half an em of nothing.
            let bounds = line.outlines.bounds();
            let at = Transform::from_translate(centre - (bounds.left() + bounds.right()) / 2.0, baseline);
            placed.push(line.outlines.clone().transform(at)?);
        }
        let ink = placed.iter().map(Path::bounds).reduce(|a, b| a.join(&b).unwrap_or(a))?;
        let inside = ink.left() >= safe.left as f32
            && ink.top() >= safe.top as f32
            && ink.right() <= safe.right as f32
            && ink.bottom() <= safe.bottom as f32;
        // The smallest, for the halo is for legibility, and large letters need no wider one.
        let em = self.0.iter().map(|line| line.em).fold(f32::INFINITY, f32::min);
        inside.then(|| paint(&placed, ink, em, frame)).flatten()
    }
}

impl Line {
    /// `None` for a line without ink.
    fn new(fonts: &Fonts, shaped: &ShapedLine, em: f32) -> Option<Self> {
        let mut pen = Pen { path: PathBuilder::new(), x: 0.0, y: 0.0, scale: 1.0 };
        let mut descent = 0.0_f32;
        for glyph in &shaped.glyphs {
            let face = fonts.face(glyph.face);
            descent = descent.max(face.descent * em);
            pen.x = glyph.x * em;
            pen.y = glyph.y * em;
            pen.scale = em * face.scale / f32::from(face.font.units_per_em());
            if let Some(outline) = face.font.outline_glyphs().get(glyph.id) {
                // A damaged outline leaves a gap; the manifest's hashes keep damaged fonts out.
                outline.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut pen).ok();
            }
        }
        Some(Self { outlines: pen.path.finish()?, em, descent, apart: 0.0 })
    }
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

/// Paints lines that are placed in the frame: letters over halo over plate.
fn paint(
    lines: &[Path],
    ink: Rect,
    em: f32,
    (frame_width, frame_height): (u32, u32),
) -> Option<CaptionBitmap> {
    let reach = PLATE_REACH * em + 2.0;
    // Even edges, as 4:2:0 video has one colour for four pixels.
    let even_down = |v: f32| v.max(0.0) as u32 & !1;
    let even_up = |v: f32, most: u32| ((v.ceil() as u32 + 1) & !1).min(most);
    let (x, y) = (even_down(ink.left() - reach), even_down(ink.top() - reach));
    let width = even_up(ink.right() + reach, frame_width) - x;
    let height = even_up(ink.bottom() + reach, frame_height) - y;
    let to_bitmap = Transform::from_translate(-(x as f32), -(y as f32));

    let (columns, rows) = (width as usize, height as usize);
    let mut letters = Mask::new(width, height)?;
    let mut plates = Vec::new();
    for line in lines {
        let line = line.clone().transform(to_bitmap)?;
        letters.fill_path(&line, FillRule::Winding, true, Transform::identity());
        plates.push(Plate::new(line.bounds(), em, columns, rows));
    }
    let mut halo = Plane { width: columns, height: rows, data: letters.data().to_vec() };
    halo.grow((HALO_GROWTH * em).round() as usize);
    for _ in 0..2 {
        halo.blur((HALO_BLUR * em).round() as usize);
    }
    Some(CaptionBitmap { x, y, width, height, rgba: blended(letters.data(), &halo, &plates) })
}

/// Coverage to opacity. Video is blended in its gamma-encoded space, where half-covered edge pixels of
/// light text on dark come out too dark and strokes too thin; full correction (exponent 1/2.2) makes
/// them look bold. Half-way, on a logarithmic scale, is what text renderers settle on.
const EDGE_GAMMA: f32 = 1.45;

fn blended(letters: &[u8], halo: &Plane, plates: &[Plate]) -> Vec<u8> {
    let edge: Vec<f32> = (0..=255_u16).map(|v| (f32::from(v) / 255.0).powf(1.0 / EDGE_GAMMA)).collect();
    let mut rgba = vec![0; letters.len() * 4];
    let mut bare = vec![0.0_f32; halo.width];
    let rows = letters.chunks_exact(halo.width).zip(halo.data.chunks_exact(halo.width));
    for (y, ((letters, halo), row)) in rows.zip(rgba.chunks_exact_mut(halo.width * 4)).enumerate() {
        // What the plates leave of the picture in this row.
        bare.fill(1.0);
        for plate in plates.iter().filter(|plate| plate.rows[y] > 0.0) {
            let cover = PLATE * plate.rows[y];
            // Where the plates of two lines overlap they are one plate, not twice as dark.
            bare.iter_mut()
                .zip(&plate.columns)
                .for_each(|(bare, column)| *bare = bare.min(1.0 - cover * column));
        }
        for (((letter, halo), bare), pixel) in
            letters.iter().zip(halo).zip(&bare).zip(row.chunks_exact_mut(4))
        {
            let shade = 1.0 - bare * (1.0 - HALO / 255.0 * f32::from(*halo));
            if *letter == 0 {
                pixel.copy_from_slice(&[SHADE[0], SHADE[1], SHADE[2], (shade * 255.0 + 0.5) as u8]);
                continue;
            }
            let text = edge[usize::from(*letter)];
            let under = shade * (1.0 - text);
            let alpha = text + under;
            for ((mixed, text_value), shade_value) in pixel.iter_mut().zip(TEXT).zip(SHADE) {
                *mixed =
                    ((text * f32::from(text_value) + under * f32::from(shade_value)) / alpha + 0.5) as u8;
            }
            pixel[3] = (alpha * 255.0 + 0.5) as u8;
        }
    }
    rgba
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::fonts;
    use crate::legibility::{CONTRAST, luminance};

    /// Contrast of the text with the worst pixel that shows beside a letter, over a picture.
    fn worst_contrast(caption: &CaptionBitmap, picture: impl Fn(usize) -> [f64; 3]) -> f64 {
        let (width, height) = (caption.width as usize, caption.height as usize);
        let over = |index: usize| {
            let pixel = &caption.rgba[index * 4..][..4];
            let alpha = f64::from(pixel[3]) / 255.0;
            let under = picture(index);
            std::array::from_fn(|c| f64::from(pixel[c]) * alpha + under[c] * (1.0 - alpha))
        };
        let is_letter = |index: usize| caption.rgba[index * 4] > 250 && caption.rgba[index * 4 + 3] > 250;
        // Text is light: of the pixels without any of it near a letter, the lightest counts. Those
        // with some of it are the letter's own soft edge.
        let is_shade = |index: usize| caption.rgba[index * 4] <= SHADE[0] + 1;
        let mut worst = f64::INFINITY;
        for y in 3..height - 3 {
            for x in 3..width - 3 {
                let at = y * width + x;
                if !is_letter(at) {
                    continue;
                }
                let text = luminance(over(at));
                for near in (y - 3..=y + 3).flat_map(|y| (x - 3..=x + 3).map(move |x| y * width + x)) {
                    if is_shade(near) {
                        worst = worst.min((text + 0.05) / (luminance(over(near)) + 0.05));
                    }
                }
            }
        }
        worst
    }

    #[test]
    fn every_letter_stands_out_from_any_picture() {
        let samples = [
            ("en", "i’ll—.,: The Lord is my shepherd"),
            ("ur", "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔"),
            ("he", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים"),
            ("hi", "श्री कृष्ण क्षत्रिय ऑं"),
        ];
        for (language, text) in samples {
            for frame in [(1920, 1080), (1080, 1920), (1080, 1080)] {
                let drawn =
                    [fonts().draw(text, language, frame), fonts().draw_title(text, None, language, frame)];
                for caption in drawn.map(Result::unwrap) {
                    let on_white = worst_contrast(&caption, |_| [255.0; 3]);
                    let on_black = worst_contrast(&caption, |_| [0.0; 3]);
                    let noise = |i: usize| {
                        std::array::from_fn(|c| {
                            f64::from(((i * 3 + c) as u32).wrapping_mul(2_654_435_761) >> 24)
                        })
                    };
                    let on_noise = worst_contrast(&caption, noise);
                    for contrast in [on_white, on_black, on_noise] {
                        assert!(contrast >= CONTRAST, "{text} {frame:?}: {on_white} {on_black} {on_noise}");
                        assert!(contrast.is_finite());
                    }
                }
            }
        }
    }
}
