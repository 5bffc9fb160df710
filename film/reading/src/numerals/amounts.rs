//! Numbers as they stand in a text, with the separators of thousands and decimals.

use std::ops::Range;

use crate::characters::{Cursor, decimal, is_word};

/// A number in digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) written: Range<usize>,
    /// The whole part without separators, in ASCII digits.
    pub(crate) whole: String,
    /// The decimals in ASCII digits; empty if there are none.
    pub(crate) decimals: String,
    /// True if it has a separator of thousands.
    pub(crate) grouped: bool,
}

impl Amount {
    /// The value of a whole number without separators.
    pub(crate) fn plain(&self) -> Option<u32> {
        if self.grouped || !self.decimals.is_empty() { None } else { self.whole.parse().ok() }
    }
}

/// Where a number may begin: at a digit, behind neither a letter nor another number.
pub(crate) fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut before = None;
    text.char_indices().filter_map(move |(at, c)| {
        let previous = before.replace(c);
        let first = decimal(c).is_some() && !previous.is_some_and(is_word);
        first.then_some(at)
    })
}

/// A number with separators of thousands has no more digits than this, so that a row of them as long as the text is not
/// read to its end from each of its parts.
const MOST_GROUPED: usize = 30;

/// The number at a place. A mark before exactly three digits divides thousands, unless it came before as a decimal
/// mark; a comma or full stop before any other count of digits begins the decimals.
pub(crate) fn amount(text: &str, at: usize) -> Option<Amount> {
    let mut cursor = Cursor::new(text, at);
    let mut whole = digits(&mut cursor);
    if whole.is_empty() {
        return None;
    }
    let mut grouped = false;
    let mut decimals = String::new();
    let mut group = None;
    loop {
        let mut next = cursor;
        let Some(mark) = next.take(|c| matches!(c, ',' | '.' | '\u{A0}' | '\u{202F}' | '٬' | '٫' | '’'))
        else {
            break;
        };
        let run = digits(&mut next);
        let thousands = run.len() == 3 && whole.len() <= 3 || run.len() == 3 && grouped;
        // Indian grouping: 1,00,000.
        let mut after = next;
        let indian =
            mark == ',' && run.len() == 2 && after.take(|c| c == ',').is_some() && after.number().is_some();
        if (thousands && whole != "0" || indian) && group.is_none_or(|group| group == mark) {
            (grouped, group) = (true, Some(mark));
            whole.push_str(&run);
            if whole.len() > MOST_GROUPED {
                return None;
            }
        } else if matches!(mark, ',' | '.' | '٫') && !run.is_empty() && group != Some(mark) {
            decimals = run;
            cursor = next;
            break;
        } else {
            break;
        }
        cursor = next;
    }
    Some(Amount { written: at..cursor.at, whole, decimals, grouped })
}

/// True if the number goes on with decimals.
pub(crate) fn decimals_follow(mut cursor: Cursor<'_>) -> bool {
    cursor.take(|c| matches!(c, '.' | ',')).is_some() && cursor.number().is_some()
}

fn digits(cursor: &mut Cursor<'_>) -> String {
    let mut out = String::new();
    while let Some(value) = cursor.peek().and_then(decimal) {
        out.extend(char::from_digit(value, 10));
        cursor.take(|_| true);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_told_apart() {
        for (text, whole, decimals) in [
            ("25", "25", ""),
            ("1,000", "1000", ""),
            ("1.000", "1000", ""),
            ("1,000,000.50", "1000000", "50"),
            ("1.234,50", "1234", "50"),
            ("3,50", "3", "50"),
            ("2.5", "2", "5"),
            ("1,00,000", "100000", ""),
            ("1\u{A0}500,25", "1500", "25"),
            ("٢٥", "25", ""),
            ("0.125", "0", "125"),
            ("12.", "12", ""),
        ] {
            let found = amount(text, 0).expect(text);
            assert_eq!((found.whole.as_str(), found.decimals.as_str()), (whole, decimals), "{text}");
        }
    }

    #[test]
    fn a_number_begins_at_a_digit_that_follows_no_letter() {
        assert_eq!(starts("a1 23 4x").collect::<Vec<_>>(), [3, 6]);
    }
}
