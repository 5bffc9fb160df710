//! Amounts as the demo prints them.

use std::time::Duration;

/// A duration: `0.42 s`, `17.3 s`, `2 min 05 s`, `1 h 02 min`.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{:.2} s", time.as_secs_f64()),
        1..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// A duration in milliseconds, formatted as by [`time`].
pub(crate) fn time_ms(milliseconds: u64) -> String {
    time(Duration::from_millis(milliseconds))
}

/// The time left, no more precise than the estimate is.
pub(crate) fn time_left(left: Duration) -> String {
    match left.as_secs() {
        0 => "nearly there".to_owned(),
        seconds @ 1..60 => format!("about {seconds} s left"),
        seconds => format!("about {} min left", seconds.div_ceil(60)),
    }
}

/// An amount in US dollars with four decimals, because a film may cost fractions of a cent: `$0.0123`.
#[allow(clippy::cast_precision_loss, reason = "exact below nine billion dollars")]
pub(crate) fn dollars(micro_usd: u64) -> String {
    format!("${:.4}", micro_usd as f64 / 1e6)
}

/// A number with its noun: `6 scenes`, `1 scene`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_precision_that_is_of_use() {
        assert_eq!(time_ms(420), "0.42 s");
        assert_eq!(time_ms(17_340), "17.3 s");
        assert_eq!(time_ms(125_900), "2 min 05 s");
        assert_eq!(time_ms(3_725_000), "1 h 02 min");
        assert_eq!(time_left(Duration::from_millis(300)), "nearly there");
        assert_eq!(time_left(Duration::from_secs(59)), "about 59 s left");
        assert_eq!(time_left(Duration::from_secs(61)), "about 2 min left");
    }

    #[test]
    fn amounts_read_well() {
        assert_eq!(dollars(12_345), "$0.0123");
        assert_eq!((count(1, "scene"), count(0, "scene")), ("1 scene".to_owned(), "0 scenes".to_owned()));
    }
}
