//! The inner loops: everything that is done to each sample of each frame.
//!
//! Loops run over arrays of fixed length, without branches, so that the compiler turns them into vector code:
//! sixteen samples at a time where the processor has AVX2, else eight (SSE2, NEON). On x86-64 each loop is compiled
//! twice, and [`Kernels`] asks the processor which it can run. Sums wrap instead of being checked: a check a lane would undo
//! that in development builds. None can overflow: a sample has 16 bits, and weights are positive and add up to 1.
//!
//! Every function is exact integer arithmetic, so all kinds give the same bits.

use crate::frames::axis::{Block, LANES, MAX_TAPS};
use crate::frames::sample::{CODE_BITS, MIDDLE};

/// Blend weights are in units of 1/16384.
pub(super) const SHARE_BITS: u32 = 14;

const HALF_SHARE: i32 = 1 << (SHARE_BITS - 1);

/// A share of 0.0 ..= 1.0.
pub(super) fn weight(share: f64) -> i16 {
    (share.clamp(0.0, 1.0) * f64::from(1 << SHARE_BITS)).round() as i16
}

/// The inner loops, in the fastest version that this processor can run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernels {
    /// True only if the processor has AVX2.
    #[cfg(target_arch = "x86_64")]
    avx2: bool,
}

impl Default for Kernels {
    fn default() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            avx2: std::arch::is_x86_feature_detected!("avx2"),
        }
    }
}

/// A method of [`Kernels`] for each of the functions below.
macro_rules! kernels {
    ($($(#[$doc:meta])+ fn $name:ident($($argument:ident: $kind:ty),+);)+) => {
        impl Kernels {
            $($(#[$doc])+
            pub(super) fn $name(self, $($argument: $kind),+) {
                #[cfg(target_arch = "x86_64")]
                if self.avx2 {
                    #[target_feature(enable = "avx2")]
                    fn wide($($argument: $kind),+) {
                        $name($($argument),+);
                    }
                    // SAFETY: the function is the plain one, compiled for AVX2, and the processor has AVX2.
                    #[allow(unsafe_code, reason = "the only way to call what a processor may lack")]
                    return unsafe { wide($($argument),+) };
                }
                $name($($argument),+);
            })+
        }
    };
}

kernels! {
    /// Resamples two padded source rows along themselves.
    fn across(sources: [&[i16]; 2], blocks: &[Block], outs: [&mut [i16]; 2]);

    /// Resamples between four rows. A weight comes once for every lane.
    fn down(rows: [&[i16]; 4], weights: &[[i16; LANES]; 4], out: &mut [i16]);

    /// Blends a share of another row into a row.
    fn mix(row: &mut [i16], other: &[i16], share: i16);

    /// Blends a share of one value into a row.
    fn mix_with(row: &mut [i16], value: i16, share: i16);

    /// Blends premultiplied samples over a part of a row: `drawn + row × kept`, weighted by `share`.
    fn overlay(row: &mut [i16], drawn: &[i16], kept: &[i16], share: i16);

    /// Composites a plane over a row: `drawn + row × (1 − mask)`. A mask of 0 is [`TRANSPARENT`], of 1 its negative.
    fn composite_masked(row: &mut [i16], drawn: &[i16], mask: &[i16]);

    /// Brightens a row by gains (1 is [`UNIT_GAIN`]) that are given every [`GAIN_STEP`] samples and lie on straight lines
    /// between, about what black is.
    fn brighten(row: &mut [i16], gains: &[i16], black: i16);

    /// Rounds a row to bytes between the legal limits.
    fn to_bytes(row: &[i16], y: usize, legal: (u8, u8), out: &mut [u8]);
}

/// A sample times a weight in units of 1/32768, halved: the upper half of the product, which is one
/// instruction on all lanes where the whole product takes four.
#[inline(always)]
fn mul_high(sample: i16, weight: i16) -> i16 {
    ((i32::from(sample) * i32::from(weight)) >> 16) as i16
}

/// Added to a sum of four products, each of which is rounded down by half a unit on average.
const ROUNDING_BIAS: i16 = 2;

/// Source samples that a block draws on.
const WINDOW: usize = LANES + MAX_TAPS - 1;

#[inline(always)]
fn across(sources: [&[i16]; 2], blocks: &[Block], outs: [&mut [i16]; 2]) {
    let [upper, lower] = outs.map(|out| out.as_chunks_mut::<LANES>().0);
    for ((block, upper), lower) in blocks.iter().zip(upper).zip(lower) {
        let Some(above) = sources[0][block.base..].first_chunk::<WINDOW>() else { return };
        let Some(below) = sources[1][block.base..].first_chunk::<WINDOW>() else { return };
        let mut sums = [[ROUNDING_BIAS; LANES]; 2];
        for (tap, weights) in block.weights.iter().enumerate() {
            for lane in 0..LANES {
                sums[0][lane] = sums[0][lane].wrapping_add(mul_high(above[lane + tap], weights[lane]));
                sums[1][lane] = sums[1][lane].wrapping_add(mul_high(below[lane + tap], weights[lane]));
            }
        }
        *upper = sums[0].map(|sum| sum << 1);
        *lower = sums[1].map(|sum| sum << 1);
    }
}

#[inline(always)]
fn down(rows: [&[i16]; 4], weights: &[[i16; LANES]; 4], out: &mut [i16]) {
    let [a, b, c, d] = rows.map(|row| row.as_chunks::<LANES>().0);
    let (out, _) = out.as_chunks_mut::<LANES>();
    for ((((out, a), b), c), d) in out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        // The compiler must not know that the weights are the same in every round: it would widen them to
        // 32 bits before the loop, and then every product, which takes three times as long.
        let weights = std::hint::black_box(weights);
        let mut sums = [ROUNDING_BIAS; LANES];
        for lane in 0..LANES {
            let sum = sums[lane]
                .wrapping_add(mul_high(a[lane], weights[0][lane]))
                .wrapping_add(mul_high(b[lane], weights[1][lane]))
                .wrapping_add(mul_high(c[lane], weights[2][lane]))
                .wrapping_add(mul_high(d[lane], weights[3][lane]));
            sums[lane] = sum << 1;
        }
        *out = sums;
    }
}

/// `a × (1 − share) + b × share`, rounded.
#[inline(always)]
fn blend(a: i16, b: i16, share: i16) -> i16 {
    let (theirs, ours) = (i32::from(share), (1 << SHARE_BITS) - i32::from(share));
    let sum = (i32::from(a) * ours).wrapping_add(i32::from(b) * theirs).wrapping_add(HALF_SHARE);
    (sum >> SHARE_BITS) as i16
}

#[inline(always)]
fn mix(row: &mut [i16], other: &[i16], share: i16) {
    for (sample, other) in row.iter_mut().zip(other) {
        *sample = blend(*sample, *other, share);
    }
}

#[inline(always)]
fn mix_with(row: &mut [i16], value: i16, share: i16) {
    for sample in row {
        *sample = blend(*sample, value, share);
    }
}

#[inline(always)]
fn overlay(row: &mut [i16], drawn: &[i16], kept: &[i16], share: i16) {
    for ((sample, drawn), kept) in row.iter_mut().zip(drawn).zip(kept) {
        let under = (i32::from(*sample) * i32::from(*kept)).wrapping_add(HALF_SHARE) >> SHARE_BITS;
        let over = (under as i16).wrapping_add(*drawn);
        *sample = blend(*sample, over, share);
    }
}

/// Masks are in units of 1/8192, of which a dot's coefficients in a spline still fit into a sample.
const MASK_BITS: u32 = 13;

/// The sample of a mask of 0, which hides nothing.
pub(super) const TRANSPARENT: i16 = -(1 << (MASK_BITS - 1));

#[inline(always)]
fn composite_masked(row: &mut [i16], drawn: &[i16], mask: &[i16]) {
    for ((sample, drawn), mask) in row.iter_mut().zip(drawn).zip(mask) {
        let kept = -i32::from(TRANSPARENT) - i32::from(*mask);
        let under = i32::from(*sample).wrapping_mul(kept).wrapping_add(1 << (MASK_BITS - 1)) >> MASK_BITS;
        *sample = (under as i16).wrapping_add(*drawn);
    }
}

/// Samples between two gains of [`Kernels::brighten`].
pub(super) const GAIN_STEP: usize = 16;

const GAIN_BITS: u32 = 14;

/// A gain of 1, which doubles the light.
pub(super) const UNIT_GAIN: f64 = (1 << GAIN_BITS) as f64;

/// How far each sample of a step is from its beginning.
const RAMP: [i32; GAIN_STEP] = {
    let mut ramp = [0; GAIN_STEP];
    let mut i = 0;
    while i < GAIN_STEP {
        ramp[i] = i as i32;
        i += 1;
    }
    ramp
};

#[inline(always)]
fn brighten(row: &mut [i16], gains: &[i16], black: i16) {
    const BITS: u32 = GAIN_BITS + GAIN_STEP.trailing_zeros();
    let gained = |sample: i16, ends: &[i16; 2], place: i32| {
        let (from, to) = (i32::from(ends[0]), i32::from(ends[1]));
        let gain =
            from.wrapping_mul(GAIN_STEP as i32).wrapping_add(to.wrapping_sub(from).wrapping_mul(place));
        let light = i32::from(sample).wrapping_sub(i32::from(black));
        sample.wrapping_add((light.wrapping_mul(gain).wrapping_add(1 << (BITS - 1)) >> BITS) as i16)
    };
    let (steps, rest) = row.as_chunks_mut::<GAIN_STEP>();
    let ends = gains.array_windows::<2>();
    for (samples, ends) in steps.iter_mut().zip(ends.clone()) {
        for (sample, place) in samples.iter_mut().zip(&RAMP) {
            *sample = gained(*sample, ends, *place);
        }
    }
    if let Some(ends) = ends.clone().nth(steps.len()) {
        for (sample, place) in rest.iter_mut().zip(&RAMP) {
            *sample = gained(*sample, ends, *place);
        }
    }
}

/// An 8 × 8 ordered-dither matrix (Bayer, 1973), scaled to add a quarter to three quarters of a code value
/// before rounding down. The whole range would hide bands no better in eight bits, and cost the encoder
/// dear: what it sees as texture, it must send. Each row is repeated, so that long runs can be added at once.
const DITHER: [[i16; DITHER_ROW]; 8] = {
    let mut matrix = [[0; DITHER_ROW]; 8];
    let mut y = 0;
    while y < 8 {
        let mut x = 0;
        while x < DITHER_ROW {
            let mut value = 0;
            let mut bit = 0;
            while bit < 3 {
                let (across, down) = ((x >> bit) & 1, (y >> bit) & 1);
                value |= ((across ^ down) << (5 - 2 * bit)) | (down << (4 - 2 * bit));
                bit += 1;
            }
            matrix[y][x] = QUARTER + value as i16 / 2;
            x += 1;
        }
        y += 1;
    }
    matrix
};

const DITHER_ROW: usize = 64;

/// A quarter of a code value.
const QUARTER: i16 = 1 << (CODE_BITS - 2);

#[inline(always)]
fn to_bytes(row: &[i16], y: usize, legal: (u8, u8), out: &mut [u8]) {
    let (low, high) = (i16::from(legal.0), i16::from(legal.1));
    for (out, samples) in out.chunks_mut(DITHER_ROW).zip(row.chunks(DITHER_ROW)) {
        for ((out, sample), dither) in out.iter_mut().zip(samples).zip(&DITHER[y % 8]) {
            let code = (sample.wrapping_add(*dither) >> CODE_BITS).wrapping_add(MIDDLE as i16);
            *out = code.max(low).min(high) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::frames::axis::{self, Axis, PADDING};

    const WIDTH: usize = 64;

    proptest! {
        /// What the processor's best instructions give is what plain ones give, bit by bit.
        #[test]
        fn every_kind_of_processor_gives_the_same_bits(
            samples in prop::collection::vec(-16384i16..16384, 5 * (WIDTH + 2 * PADDING)),
            start in 0.0..8.0f64, slip in -axis::STEP_TOLERANCE..axis::STEP_TOLERANCE, place in 0.0..1.0f64, y in 0usize..8,
        ) {
            let best = Kernels::default();
            let rows: Vec<&[i16]> = samples.chunks_exact(WIDTH + 2 * PADDING).collect();
            let mut blocks = Vec::new();
            axis::plan_blocks(Axis { start, step: 1.0 + slip }, WIDTH, rows[0].len(), &mut blocks);
            let (mut plain, mut fast) = ([0; WIDTH], [0; WIDTH]);
            let (mut plain_below, mut fast_below) = ([0; WIDTH], [0; WIDTH]);
            across([rows[0], rows[1]], &blocks, [&mut plain, &mut plain_below]);
            best.across([rows[0], rows[1]], &blocks, [&mut fast, &mut fast_below]);
            prop_assert_eq!((plain, plain_below), (fast, fast_below));

            let weights = Axis { start: place, step: 1.0 }.taps(0).1.map(|weight| [weight; LANES]);
            let four: [&[i16]; 4] = std::array::from_fn(|i| &rows[i][..WIDTH]);
            down(four, &weights, &mut plain);
            best.down(four, &weights, &mut fast);
            prop_assert_eq!(plain, fast);

            let share = weight(place);
            mix(&mut plain, rows[4], share);
            best.mix(&mut fast, rows[4], share);
            mix_with(&mut plain, 999, share);
            best.mix_with(&mut fast, 999, share);
            let kept: Vec<i16> = rows[4].iter().map(|s| s.saturating_abs()).collect();
            overlay(&mut plain, rows[1], &kept, share);
            best.overlay(&mut fast, rows[1], &kept, share);
            prop_assert_eq!(plain, fast);

            composite_masked(&mut plain, rows[2], rows[3]);
            best.composite_masked(&mut fast, rows[2], rows[3]);
            prop_assert_eq!(plain, fast);
            let gains: Vec<i16> = rows[4].iter().take(WIDTH / GAIN_STEP + 1).map(|s| s / 8).collect();
            brighten(&mut plain, &gains, -7168);
            best.brighten(&mut fast, &gains, -7168);
            prop_assert_eq!(plain, fast);

            let mut bytes = ([0; WIDTH], [0; WIDTH]);
            to_bytes(&plain, y, (16, 235), &mut bytes.0);
            best.to_bytes(&fast, y, (16, 235), &mut bytes.1);
            prop_assert_eq!(bytes.0, bytes.1);
        }
    }

    #[test]
    fn dither_averages_to_a_half_and_spares_whole_values() {
        let all: Vec<i32> = DITHER.iter().flatten().map(|&d| i32::from(d)).collect();
        let mean = all.iter().sum::<i32>() as f64 / all.len() as f64;
        assert!((mean - 32.0).abs() <= 0.5, "mean {mean}");
        assert!(all.iter().all(|d| (16..48).contains(d)));
        for off in [-15, 15] {
            let mut out = [0; 24];
            to_bytes(&[(100 - 128) * 64 + off; 24], 3, (16, 235), &mut out);
            assert_eq!(out, [100; 24]);
        }
    }

    #[test]
    fn mixing_half_gives_the_mean() {
        let mut row = vec![64, -64, 16000];
        mix(&mut row, &[128, 64, 16000], weight(0.5));
        assert_eq!(row, [96, 0, 16000]);
        mix_with(&mut row, 0, weight(1.0));
        assert_eq!(row, [0, 0, 0]);
    }

    #[test]
    fn full_and_empty_shares_are_exact() {
        let mut row: Vec<i16> = (-16384..16384).step_by(7).collect();
        let before = row.clone();
        mix_with(&mut row, 999, weight(0.0));
        assert_eq!(row, before);
    }
}
