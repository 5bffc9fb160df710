//! What stands between text and picture, so that any text can be read on any picture.
//!
//! Two layers of near-black: a wide soft plate that calms the picture behind the lines, and a tight
//! halo that follows the letters. Together they cover so much that even white shows through as a grey
//! against which the text keeps the 4.5 : 1 of WCAG 2 AA; a test holds every pixel around every letter
//! to it, the gold of a spoken word too, over white and over whatever else. Neither has an edge that the
//! eye could take for an object in the picture.

use tiny_skia::Rect;

/// Least contrast of text to what is behind it, WCAG 2 (1.4.3, level AA).
#[cfg(test)]
pub(crate) const CONTRAST: f64 = 4.5;

/// Text: a warm white, a little below full, which glares less on a dark picture. sRGB.
pub(crate) const TEXT: [u8; 3] = [255, 252, 245];
/// The word being spoken: the gold of rubrication, as light as it can be and still be told from the
/// text. Its luminance is 0.78 of the text's. sRGB.
pub(crate) const SPOKEN: [u8; 3] = [255, 224, 138];
/// Plate and halo. Not pure black, which reads as a hole in a dark picture. sRGB.
pub(crate) const SHADE: [u8; 3] = [8, 8, 12];

/// Cover of the plate, where it is full.
pub(crate) const PLATE: f32 = 0.52;
/// Cover of the halo alone, where it is full. With the plate 1 − 0.48 × 0.42 = 0.80: white shows
/// through as 58/255, against which the text has a contrast of 11 : 1. Both begin to fade at the
/// outermost letters, where the plate is still at 0.85 of its cover.
pub(crate) const HALO: f32 = 0.58;

/// Ems that the halo reaches beyond the letters before it is softened.
pub(crate) const HALO_GROWTH: f32 = 0.10;
/// Radius of each of the two blurs that soften it, in ems.
pub(crate) const HALO_BLUR: f32 = 0.06;
/// Ems beyond the ink at which the plate is gone.
pub(crate) const PLATE_REACH: f32 = 1.15;
/// Ems over which it fades: from a third of an em within the ink, so that no side of it is seen.
pub(crate) const PLATE_FADE: f32 = 1.5;

/// The plate behind one line: a rectangle whose sides fade over a smooth ramp, kept as the product of
/// two profiles, which needs no blurring and rounds its corners by itself.
pub(crate) struct Plate {
    /// Cover of each column, 0 to 1.
    pub(crate) columns: Vec<f32>,
    /// Cover of each row, 0 to 1.
    pub(crate) rows: Vec<f32>,
}

impl Plate {
    /// Around ink from `(left, top)` to `(right, bottom)` in a bitmap.
    pub(crate) fn new(ink: Rect, em: f32, width: usize, height: usize) -> Self {
        let profile = |from: f32, to: f32, length: usize| {
            let cover = |at: usize| {
                let beyond = (from - at as f32).max(at as f32 - to);
                smooth((PLATE_REACH * em - beyond) / (PLATE_FADE * em))
            };
            (0..length).map(cover).collect()
        };
        Self {
            columns: profile(ink.left(), ink.right(), width),
            rows: profile(ink.top(), ink.bottom(), height),
        }
    }
}

/// 0 to 1 without a kink at either end.
fn smooth(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// One byte a pixel, rows from the top.
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<u8>,
}

impl Plane {
    /// Every pixel becomes the greatest within `radius` columns and rows.
    pub(crate) fn grow(&mut self, radius: usize) {
        let mut next = self.data.clone();
        for (from, to) in self.data.chunks_exact(self.width).zip(next.chunks_exact_mut(self.width)) {
            for shift in 1..=radius.min(self.width - 1) {
                max_into(&mut to[shift..], from);
                max_into(to, &from[shift..]);
            }
        }
        self.data.copy_from_slice(&next);
        for shift in (1..=radius.min(self.height - 1)).map(|rows| rows * self.width) {
            max_into(&mut next[shift..], &self.data);
            max_into(&mut next, &self.data[shift..]);
        }
        self.data = next;
    }

    /// Every pixel becomes the mean of the `2 × radius + 1` columns and rows around it; beyond the edge
    /// is empty.
    pub(crate) fn blur(&mut self, radius: usize) {
        if radius == 0 {
            return;
        }
        let (width, height) = (self.width, self.height);
        let share = (1 << 16) / (2 * radius as u32 + 1);
        let mut padded = vec![0_u8; width + 2 * radius + 1];
        for row in self.data.chunks_exact_mut(width) {
            padded[radius..radius + width].copy_from_slice(row);
            let mut sum: u32 = padded[..2 * radius].iter().map(|v| u32::from(*v)).sum();
            let (leaving, entering) = (&padded[..width], &padded[2 * radius..]);
            for ((v, leaving), entering) in row.iter_mut().zip(leaving).zip(entering) {
                sum += u32::from(*entering);
                *v = mean(sum, share);
                sum -= u32::from(*leaving);
            }
        }
        let before = self.data.clone();
        let row = |y: usize| &before[y * width..(y + 1) * width];
        let mut sums = vec![0_u32; width];
        for y in 0..radius.min(height) {
            sums.iter_mut().zip(row(y)).for_each(|(sum, v)| *sum += u32::from(*v));
        }
        for y in 0..height {
            if y + radius < height {
                sums.iter_mut().zip(row(y + radius)).for_each(|(sum, v)| *sum += u32::from(*v));
            }
            let target = &mut self.data[y * width..(y + 1) * width];
            target.iter_mut().zip(&sums).for_each(|(v, sum)| *v = mean(*sum, share));
            if let Some(gone) = y.checked_sub(radius) {
                sums.iter_mut().zip(row(gone)).for_each(|(sum, v)| *sum -= u32::from(*v));
            }
        }
    }
}

fn mean(sum: u32, share: u32) -> u8 {
    ((sum * share + (1 << 15)) >> 16).min(255) as u8
}

fn max_into(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = (*to).max(*from));
}

/// Relative luminance of an sRGB colour, WCAG 2.
#[cfg(test)]
pub(crate) fn luminance(rgb: [f64; 3]) -> f64 {
    let linear = |v: f64| {
        let v = v / 255.0;
        if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2])
}
