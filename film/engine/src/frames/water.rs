//! Animated water: long low waves, and glints.
//!
//! Both are functions of time and of the position on the water, so any frame can be drawn without those before it, and
//! does not depend on where a clip begins.

use film_painter::Size;

use crate::frames::kernel::{GAIN_STEP, UNIT_GAIN};
use crate::motion::View;
use crate::rng::SeededRng;

/// Long low waves that come towards the viewer: rows of water, and with them the reflections, move up and down by about
/// a pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ripple {
    shore: f64,
    /// The picture's height in units, its shorter side.
    height: f64,
    phases: [f64; 2],
    facets: [u64; 2],
}

/// Length of each wave as a distance on the water (its painter puts the eye a fifth of a unit above it), period in
/// seconds, and share of the height.
const WAVES: [(f64, f64, f64); 2] = [(0.23, 3.7, 0.6), (0.13, 2.6, 0.4)];

/// Largest displacement of a row, in units of the picture's shorter side: 2 pixels at 1080p.
const WAVE_HEIGHT: f64 = 0.0018;

/// Height of a wave divided by its length on the screen, where that is short: more would fold the picture.
const STEEPNESS: f64 = 1.0 / 32.0;

/// Facets of water from the eye's feet to the shore, for each power of e by which they come nearer.
const FACET_ROWS: f64 = 24.0;

/// Largest relative change of brightness by a glint; most are far below.
const MAX_GLINT: f64 = 0.13;

impl Ripple {
    pub(super) fn new(shore: f32, picture: Size, seed: &mut SeededRng) -> Self {
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let (phases, facets) = ([seed.unit(), seed.unit()], [seed.next(), seed.next()]);
        Self { shore: f64::from(shore), height: height / width.min(height), phases, facets }
    }

    /// Puts the gains of light along a row of a frame into `gains`; false where they are all 0.
    ///
    /// Two patterns of facets glide over each other in opposite directions. Only where both are strong, and alike, does
    /// the water gleam: a gleam comes and goes, but does not travel.
    pub(super) fn glint_gains(
        &self,
        row: f64,
        (view, frame): (View, Size),
        seconds: f64,
        gains: &mut Vec<i16>,
    ) -> bool {
        gains.clear();
        let below = (row - self.shore) * self.height;
        if below <= 0.0 {
            return false;
        }
        // Facets are the smaller the farther away, but never finer than gains can be.
        let along = -FACET_ROWS * (below + 0.02).ln();
        let wide = 0.035 + 0.20 * below;
        let strength = MAX_GLINT * (below / 0.03).min(1.0) * UNIT_GAIN;
        // A unit of the picture is as many of its widths.
        let per_width = self.height * f64::from(frame.width) / f64::from(frame.height);
        let columns = (frame.width as usize).div_ceil(GAIN_STEP) + 1;
        let x = |column: usize| {
            let across = (column * GAIN_STEP) as f64 / f64::from(frame.width) - 0.5;
            (view.centre.0 + across * view.extent.0 - 0.5) * per_width / wide
        };
        let mut one = NoiseRow::new(self.facets[0], along + 1.3 * seconds);
        let mut other = NoiseRow::new(self.facets[1], along * 1.21 - 0.9 * seconds);
        let mut gain = |x: f64| {
            let both = one.at(x + 0.30 * seconds) * other.at(x * 1.37 - 0.35 * seconds);
            (strength * both).round() as i16
        };
        // Facets are wider than two steps: every other gain is the mean of those beside it.
        gains.push(gain(x(0)));
        for column in (2..=columns).step_by(2) {
            let (last, next) = (gains[column - 2], gain(x(column)));
            gains.extend([((i32::from(last) + i32::from(next)) / 2) as i16, next]);
        }
        gains.truncate(columns);
        true
    }

    /// How far above its place a row is looked up, both as fractions of the picture's height.
    pub(super) fn offset(&self, row: f64, seconds: f64) -> f64 {
        const EYE: f64 = 0.22;
        let below = (row - self.shore) * self.height;
        if below <= 0.0 {
            return 0.0;
        }
        // The shore itself stays where it is.
        let ahead = below + 0.02;
        let distance = EYE / ahead;
        let waves = WAVES.iter().zip(self.phases).map(|(&(length, period, share), phase)| {
            let steep = STEEPNESS * length * ahead * ahead / EYE;
            let height = WAVE_HEIGHT * steep / (WAVE_HEIGHT + steep) * (below / ahead);
            let turn = distance / length + seconds / period + phase;
            share * height * (turn * std::f64::consts::TAU).sin()
        });
        waves.sum::<f64>() / self.height
    }
}

/// One row of two-dimensional value noise: random values −1 to 1 at whole positions, smoothly interpolated, with a mean
/// of 0.
struct NoiseRow {
    seed: u64,
    row: f64,
    /// How far the line is from this row of values to the next.
    down: f64,
    /// The cell that was asked for last, and the values at its ends.
    cell: f64,
    ends: (f64, f64),
}

impl NoiseRow {
    fn new(seed: u64, y: f64) -> Self {
        let row = y.floor();
        Self { seed, row, down: ease(y - row), cell: f64::NAN, ends: (0.0, 0.0) }
    }

    fn at(&mut self, x: f64) -> f64 {
        let cell = x.floor();
        // Neighbouring places mostly lie in one cell, or in the next.
        if cell != self.cell {
            let left = if cell == self.cell + 1.0 { self.ends.1 } else { self.end(cell) };
            self.ends = (left, self.end(cell + 1.0));
            self.cell = cell;
        }
        self.ends.0 + (self.ends.1 - self.ends.0) * ease(x - cell)
    }

    fn end(&self, column: f64) -> f64 {
        let (above, below) = (self.value(column, self.row), self.value(column, self.row + 1.0));
        above + (below - above) * self.down
    }

    /// White noise. The factors are odd, so that no two places of a row or a column share a number.
    #[inline]
    fn value(&self, column: f64, row: f64) -> f64 {
        let across = (column as i64 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let down = (row as i64 as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        SeededRng::new(self.seed ^ across ^ down).between(-1.0, 1.0)
    }
}

fn ease(t: f64) -> f64 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HD: Size = Size { width: 1920, height: 1080 };

    #[test]
    fn water_moves_about_its_place_gently_and_the_shore_stays() {
        let ripple = Ripple::new(0.5, HD, &mut SeededRng::new(1));
        for y in 0..1080 {
            let row = f64::from(y) / 1080.0;
            let offsets: Vec<f64> =
                (0..30 * 60).map(|f| ripple.offset(row, f64::from(f) / 30.0) * 1080.0).collect();
            let mean = offsets.iter().sum::<f64>() / offsets.len() as f64;
            assert!(mean.abs() < 0.05, "row {y} lies {mean} pixels off");
            let most = offsets.iter().fold(0.0_f64, |most, o| most.max(o.abs()));
            assert!(most < 1.95 && (y > 540 || most == 0.0), "row {y}: {most} pixels");
            let step = offsets.windows(2).map(|o| (o[1] - o[0]).abs()).fold(0.0, f64::max);
            assert!(step < 0.13, "row {y} jumps by {step} pixels");
        }
        // Rows keep their order: the picture is never folded.
        for f in 0..300 {
            let at = |y: u32| {
                let row = f64::from(y) / 1080.0;
                row + ripple.offset(row, f64::from(f) / 30.0)
            };
            assert!((541..1079).all(|y| at(y + 1) - at(y) > 0.6 / 1080.0));
        }
    }

    #[test]
    fn glints_come_and_go_evenly_and_never_jump() {
        let ripple = Ripple::new(0.5, HD, &mut SeededRng::new(3));
        let view = View { centre: (0.5, 0.5), extent: (1.0, 1.0) };
        let mut gains = Vec::new();
        assert!(!ripple.glint_gains(0.49, (view, HD), 1.0, &mut gains));
        for row in [0.51, 0.6, 0.75, 0.99] {
            let (mut sum, mut power, mut last) = (0.0, 0.0, Vec::new());
            for frame in 0..30 * 60 {
                assert!(ripple.glint_gains(row, (view, HD), f64::from(frame) / 30.0, &mut gains));
                assert_eq!(gains.len(), 121);
                for (i, gain) in gains.iter().map(|&gain| f64::from(gain) / UNIT_GAIN).enumerate() {
                    assert!(gain.abs() <= MAX_GLINT);
                    let step: f64 = last.get(i).map_or(0.0, |last: &f64| gain - last);
                    assert!(step.abs() < 0.03, "{step} at {i} of row {row} on frame {frame}");
                    sum += gain;
                    power += gain * gain;
                }
                last = gains.iter().map(|&gain| f64::from(gain) / UNIT_GAIN).collect();
            }
            let count = f64::from(30 * 60 * 121);
            assert!((sum / count).abs() < 0.002, "row {row} is {} brighter on the whole", sum / count);
            assert!((power / count).sqrt() > 0.005, "row {row} hardly glints");
        }
    }
}
