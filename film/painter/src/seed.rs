//! Seeded randomness. A picture must come out the same after any dependency is upgraded, so the generator is a named
//! algorithm (SplitMix64) and not a library's default one, which may change between releases.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

use crate::noise::Noise;

/// A stream of random numbers for one purpose.
///
/// Purposes are named, so that adding a draw to one part of a picture leaves all other parts as they were.
#[derive(Clone, Debug)]
pub(crate) struct Stream(SplitMix64);

impl Stream {
    /// The stream of `seed` for one named purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a spreads the name over all bits; one step of the generator then mixes in the seed.
        let name = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut stream = Self(SplitMix64::seed_from_u64(seed ^ name));
        stream.next();
        stream
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..1`.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// A number in `from..to`.
    pub(crate) fn range(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.unit()
    }

    /// A whole number in `from..=to`.
    pub(crate) fn count(&mut self, from: u32, to: u32) -> u32 {
        from + (self.next() % u64::from(to - from + 1)) as u32
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f32) -> bool {
        self.unit() < p
    }

    /// −1 or 1, each as likely.
    pub(crate) fn sign(&mut self) -> f32 {
        if self.chance(0.5) { -1.0 } else { 1.0 }
    }

    /// One of `choices`, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.next() % choices.len() as u64) as usize]
    }

    /// Noise with a seed of this stream.
    pub(crate) fn noise(&mut self) -> Noise {
        Noise::new(self.next() as u32)
    }
}
