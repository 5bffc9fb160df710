//! What the service allows at each resolution: who may have it, and how long a film may be.

use film_vocabulary::Resolution;

/// Bytes of disk for joining a film: the most that Lambda has (`EphemeralStorage` in `template.yaml`), less 2 % for the
/// sound and for the file system itself.
const DISK_BYTES: u64 = 10_035 << 20;

/// How many times the expected bytes are held, because an uploaded photograph may be all grain.
const MARGIN: u64 = 3;

/// Whether only paying tenants may ask for a resolution.
#[must_use]
pub const fn is_premium(resolution: Resolution) -> bool {
    matches!(resolution, Resolution::P2160)
}

/// The longest film that can be joined at a resolution, in milliseconds: its clips and the film itself must fit the
/// disk together, with pictures that move as much as any that the painter makes.
pub(crate) const fn longest_film_ms(resolution: Resolution) -> u64 {
    DISK_BYTES * MARGIN / (2 * bytes_per_ms(resolution))
}

/// The most bytes that a millisecond of film may take: [`MARGIN`] times what the encoder's settings give for pictures
/// that move as much as any that the painter makes.
pub(crate) const fn bytes_per_ms(resolution: Resolution) -> u64 {
    match resolution {
        Resolution::P480 => 500,
        Resolution::P720 => 1_000,
        Resolution::P1080 => 2_000,
        Resolution::P2160 => 8_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use storyboard::LONGEST_FILM_MIN;

    #[test]
    fn only_4k_is_too_large_for_the_disk_before_it_is_too_long_to_speak() {
        let longest_min = |resolution: Resolution| longest_film_ms(resolution) / 60_000;
        for resolution in [Resolution::P480, Resolution::P720, Resolution::P1080] {
            assert!(longest_min(resolution) >= u64::from(LONGEST_FILM_MIN));
        }
        assert_eq!(longest_min(Resolution::P2160), 32);
    }
}
