//! What steps really cost, in millionths of a dollar: list prices in US East (Virginia), without free tiers and
//! taxes.
//!
//! | What | Price | Source |
//! |---|---|---|
//! | Lambda, arm64 and x86 | $0.0000133334 and $0.0000166667 a GB-second | <https://aws.amazon.com/lambda/pricing/> |
//! | Bedrock, Stable Image Core, SD 3.5 Large, Stable Image Ultra | $0.04, $0.08, $0.14 a picture | <https://aws.amazon.com/bedrock/pricing/> |
//! | Polly, standard, neural, generative, long-form | $4, $16, $30, $100 a million characters | <https://aws.amazon.com/polly/pricing/> |
//! | painter, Kokoro, hibari, espeak-ng, FFmpeg | their time on Lambda | |

use std::time::Duration;

/// A GB-second of the architecture that this is compiled for.
const MICRO_USD_PER_GB_S: f64 = if cfg!(target_arch = "x86_64") { 16.666_7 } else { 13.333_4 };

/// What a function of so much memory costs while it runs; every begun millionth counts.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a day on the largest function is below 2^24 millionths"
)]
pub fn run_micro_usd(ran: Duration, memory_mb: u32) -> u64 {
    (ran.as_secs_f64() * f64::from(memory_mb) / 1024.0 * MICRO_USD_PER_GB_S).ceil() as u64
}

/// A picture by a Bedrock model; one that is not in the table counts as the dearest that is.
#[must_use]
pub fn picture_micro_usd(model: &str) -> u64 {
    if model.contains("stable-image-core") {
        40_000
    } else if model.contains("sd3-5-large") {
        80_000
    } else {
        140_000
    }
}

/// Speech by one of Polly's engines. A text is asked for twice, for its sound and for the times of its words,
/// and both are charged.
#[must_use]
pub fn speech_micro_usd(engine: &str, text: &str) -> u64 {
    let each = match engine {
        "standard" => 4,
        "neural" => 16,
        "long-form" => 100,
        _ => 30,
    };
    2 * each * text.chars().count() as u64
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

    #[test]
    fn remote_providers_are_charged_by_picture_and_character() {
        assert_eq!(picture_micro_usd("stability.stable-image-core-v1:1"), 40_000);
        assert_eq!(picture_micro_usd("stability.sd3-5-large-v1:0"), 80_000);
        assert_eq!(picture_micro_usd("stability.stable-image-ultra-v1:1"), 140_000);
        assert_eq!(speech_micro_usd("neural", "शान्ति"), 2 * 16 * 6);
        assert_eq!(speech_micro_usd("standard", ""), 0);
    }
}
