//! What steps really cost, in millionths of a dollar: list prices in US East (Virginia), without free tiers and
//! taxes.
//!
//! | What | Price | Source |
//! |---|---|---|
//! | Lambda, arm64 and x86 | $0.0000133334 and $0.0000166667 a GB-second | <https://aws.amazon.com/lambda/pricing/> |
//! | Bedrock, Polly | see the crate `providers` | |
//! | painter, Kokoro, hibari, espeak-ng, FFmpeg | their time on Lambda | |

use std::time::Duration;

/// A GB-second of the architecture that this is compiled for.
const MICRO_USD_PER_GB_S: f64 = if cfg!(target_arch = "x86_64") { 16.666_7 } else { 13.333_4 };

/// What a Lambda function with `memory_mb` costs while it runs, millionths of a dollar, rounded up.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a day on the largest function is below 2^24 millionths"
)]
pub fn run_micro_usd(ran: Duration, memory_mb: u32) -> u64 {
    (ran.as_secs_f64() * f64::from(memory_mb) / 1024.0 * MICRO_USD_PER_GB_S).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_a_gigabyte_is_the_list_price() {
        let each = run_micro_usd(Duration::from_secs(1000), 1024);
        assert_eq!(each, if cfg!(target_arch = "x86_64") { 16_667 } else { 13_334 });
        assert_eq!(run_micro_usd(Duration::from_secs(1000), 2048).div_ceil(2), each);
        assert_eq!(run_micro_usd(Duration::from_millis(1), 3008), 1, "what has begun counts");
        assert_eq!(run_micro_usd(Duration::ZERO, 3008), 0);
    }
}
