//! Sets of characters: what a font has, and what needs no font.

use std::ops::RangeInclusive;

/// Characters without ink of their own, which need no glyph: controls, white space, and Unicode's
/// default-ignorable code points (`DerivedCoreProperties.txt`, assigned ones), tags among them.
pub(crate) const IGNORED: [RangeInclusive<u32>; 22] = [
    0x00..=0x20,
    0x7F..=0xA0,
    0xAD..=0xAD,
    0x34F..=0x34F,
    0x61C..=0x61C,
    0x1680..=0x1680,
    0x17B4..=0x17B5,
    0x180B..=0x180F,
    0x2000..=0x200F,
    0x2028..=0x202F,
    0x205F..=0x2064,
    0x2066..=0x206F,
    0x3000..=0x3000,
    0x3164..=0x3164,
    0xFE00..=0xFE0F,
    0xFEFF..=0xFEFF,
    0xFFA0..=0xFFA0,
    0xFFF9..=0xFFFB,
    0x1BCA0..=0x1BCA3,
    0x1D173..=0x1D17A,
    0xE0001..=0xE007F,
    0xE0100..=0xE01EF,
];

pub(crate) fn is_ignored(c: char) -> bool {
    let c = u32::from(c);
    IGNORED.binary_search_by(|range| compare(range, c)).is_ok()
}

/// Sorted, merged ranges of code points.
#[derive(Default)]
pub(crate) struct Coverage(Vec<RangeInclusive<u32>>);

impl Coverage {
    pub(crate) fn new(mut ranges: Vec<RangeInclusive<u32>>) -> Self {
        ranges.retain(|range| {
            char::from_u32(*range.start()).is_some() && char::from_u32(*range.end()).is_some()
        });
        ranges.sort_unstable_by_key(|range| *range.start());
        let mut merged: Vec<RangeInclusive<u32>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if *range.start() <= last.end().saturating_add(1) => {
                    *last = *last.start()..=*last.end().max(range.end());
                }
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// The ranges, sorted; they neither overlap nor touch.
    pub(crate) fn ranges(&self) -> &[RangeInclusive<u32>] {
        &self.0
    }

    pub(crate) fn contains(&self, c: char) -> bool {
        self.0.binary_search_by(|range| compare(range, u32::from(c))).is_ok()
    }
}

fn compare(range: &RangeInclusive<u32>, c: u32) -> std::cmp::Ordering {
    if *range.end() < c {
        std::cmp::Ordering::Less
    } else if *range.start() > c {
        std::cmp::Ordering::Greater
    } else {
        std::cmp::Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_merge_when_they_touch() {
        let coverage = Coverage::new(vec![5..=9, 1..=2, 3..=4, 20..=20]);
        assert_eq!(coverage.ranges(), [1..=9, 20..=20]);
    }
}
