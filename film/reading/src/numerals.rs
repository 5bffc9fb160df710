//! Numbers: Roman numerals, ordinals, money, dates, times and ranges.

pub(crate) mod rbnf;
