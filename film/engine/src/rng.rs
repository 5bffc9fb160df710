//! A pseudo-random generator with the same stream on every machine and in every release.
//!
//! Artefacts are stored under a hash of their inputs, so the stream may not change with a release of a library. That of
//! SplitMix64 is fixed by its definition.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// A stream of numbers that a seed determines.
#[derive(Clone, Debug)]
pub(crate) struct SeededRng(SplitMix64);

impl SeededRng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SplitMix64::seed_from_u64(seed))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// 0.0 .. 1.0
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// One of `0 .. count`; `count` must not be zero.
    pub(crate) fn pick(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }
}
