//! Image registration: finds the displacement of a patch of a frame, to a thousandth of a pixel.

use film_engine::motion::View;
use film_painter::{Picture, Size};

/// Pixels across and down a patch.
pub(crate) const PATCH: usize = 64;

/// Lobes of the filter that resamples the picture.
const LOBES: isize = 6;

/// A patch whose gradients have less energy than this a pixel, in squared code values, in either direction shows too
/// little of a movement to be measured: rounding to whole code values alone, an error of √(1/12) a pixel, seems to move it
/// by `√(1/12) / (PATCH · √MIN_TEXTURE)`, two thousandths of a pixel.
const MIN_TEXTURE: f64 = 5.0;

/// The matrix by which red, green and blue make luma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matrix {
    /// ITU-R BT.709, of high definition.
    Bt709,
    /// ITU-R BT.601, which FFmpeg takes for pictures of any size unless it is told otherwise, and with it all that
    /// leave the conversion to it; JPEG's too.
    Bt601,
}

impl Matrix {
    /// The weights of red, green and blue.
    fn weights(self) -> [f64; 3] {
        match self {
            Self::Bt709 => [0.2126, 0.7152, 0.0722],
            Self::Bt601 => [0.299, 0.587, 0.114],
        }
    }
}

/// A picture's luma, which can be resampled for any view in double precision.
pub(crate) struct Ideal {
    width: usize,
    height: usize,
    luma: Vec<f64>,
}

impl Ideal {
    pub(crate) fn new(picture: &Picture, matrix: Matrix) -> Self {
        let [red, green, blue] = matrix.weights();
        let luma = |rgb: &[u8; 3]| {
            let [r, g, b] = rgb.map(f64::from);
            16.0 + (red * r + green * g + blue * b) * 219.0 / 255.0
        };
        let Size { width, height } = picture.size;
        let luma = picture.rgb.as_chunks::<3>().0.iter().map(luma).collect();
        Self { width: width as usize, height: height as usize, luma }
    }

    /// How far the patch at `place` of a frame lies right of and below where the view puts it, in pixels; none if
    /// there is too little in it.
    pub(crate) fn register(
        &self,
        frame: &[u8],
        size: Size,
        view: View,
        place: (usize, usize),
    ) -> Option<(f64, f64)> {
        let mut off = (0.0, 0.0);
        for _ in 0..4 {
            // One pixel more on every side, for the gradients.
            let wide = self.patch(size, view, (place.0 as f64 - 1.0 - off.0, place.1 as f64 - 1.0 - off.1));
            let step = least_squares(frame, size.width as usize, place, &wide)?;
            off = (off.0 + step.0, off.1 + step.1);
        }
        Some(off)
    }

    /// The picture as a frame of the view shows it, `PATCH + 2` pixels square from a place on.
    pub(crate) fn patch(&self, size: Size, view: View, place: (f64, f64)) -> Vec<f64> {
        self.region(size, view, place, (PATCH + 2, PATCH + 2))
    }

    /// The luma of a whole frame of the view, rounded to code values.
    pub(crate) fn frame(&self, size: Size, view: View) -> Vec<u8> {
        let all = (size.width as usize, size.height as usize);
        let luma = self.region(size, view, (0.0, 0.0), all);
        luma.into_iter().map(|code| code.round().clamp(0.0, 255.0) as u8).collect()
    }

    /// So many pixels across and down of a frame, from a place on.
    fn region(&self, size: Size, view: View, place: (f64, f64), pixels: (usize, usize)) -> Vec<f64> {
        let axis =
            |centre: f64, extent: f64, samples: usize, frame: u32, from: f64, count: usize| -> Vec<Taps> {
                let pixel = extent * samples as f64 / f64::from(frame);
                let corner = (centre - extent / 2.0) * samples as f64;
                let at = |i: usize| corner + (from + i as f64 + 0.5) * pixel - 0.5;
                (0..count).map(|i| Taps::new(at(i), pixel.max(1.0), samples)).collect()
            };
        let across = axis(view.centre.0, view.extent.0, self.width, size.width, place.0, pixels.0);
        let down = axis(view.centre.1, view.extent.1, self.height, size.height, place.1, pixels.1);
        let first = down.iter().map(|taps| taps.first).min().unwrap_or_default();
        let last = down.iter().map(|taps| taps.first + taps.weights.len()).max().unwrap_or_default();
        let rows: Vec<Vec<f64>> = (first..last.min(self.height))
            .map(|y| {
                let row = &self.luma[y * self.width..][..self.width];
                across.iter().map(|taps| taps.of(|i| row[i])).collect()
            })
            .collect();
        let mut region = Vec::with_capacity(pixels.0 * pixels.1);
        for taps in &down {
            let from = region.len();
            region.resize(from + pixels.0, 0.0);
            for (row, weight) in rows[taps.first - first..].iter().zip(&taps.weights) {
                region[from..].iter_mut().zip(row).for_each(|(sum, sample)| *sum += weight * sample);
            }
        }
        region
    }
}

/// Source samples of one output, and their weights.
struct Taps {
    first: usize,
    weights: Vec<f64>,
}

impl Taps {
    /// Lanczos, widened by how many samples a pixel covers.
    fn new(at: f64, widen: f64, samples: usize) -> Self {
        let reach = LOBES as f64 * widen;
        let first = (at - reach).ceil().clamp(0.0, samples as f64 - 1.0) as usize;
        let last = (at + reach).floor().clamp(first as f64, samples as f64 - 1.0) as usize;
        let sinc = |x: f64| {
            let x = x * std::f64::consts::PI;
            if x.abs() < 1e-9 { 1.0 } else { x.sin() / x }
        };
        let weight = |i: usize| {
            let x = (i as f64 - at) / widen;
            sinc(x) * sinc(x / LOBES as f64)
        };
        let mut weights: Vec<f64> = (first..=last).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= sum);
        Self { first, weights }
    }

    fn of(&self, sample: impl Fn(usize) -> f64) -> f64 {
        (self.first..).zip(&self.weights).map(|(i, weight)| weight * sample(i)).sum()
    }
}

/// The shift that explains best how a patch of the frame differs from the ideal one, beside a constant.
fn least_squares(frame: &[u8], stride: usize, place: (usize, usize), wide: &[f64]) -> Option<(f64, f64)> {
    let row = PATCH + 2;
    let pixels = (PATCH * PATCH) as f64;
    let samples = (0..PATCH).flat_map(|y| (0..PATCH).map(move |x| (x, y))).map(|(x, y)| {
        let i = (y + 1) * row + x + 1;
        let gx = (wide[i + 1] - wide[i - 1]) / 2.0;
        let gy = (wide[i + row] - wide[i - row]) / 2.0;
        (gx, gy, f64::from(frame[(place.1 + y) * stride + place.0 + x]) - wide[i])
    });
    // Means first: a free brightness is the same as none in anything.
    let mean = samples
        .clone()
        .fold((0.0, 0.0, 0.0), |m, s| (m.0 + s.0 / pixels, m.1 + s.1 / pixels, m.2 + s.2 / pixels));
    let (mut xx, mut xy, mut yy, mut xe, mut ye) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (gx, gy, e) in samples {
        let (gx, gy, e) = (gx - mean.0, gy - mean.1, e - mean.2);
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
        xe += gx * e;
        ye += gy * e;
    }
    let det = xx * yy - xy * xy;
    let smaller = (xx + yy) / 2.0 - (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt();
    if smaller / pixels < MIN_TEXTURE {
        return None;
    }
    // A thing that lies to the right is darker where the ideal rises: hence the sign.
    Some((-(yy * xe - xy * ye) / det, -(xx * ye - xy * xe) / det))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use super::*;

    const SIZE: Size = Size { width: 160, height: 120 };

    fn ripples() -> Picture {
        let rgb = (0..SIZE.height)
            .flat_map(|y| (0..SIZE.width).map(move |x| (f64::from(x), f64::from(y))))
            .flat_map(|(x, y)| {
                [(128.0 + 60.0 * (x * 0.31 + y * 0.12).sin() + 50.0 * (y * 0.37 - x * 0.08).cos()) as u8; 3]
            })
            .collect();
        Picture { size: SIZE, rgb, focus: (0.5, 0.5) }
    }

    /// The calibration: shifts that are known are found, in frames of whole code values.
    #[test]
    fn known_shifts_are_found_to_a_thousandth_of_a_pixel() {
        let ideal = Ideal::new(&ripples(), Matrix::Bt709);
        let view = View { centre: (0.5, 0.5), extent: (0.95, 0.95) };
        let place = (40, 30);
        for shift in [(0.0, 0.0), (0.01, -0.02), (0.25, 0.1), (-0.7, 0.6)] {
            let moved = ideal.patch(SIZE, view, (39.0 - shift.0, 29.0 - shift.1));
            let mut frame = vec![0u8; (SIZE.width * SIZE.height) as usize];
            for y in 0..PATCH {
                for x in 0..PATCH {
                    // Brighter as well, which must not be taken for a shift.
                    let code = moved[(y + 1) * (PATCH + 2) + x + 1] + 7.0;
                    frame[(place.1 + y) * SIZE.width as usize + place.0 + x] = code.round() as u8;
                }
            }
            let found = ideal.register(&frame, SIZE, view, place).unwrap();
            let off = (found.0 - shift.0).hypot(found.1 - shift.1);
            assert!(off < 0.001, "{shift:?} was taken for {found:?}");
        }
    }

    #[test]
    fn a_whole_frame_is_made_of_its_patches() {
        let ideal = Ideal::new(&ripples(), Matrix::Bt601);
        let view = View { centre: (0.48, 0.52), extent: (0.9, 0.9) };
        let frame = ideal.frame(SIZE, view);
        assert_eq!(frame.len(), (SIZE.width * SIZE.height) as usize);
        let patch = ideal.patch(SIZE, view, (50.0, 20.0));
        for (i, code) in patch.into_iter().enumerate() {
            let (x, y) = (50 + i % (PATCH + 2), 20 + i / (PATCH + 2));
            assert_eq!(f64::from(frame[y * SIZE.width as usize + x]), code.round(), "{x}, {y}");
        }
    }

    #[test]
    fn a_flat_patch_tells_nothing() {
        let mut picture = ripples();
        picture.rgb.fill(90);
        let view = View { centre: (0.5, 0.5), extent: (0.9, 0.9) };
        let frame = vec![93; (SIZE.width * SIZE.height) as usize];
        assert_eq!(Ideal::new(&picture, Matrix::Bt709).register(&frame, SIZE, view, (40, 30)), None);
    }
}
