//! Digits of every script.

/// The value of a decimal digit of any script (general category Nd).
pub(crate) fn value(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    // Each script's ten digits stand in a row that begins at a multiple of ten from these zeros (Unicode 17, Nd).
    let at = ZEROS.partition_point(|zero| *zero <= u32::from(c)).checked_sub(1)?;
    let value = u32::from(c) - ZEROS[at];
    (value < 10).then_some(value)
}

/// The digit of zero of every script.
const ZEROS: &[u32] = &[
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// The number with its digits as ASCII digits; other characters stay.
pub(crate) fn to_ascii(text: &str) -> String {
    text.chars().map(|c| value(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script;
    use icu_properties::props::GeneralCategory;

    #[test]
    fn every_decimal_digit_of_the_basic_plane_has_its_value() {
        for c in (0..0x1_0000).filter_map(char::from_u32) {
            assert_eq!(value(c).is_some(), script::category(c) == GeneralCategory::DecimalNumber, "{c:?}");
        }
        assert_eq!(to_ascii("१०८, ٢٥٥, ௧௨"), "108, 255, 12");
    }
}
