//! Telephone numbers and other long numbers, digit by digit: `(555) 123-4567`, `+91 98765 43210`, `0711/123456`.

use std::sync::LazyLock;

use regex::Regex;

use crate::characters::{decimal, is_dash, is_word};
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};

/// With a country's code, with an area in brackets, as in North America, with a leading zero, as in India, and long
/// numbers in one piece. French numbers in pairs are said as pairs, which every voice does.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"\+\d{1,3}(?:[ .\-/]?\(?\d{2,5}\)?){2,5}",
        r"|\(\d{2,5}\)[ ]?\d{3,5}(?:[ \-.]?\d{2,4}){1,2}",
        r"|(?:1[-. ])?[2-9]\d{2}[-.]\d{3}[-.]\d{4}",
        r"|[2-9]\d{2}-\d{4}",
        r"|0\d{1,4}[ \-/]\d{3,8}(?:[ \-]\d{2,4}){0,3}",
        r"|[6-9]\d{4}[ \-]\d{5}",
        r"|\d{8,15}"
    ))
});

/// Fewer or more digits are something else.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Numbers whose digits are said one by one, with a pause between their parts.
pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let found = NUMBER.find_iter(text).filter_map(|found| {
        let joined = |c: char| {
            is_word(c) || is_dash(c) || matches!(c, '.' | ',' | '/' | ':' | '$' | '€' | '£' | '₹' | '#')
        };
        let before = text[..found.start()].chars().next_back();
        let mut after = text[found.end()..].chars();
        let goes_on = match after.next() {
            Some(c) if is_dash(c) || matches!(c, '.' | ',' | '/' | ':') => {
                after.next().and_then(decimal).is_some()
            }
            Some(c) => is_word(c),
            None => false,
        };
        if before.is_some_and(joined) || goes_on {
            return None;
        }
        let parts: Vec<String> = found
            .as_str()
            .split(|c: char| decimal(c).is_none())
            .filter(|part| !part.is_empty())
            .map(|part| {
                let digits = part.chars().filter_map(|c| Some(decimal(c)?.to_string()));
                digits.collect::<Vec<_>>().join(" ")
            })
            .collect();
        let digits: usize = parts.iter().map(|part| part.len().div_ceil(2)).sum();
        // A round number is an amount.
        let round = parts.len() == 1 && parts[0].ends_with("0 0 0");
        let spoken = || Rewrite::text(found.range(), parts.join(", "), Kind::Number);
        (DIGITS.contains(&digits) && !round).then(spoken)
    });
    found.collect()
}
