//! Numbers: Roman numerals, ordinals, money, dates, times and ranges.

pub(crate) mod ordinal_words;
pub(crate) mod rbnf;
pub(crate) mod roman;
pub(crate) mod roman_numerals;
