//! Firelight: each fire in a picture makes its surroundings flicker.
//!
//! It is a function of time and position: any frame can be drawn without those before it, and does not depend on where a
//! clip begins.

use film_painter::{Flame, Size};

use crate::frames::kernel::{GAIN_STEP, UNIT_GAIN};
use crate::motion::View;
use crate::rng::SeededRng;

/// Largest relative change of brightness by a flame of strength 1.
const FLICKER_DEPTH: f64 = 0.07;

/// Largest relative change of brightness where several flames add up.
const MAX_FLICKER: f64 = 0.12;

/// Frequencies in hertz and shares of a flame's flicker; a flame in still air has most of it below 5 Hz, and the less
/// the faster.
const FLICKER_OCTAVES: [(f64, f64); 3] = [(1.1, 0.50), (2.3, 0.30), (4.7, 0.20)];

/// The fires of a picture.
#[derive(Debug, Default)]
pub(super) struct Fires {
    fires: Vec<(Flame, u64)>,
}

/// Gains of light on a grid over a frame, for [`Kernels::brighten`](super::kernel::Kernels::brighten).
#[derive(Debug, Default)]
pub(super) struct Gains {
    columns: usize,
    grid: Vec<i16>,
    row: Vec<i16>,
}

impl Fires {
    pub(super) fn new(flames: &[Flame], seed: &mut SeededRng) -> Self {
        Self { fires: flames.iter().map(|&flame| (flame, seed.next())).collect() }
    }

    /// Computes the gains of a frame that shows `view`.
    pub(super) fn update_gains(&self, view: View, frame: Size, seconds: f64, gains: &mut Gains) {
        let step = GAIN_STEP as f64;
        let columns = (frame.width as usize).div_ceil(GAIN_STEP) + 1;
        let rows = (frame.height as usize).div_ceil(GAIN_STEP) + 1;
        gains.columns = columns;
        gains.grid.clear();
        if self.fires.is_empty() {
            return;
        }
        let (width, height) = (f64::from(frame.width), f64::from(frame.height));
        let lit: Vec<[f64; 4]> = self
            .fires
            .iter()
            .map(|(flame, seed)| {
                let place = |at: f32, centre: f64, extent: f64| (f64::from(at) - centre) / extent + 0.5;
                let x = place(flame.at.0, view.centre.0, view.extent.0) * width;
                let y = place(flame.at.1, view.centre.1, view.extent.1) * height;
                let reach = f64::from(flame.reach) * width.min(height) / view.extent.1;
                [x, y, reach * reach, FLICKER_DEPTH * f64::from(flame.strength) * flicker(*seed, seconds)]
            })
            .collect();
        for row in 0..rows {
            for column in 0..columns {
                let (x, y) = (column as f64 * step, row as f64 * step);
                let gain = lit.iter().map(|[fx, fy, reach, gain]| {
                    let near = (1.0 - ((x - fx) * (x - fx) + (y - fy) * (y - fy)) / reach).max(0.0);
                    gain * near * near
                });
                let gain = gain.sum::<f64>().clamp(-MAX_FLICKER, MAX_FLICKER);
                gains.grid.push((gain * UNIT_GAIN).round() as i16);
            }
        }
    }
}

impl Gains {
    /// The gains along a row of pixels; none where they are all 0.
    pub(super) fn row(&mut self, y: usize) -> Option<&[i16]> {
        let (above, below) = (y / GAIN_STEP, y / GAIN_STEP + 1);
        let line = |row: usize| self.grid.get(row * self.columns..(row + 1) * self.columns);
        let (above, below) = (line(above)?, line(below)?);
        if above.iter().chain(below).all(|&gain| gain == 0) {
            return None;
        }
        let down = (y % GAIN_STEP) as i32;
        let between = |(a, b): (&i16, &i16)| {
            ((i32::from(*a) * (GAIN_STEP as i32 - down) + i32::from(*b) * down) / GAIN_STEP as i32) as i16
        };
        self.row.clear();
        self.row.extend(above.iter().zip(below).map(between));
        Some(&self.row)
    }
}

/// Deviation of a flame's light from its mean at a time: −1 to 1, with a mean of about 0.
fn flicker(seed: u64, seconds: f64) -> f64 {
    FLICKER_OCTAVES
        .iter()
        .zip(0..)
        .map(|(&(hertz, share), octave)| share * smooth_noise(seed ^ octave, seconds * hertz))
        .sum()
}

/// Value noise: a smooth curve through random values −1 to 1 at whole times, with slope 0 at each.
fn smooth_noise(seed: u64, time: f64) -> f64 {
    let whole = time.floor();
    let value =
        |at: f64| SeededRng::new(seed.wrapping_add((at as u64).wrapping_mul(0x9e37_79b9))).unit() * 2.0 - 1.0;
    let t = time - whole;
    let eased = t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (from, to) = (value(whole), value(whole + 1.0));
    from + (to - from) * eased
}

#[cfg(test)]
mod tests {
    use super::*;

    const HD: Size = Size { width: 1920, height: 1080 };

    #[test]
    fn a_flames_light_is_its_own_on_the_whole_and_never_jumps() {
        for seed in 0..20 {
            let values: Vec<f64> = (0..30 * 120).map(|f| flicker(seed, f64::from(f) / 30.0)).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            assert!(mean.abs() < 0.12, "seed {seed}: {mean}");
            // Of 7 %: the light on the whole is within 1 % of what was painted.
            assert!(values.iter().all(|v| v.abs() <= 1.0));
            let step = values.windows(2).map(|v| (v[1] - v[0]).abs()).fold(0.0, f64::max);
            assert!(step * FLICKER_DEPTH < 0.025, "seed {seed}: {step}");
            let spread = values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64;
            assert!(spread.sqrt() > 0.2, "seed {seed} hardly flickers: {spread}");
        }
    }

    #[test]
    fn light_falls_off_around_a_fire_and_ends_at_its_reach() {
        let flame = Flame { at: (0.5, 0.5), reach: 0.25, strength: 1.0 };
        let fires = Fires::new(&[flame], &mut SeededRng::new(4));
        let view = View { centre: (0.5, 0.5), extent: (1.0, 1.0) };
        let mut gains = Gains::default();
        let strongest = (0..60).map(|f| {
            fires.update_gains(view, HD, f64::from(f) / 30.0, &mut gains);
            let row = gains.row(540).map(<[i16]>::to_vec).unwrap_or_default();
            assert!(row.is_empty() || row.len() == 121);
            assert!(row.iter().take(40).chain(row.iter().skip(80)).all(|&gain| gain == 0));
            assert!(gains.row(100).is_none());
            let (middle, aside) = (row.get(60).copied().unwrap_or(0), row.get(68).copied().unwrap_or(0));
            assert!(aside.abs() <= middle.abs());
            middle.abs()
        });
        assert!(f64::from(strongest.max().unwrap()) > 0.01 * UNIT_GAIN);
    }
}
