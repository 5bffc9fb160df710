//! How often, and after which delays, a provider is asked again.

use std::time::Duration;

/// Retries with exponential backoff and jitter.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Calls of one provider, the first included; at least 1 is made.
    pub tries: u32,
    /// The longest delay before the second try; it doubles with each further try.
    pub base: Duration,
}

impl Default for Backoff {
    /// Three tries, at most 0.6 s and 1.2 s apart. By then a throttle of Polly (8 calls a second) or Bedrock has passed,
    /// or it lasts for longer than a viewer should wait for a better picture.
    fn default() -> Self {
        Self { tries: 3, base: Duration::from_millis(600) }
    }
}

impl Backoff {
    /// The delay after a failed try, counted from 1. Half of it is random: scenes are made in parallel and are throttled
    /// together, and must not all come back at the same moment.
    pub(crate) fn delay(&self, failed_tries: u32) -> Duration {
        let longest = self.base.saturating_mul(1 << (failed_tries - 1).min(16));
        longest.mul_f64(rand::random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_and_are_jittered() {
        let backoff = Backoff { tries: 3, base: Duration::from_millis(100) };
        for (failed_tries, longest) in [(1, 100), (2, 200), (3, 400)] {
            let delays: Vec<Duration> = (0..50).map(|_| backoff.delay(failed_tries)).collect();
            assert!(delays.iter().all(|delay| (longest / 2..=longest).contains(&(delay.as_millis() as u64))));
            assert!(delays.iter().any(|delay| *delay != delays[0]));
        }
    }
}
