//! From outlines in the frame to pixels: letters over halo over plate.

use tiny_skia::{FillRule, Mask, Path, Rect, Transform};

use crate::bitmap::CaptionBitmap;
use crate::block::Placed;
use crate::legibility::{
    HALO, HALO_BLUR, HALO_GROWTH, PLATE, PLATE_REACH, Plane, Plate, SHADE, SPOKEN, TEXT,
};

/// A bitmap's edges in the frame, all even, as 4:2:0 video has one colour for four pixels.
struct Edges {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Edges {
    /// The edges `reach` pixels outside of ink, but within the frame.
    fn around(ink: Rect, reach: f32, (frame_width, frame_height): (u32, u32)) -> Self {
        let even_down = |v: f32| v.max(0.0) as u32 & !1;
        let even_up = |v: f32, most: u32| ((v.ceil() as u32 + 1) & !1).min(most);
        let (x, y) = (even_down(ink.left() - reach), even_down(ink.top() - reach));
        let width = even_up(ink.right() + reach, frame_width) - x;
        Self { x, y, width, height: even_up(ink.bottom() + reach, frame_height) - y }
    }

    fn to_bitmap(&self) -> Transform {
        Transform::from_translate(-(self.x as f32), -(self.y as f32))
    }

    fn bitmap(self, rgba: Vec<u8>) -> CaptionBitmap {
        let Self { x, y, width, height } = self;
        CaptionBitmap { x, y, width, height, rgba }
    }
}

/// Paints a caption: its letters, over their halo, over a plate behind each line. `None` when the bitmap is empty.
pub(crate) fn caption(placed: &Placed, frame: (u32, u32)) -> Option<CaptionBitmap> {
    let em = placed.em;
    let edges = Edges::around(placed.ink, PLATE_REACH * em + 2.0, frame);
    let (columns, rows) = (edges.width as usize, edges.height as usize);
    let mut letters = Mask::new(edges.width, edges.height)?;
    let mut plates = Vec::new();
    for line in &placed.outlines {
        let line = line.clone().transform(edges.to_bitmap())?;
        letters.fill_path(&line, FillRule::Winding, true, Transform::identity());
        plates.push(Plate::new(line.bounds(), em, columns, rows));
    }
    let mut halo = Plane { width: columns, height: rows, data: letters.data().to_vec() };
    halo.grow((HALO_GROWTH * em).round() as usize);
    for _ in 0..2 {
        halo.blur((HALO_BLUR * em).round() as usize);
    }
    Some(edges.bitmap(blended(letters.data(), &halo, &plates)))
}

/// Paints letters alone, in the colour of the word that is being spoken. `None` when the bitmap is empty.
pub(crate) fn highlight(outlines: &Path, frame: (u32, u32)) -> Option<CaptionBitmap> {
    let edges = Edges::around(outlines.bounds(), 2.0, frame);
    let mut letters = Mask::new(edges.width, edges.height)?;
    let outlines = outlines.clone().transform(edges.to_bitmap())?;
    letters.fill_path(&outlines, FillRule::Winding, true, Transform::identity());
    let edge = edge();
    let pixel =
        |cover: &u8| [SPOKEN[0], SPOKEN[1], SPOKEN[2], (edge[usize::from(*cover)] * 255.0 + 0.5) as u8];
    Some(edges.bitmap(letters.data().iter().flat_map(pixel).collect()))
}

/// Coverage to opacity. Video is blended in its gamma-encoded space, where half-covered edge pixels of
/// light text on dark come out too dark and strokes too thin; full correction (exponent 1/2.2) makes
/// them look bold. Half-way, on a logarithmic scale, is what text renderers settle on.
const EDGE_GAMMA: f32 = 1.45;

fn edge() -> Vec<f32> {
    (0..=255_u16).map(|v| (f32::from(v) / 255.0).powf(1.0 / EDGE_GAMMA)).collect()
}

fn blended(letters: &[u8], halo: &Plane, plates: &[Plate]) -> Vec<u8> {
    let edge = edge();
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
mod tests;
