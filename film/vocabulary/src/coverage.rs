//! The characters that the shipped fonts can draw.
//!
//! The table `coverage.txt` is printed from the fonts by `film/captions/examples/coverage.rs`, and a test of that
//! crate fails when the two differ. It lets a service refuse a text without loading a font.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// One range a line, `FIRST-LAST` in hexadecimal, sorted; ranges neither overlap nor touch.
static RANGES: LazyLock<Vec<RangeInclusive<char>>> = LazyLock::new(|| {
    let parse = |hex: &str| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    let range = |line: &str| {
        let (first, last) = line.split_once('-')?;
        Some(parse(first)?..=parse(last)?)
    };
    include_str!("coverage.txt").lines().filter_map(range).collect()
});

/// All ranges of characters that can be drawn, sorted; they neither overlap nor touch.
#[must_use]
pub fn ranges() -> &'static [RangeInclusive<char>] {
    &RANGES
}

/// Whether a shipped font draws this character, or it is one that needs no glyph.
#[must_use]
pub fn contains(c: char) -> bool {
    let after = RANGES.partition_point(|range| *range.start() <= c);
    after > 0 && c <= *RANGES[after - 1].end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_range_and_they_are_sorted() {
        assert_eq!(ranges().len(), include_str!("coverage.txt").lines().count());
        assert!(ranges().iter().all(|range| range.start() <= range.end()));
        assert!(ranges().windows(2).all(|pair| pair[0].end() < pair[1].start()));
    }

    #[test]
    fn both_ends_of_a_range_are_in_it_and_the_next_character_is_not() {
        for range in ranges() {
            assert!(contains(*range.start()) && contains(*range.end()));
            let next = char::from_u32(u32::from(*range.end()) + 1);
            assert!(next.is_none_or(|next| !contains(next)));
        }
    }
}
