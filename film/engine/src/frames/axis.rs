//! Resampling along one direction: which source samples, with which weights, make each output sample.

/// Output samples that are computed together: as many as fit into a vector of AVX2, or of NEON.
pub(super) const LANES: usize = if cfg!(target_arch = "x86_64") { 16 } else { 8 };

/// How far a step may be from 1 source sample.
pub(super) const STEP_TOLERANCE: f64 = 1.0 / 8.0;

/// Taps of each output in a block. A cubic spline needs four; over eight outputs, a source that is up to an eighth finer
/// or coarser is offset by one sample more.
pub(super) const MAX_TAPS: usize = 4 + LANES / 8;

/// Weights are in units of 1/32768.
const WEIGHT_BITS: u32 = 15;

/// Edge samples repeated before and after every source row, so that no output needs a bounds check.
pub(super) const PADDING: usize = 24;

/// Positions of outputs in source samples: output `i` is at `start + i × step`, where 0 is the middle of the first
/// source sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Axis {
    pub(super) start: f64,
    pub(super) step: f64,
}

impl Axis {
    /// The first of four source samples (it may lie outside the source), and their weights.
    pub(super) fn taps(self, output: usize) -> (isize, [i16; 4]) {
        taps(self.at(output))
    }

    /// The position of an output.
    pub(super) fn at(self, output: usize) -> f64 {
        self.start + self.step * output as f64
    }
}

/// The first of four source samples for a position (it may lie outside the source), and their weights.
pub(super) fn taps(at: f64) -> (isize, [i16; 4]) {
    let whole = at.floor();
    (whole as isize - 1, b_spline(at - whole))
}

/// Weights of the cubic B-spline for a place between the second and the third of four coefficients; they sum to 1.
fn b_spline(t: f64) -> [i16; 4] {
    let (t2, t3) = (t * t, t * t * t);
    let sixths =
        [1.0 - 3.0 * t + 3.0 * t2 - t3, 4.0 - 6.0 * t2 + 3.0 * t3, 1.0 + 3.0 * t + 3.0 * t2 - 3.0 * t3, t3];
    let one = 1i32 << WEIGHT_BITS;
    // None is negative, so half more and then cut off is rounded; `round` would be a call for each of them.
    let mut weights = sixths.map(|w| (w * (f64::from(one) / 6.0) + 0.5) as i32);
    // Rounding may leave the sum off by one or two; a picture of one colour must stay that colour.
    weights[if t < 0.5 { 1 } else { 2 }] += one - weights.iter().sum::<i32>();
    // None is above two thirds.
    weights.map(|w| w as i16)
}

/// [`LANES`] neighbouring outputs, which are computed together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// Index of its first sample in the padded source row.
    pub(super) base: usize,
    /// For each lane in turn: `weights[tap][lane]` belongs to source sample `base + lane + tap`.
    pub(super) weights: [[i16; LANES]; MAX_TAPS],
}

/// Plans a row of `outputs` samples (a multiple of [`LANES`]) from padded source rows of `stride` samples.
///
/// Neighbouring outputs use neighbouring source samples, except for an occasional offset by one. With one or two more
/// taps than four, whose weights are zero, all lanes of a block do the same, and the inner loop needs neither a gather
/// nor a branch.
pub(super) fn plan_blocks(axis: Axis, outputs: usize, stride: usize, blocks: &mut Vec<Block>) {
    debug_assert!(
        (axis.step - 1.0).abs() <= STEP_TOLERANCE,
        "the plane was not prepared for step {}",
        axis.step
    );
    blocks.clear();
    for first in (0..outputs).step_by(LANES) {
        let taps: [(isize, [i16; 4]); LANES] = std::array::from_fn(|lane| axis.taps(first + lane));
        let slip = |lane: usize| taps[lane].0 - lane as isize;
        let base = (0..LANES).map(slip).min().unwrap_or_default();
        let mut weights = [[0; LANES]; MAX_TAPS];
        for (lane, (_, four)) in taps.iter().enumerate() {
            let shift = ((slip(lane) - base) as usize).min(MAX_TAPS - 4);
            for (tap, weight) in four.iter().enumerate() {
                weights[tap + shift][lane] = *weight;
            }
        }
        let furthest = stride.saturating_sub(LANES + MAX_TAPS - 1);
        let base = (base + PADDING as isize).clamp(0, furthest as isize) as usize;
        blocks.push(Block { base, weights });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn weights_sum_to_one(t in 0.0..1.0f64) {
            let sum: i32 = b_spline(t).iter().map(|&w| i32::from(w)).sum();
            prop_assert_eq!(sum, 1 << WEIGHT_BITS);
        }

        #[test]
        fn blocks_hold_every_outputs_own_taps(start in 0.0..20.0f64, slip in -STEP_TOLERANCE..STEP_TOLERANCE) {
            let axis = Axis { start, step: 1.0 + slip };
            let mut blocks = Vec::new();
            plan_blocks(axis, 64, 200, &mut blocks);
            for output in 0..64 {
                let (first, weights) = axis.taps(output);
                let (block, lane) = (&blocks[output / LANES], output % LANES);
                for tap in 0..MAX_TAPS {
                    let source = (block.base + lane + tap) as isize - PADDING as isize;
                    let wanted = usize::try_from(source - first).ok().and_then(|i| weights.get(i)).copied();
                    prop_assert_eq!(block.weights[tap][lane], wanted.unwrap_or(0));
                }
            }
        }
    }
}
