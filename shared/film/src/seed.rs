//! Numbers that look random and are the same on every machine, for ever.
//!
//! A film's artefacts are stored under a hash of their inputs, so a generator whose stream may change between
//! releases of a library is no use here. This is SplitMix64 (Steele, Lea and Flood, 2014).

/// A stream of numbers decided by a seed.
#[derive(Clone, Debug)]
pub(crate) struct Seed(u64);

impl Seed {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
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
