//! Numbers: Roman numerals, ordinals, money, dates, times and ranges.

mod amounts;
mod calendar;
pub(crate) mod dates;
pub(crate) mod eras;
pub(crate) mod money;
mod ordinal_words;
pub(crate) mod ordinals;
pub(crate) mod ranges;
mod rbnf;
pub(crate) mod roman;
pub(crate) mod roman_numerals;
pub(crate) mod telephones;
pub(crate) mod times;
pub(crate) mod years;
