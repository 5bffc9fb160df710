//! Numbers in Ethiopic digits, which espeak-ng leaves out.

use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().filter(|(_, c)| is_digit(*c)).peekable();
    while let Some((start, c)) = rest.next() {
        let mut end = start + c.len_utf8();
        while let Some((at, c)) = rest.next_if(|(at, _)| *at == end) {
            end = at + c.len_utf8();
        }
        if let Some(number) = value(&text[start..end]) {
            found.push(Rewrite::text(start..end, number.to_string(), Kind::Number));
        }
    }
    found
}

fn is_digit(c: char) -> bool {
    matches!(c, '\u{1369}'..='\u{137C}')
}

/// The value of a numeral: pairs of tens and ones, multiplied by ፻ (100) and ፼ (10,000) behind them, where an absent
/// one before a multiplier counts as 1.
fn value(numeral: &str) -> Option<u64> {
    let (mut total, mut hundreds, mut pair) = (0_u64, 0_u64, 0_u64);
    for c in numeral.chars() {
        let offset = u64::from(u32::from(c)) - 0x1369;
        match offset {
            0..=8 => pair += offset + 1,
            9..=17 => pair += (offset - 8) * 10,
            18 => {
                hundreds += pair.max(1) * 100;
                pair = 0;
            }
            _ => {
                total = total.checked_add((hundreds + pair).max(1))?.checked_mul(10_000)?;
                (hundreds, pair) = (0, 0);
            }
        }
    }
    total.checked_add(hundreds + pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_have_their_value() {
        for (numeral, expected) in [
            ("፩", 1),
            ("፲፪", 12),
            ("፳፫", 23),
            ("፻", 100),
            ("፻፶", 150),
            ("፲፱፻፺፱", 1999),
            ("፼", 10_000),
            ("፪፼፫፻፬", 20_304),
        ] {
            assert_eq!(value(numeral), Some(expected), "{numeral}");
        }
        let found = rewrites("ምዕራፍ ፳፫", &Options::new("am"));
        assert_eq!(found.len(), 1);
    }
}
