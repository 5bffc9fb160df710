//! What stands between text and picture, so that any text can be read on any picture.
//!
//! Two layers of near-black: a wide soft plate that calms the picture behind the lines, and a tight
//! halo that follows the letters. Where the halo is full the two cover so much that even white shows
//! through as a grey against which the text keeps [`CONTRAST`]; a test holds every pixel around every
//! glyph to it. Neither has an edge that the eye could take for an object in the picture.

/// Least contrast of text to what is behind it, WCAG 2 (1.4.3, level AA).
#[cfg(test)]
pub(crate) const CONTRAST: f64 = 4.5;

/// Text: a warm white, a little below full, which glares less on a dark picture. sRGB.
pub(crate) const TEXT: [u8; 3] = [255, 252, 245];
/// Plate and halo. Not pure black, which reads as a hole in a dark picture. sRGB.
pub(crate) const SHADE: [u8; 3] = [8, 8, 12];

/// Cover of the plate, where it is full.
pub(crate) const PLATE: f32 = 0.56;
/// Cover of the halo alone, where it is full. With the plate 1 − 0.44 × 0.50 = 0.78: white shows
/// through as 62/255, against which the text has a contrast of 10 : 1; where both begin to fade, at the
/// outer letters, more than half of that is left.
pub(crate) const HALO: f32 = 0.50;

/// Ems that the halo reaches beyond the letters before it is softened.
pub(crate) const HALO_GROWTH: f32 = 0.10;
/// Radius of each of the two blurs that soften it, in ems.
pub(crate) const HALO_BLUR: f32 = 0.06;
/// Ems that the plate reaches beyond the ink before it is softened.
pub(crate) const PLATE_GROWTH: f32 = 0.30;
/// Radius of each of the two blurs over which it fades, in ems.
pub(crate) const PLATE_BLUR: f32 = 0.36;

/// One byte a pixel, rows from the top.
#[derive(Clone)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<u8>,
}

impl Plane {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, data: vec![0; width * height] }
    }

    /// Sets a rectangle, clipped to the plane.
    pub(crate) fn fill(&mut self, left: f32, top: f32, right: f32, bottom: f32) {
        let column = |x: f32| (x.max(0.0) as usize).min(self.width);
        let row = |y: f32| (y.max(0.0) as usize).min(self.height);
        let (left, right) = (column(left), column(right));
        for y in row(top)..row(bottom) {
            self.data[y * self.width..][left..right.max(left)].fill(255);
        }
    }

    /// Every pixel becomes the greatest within `radius` columns and rows.
    pub(crate) fn grow(&mut self, radius: usize) {
        let mut next = self.data.clone();
        for (from, to) in self.data.chunks_exact(self.width).zip(next.chunks_exact_mut(self.width)) {
            for shift in 1..=radius.min(self.width - 1) {
                greater(&mut to[shift..], from);
                greater(to, &from[shift..]);
            }
        }
        self.data.copy_from_slice(&next);
        for shift in (1..=radius.min(self.height - 1)).map(|rows| rows * self.width) {
            greater(&mut next[shift..], &self.data);
            greater(&mut next, &self.data[shift..]);
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
        let mut row_before = vec![0; width];
        for row in self.data.chunks_exact_mut(width) {
            row_before.copy_from_slice(row);
            let mut sum: u32 = row_before.iter().take(radius).map(|v| u32::from(*v)).sum();
            for (x, v) in row.iter_mut().enumerate() {
                sum += row_before.get(x + radius).map_or(0, |v| u32::from(*v));
                *v = mean(sum, share);
                sum -= x.checked_sub(radius).map_or(0, |gone| u32::from(row_before[gone]));
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

fn greater(to: &mut [u8], from: &[u8]) {
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
