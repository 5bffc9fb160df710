//! Grain that prevents banding in skies.
//!
//! An encoder quantises a soft gradient into steps, however finely it was dithered, because dither is the first thing
//! that it drops. Grain of about two pixels has its energy at frequencies that the encoder keeps. It is part of the
//! picture and moves with it, so the encoder predicts it from earlier frames and the bit rate stays the same.
//!
//! By Netflix's detector of banding (CAMBI; 0 is none, 24 the worst) the mean of a scene that fades from black falls from
//! 13.0 to 3.7 under stars, and from 4.5 to 2.7 at dawn over water; between the fades nothing is left of it.

use film_painter::Size;

use crate::rng::SeededRng;

/// RMS of the grain, in code values. Half of it leaves half of the bands; at this strength grain is not seen in motion.
pub(super) const STRENGTH: f32 = 1.2;

/// Width and height in pixels of the tile that is repeated.
const TILE: usize = 512;

/// Frames whose shorter side has up to this many pixels get the finest grain; larger ones get coarser grain.
const FINEST_GRAIN_LINES: u32 = 1080;

/// Adds grain to luma, rows of `width` code values, of a picture for frames of a size.
pub(super) fn add(codes: &mut [f32], width: usize, frame: Size, strength: f32) {
    let tile = tile(strength, frame.width.min(frame.height).div_ceil(FINEST_GRAIN_LINES).max(1));
    for (row, grain) in codes.chunks_exact_mut(width).zip(tile.chunks_exact(TILE).cycle()) {
        for (code, grain) in row.iter_mut().zip(grain.iter().cycle()) {
            *code += grain;
        }
    }
}

/// Noise without edges, softened to `size` times the finest grain.
fn tile(strength: f32, size: u32) -> Vec<f32> {
    // Any fixed number: a scene that is rendered again must be the same.
    let mut seed = SeededRng::new(0x67_7261_696e);
    let mut noise: Vec<f32> = (0..TILE * TILE).map(|_| (seed.unit() + seed.unit() - 1.0) as f32).collect();
    // Variances of filters that follow one another add up: twice as wide takes four times as many.
    for _ in 0..2 * size * size {
        blur(&mut noise, 1);
        blur(&mut noise, TILE);
    }
    let power = noise.iter().map(|n| n * n).sum::<f32>() / noise.len() as f32;
    let gain = strength / power.sqrt();
    noise.iter_mut().for_each(|n| *n *= gain);
    noise
}

/// Weights 1 2 1 on samples that are `apart`, round the tile's edges.
fn blur(noise: &mut [f32], apart: usize) {
    let before = noise.to_vec();
    let wrapped = |at: usize| if apart == 1 { at % TILE } else { at / TILE };
    let step = |at: usize, by: usize| {
        let place = (wrapped(at) + by) % TILE;
        if apart == 1 { at - at % TILE + place } else { place * TILE + at % TILE }
    };
    for (at, value) in noise.iter_mut().enumerate() {
        let around = before[step(at, 1)] + before[step(at, TILE - 1)];
        *value = before[at] / 2.0 + around / 4.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grain_of(frame: Size) -> Vec<f32> {
        let mut codes = vec![100.0; TILE * TILE];
        add(&mut codes, TILE, frame, STRENGTH);
        codes.iter().map(|code| code - 100.0).collect()
    }

    /// How like its right neighbour a sample is, -1 to 1.
    fn autocorrelation(grain: &[f32], apart: usize) -> f32 {
        let power: f32 = grain.iter().map(|n| n * n).sum();
        grain.iter().zip(&grain[apart..]).map(|(a, b)| a * b).sum::<f32>() / power
    }

    #[test]
    fn grain_is_as_strong_as_stated_and_darkens_nothing() {
        let grain = grain_of(Size { width: 1920, height: 1080 });
        let count = grain.len() as f32;
        let mean = grain.iter().sum::<f32>() / count;
        let rms = (grain.iter().map(|n| n * n).sum::<f32>() / count).sqrt();
        assert!(mean.abs() < 0.02 && (rms - STRENGTH).abs() < 0.01, "mean {mean}, rms {rms}");
        assert!(grain.iter().all(|n| n.abs() < 5.0 * STRENGTH));
    }

    /// A frame with twice the pixels shows grain of the same size to the eye.
    #[test]
    fn grain_of_4k_is_twice_as_wide() {
        let hd = grain_of(Size { width: 1080, height: 1920 });
        let uhd = grain_of(Size { width: 3840, height: 2160 });
        for apart in [1, 2] {
            let (narrow, wide) = (autocorrelation(&hd, apart), autocorrelation(&uhd, 2 * apart));
            assert!((narrow - wide).abs() < 0.06, "{narrow} at {apart}, {wide} at twice that");
        }
        assert!(autocorrelation(&hd, 8).abs() < 0.02);
    }

    #[test]
    fn the_tile_has_no_seam() {
        let tile = tile(STRENGTH, 1);
        let steps = |at: fn(usize) -> (usize, usize)| {
            (0..TILE).map(at).map(|(a, b)| (tile[a] - tile[b]).powi(2)).sum::<f32>() / TILE as f32
        };
        let within = steps(|y| (y * TILE + 300, y * TILE + 301));
        let seam = steps(|y| (y * TILE + TILE - 1, y * TILE));
        assert!((0.7..1.4).contains(&(seam / within)), "{seam} at the seam, {within} elsewhere");
    }
}
