//! Letters, digits and words, as the passes that read references and numbers need them.

use std::ops::Range;

use icu_properties::props::GeneralCategory;
use unicode_normalization::UnicodeNormalization;

pub(crate) use crate::digits::value as decimal;
pub(crate) use crate::script::is_word;

use crate::script;

/// True for a letter of a script that has capitals.
pub(crate) fn is_cased(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase()
}

/// True for a space within a line.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '\u{2007}')
}

/// True for a hyphen or dash between two numbers.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{5BE}')
}

/// True for a currency sign.
pub(crate) fn is_currency(c: char) -> bool {
    script::category(c) == GeneralCategory::CurrencySymbol
}

/// A word for comparison: small letters, without points and accents in the scripts where these are optional (Latin,
/// Arabic, Hebrew). The vowel signs of Indic scripts are letters and stay.
pub(crate) fn folded(word: &str) -> String {
    #[cfg(test)]
    crate::work::add(word.len());
    let optional = |c: char| {
        matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}'..='\u{5C7}' | '\u{610}'..='\u{61A}'
            | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{200C}' | '\u{200D}')
    };
    let mut out = String::with_capacity(word.len());
    for c in word.chars().nfd() {
        // A hamza is part of waw and ya, but alif is often written without it.
        let hamza = c == '\u{654}' && !out.ends_with('ا');
        if optional(c) && !hamza {
            continue;
        }
        match c {
            '’' | 'ʼ' | '‘' | '׳' => out.push('\''),
            '״' | '“' | '”' => out.push('"'),
            'ٱ' => out.push('ا'),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// A place in a text that moves forward.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    pub(crate) at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        #[cfg(test)]
        crate::work::add(1);
        self.rest().chars().next()
    }

    /// The character before the place.
    pub(crate) fn before(&self) -> Option<char> {
        self.text.get(..self.at).and_then(|text| text.chars().next_back())
    }

    /// Passes over characters as long as they fit, and says whether there was one.
    pub(crate) fn skip(&mut self, fits: impl Fn(char) -> bool) -> bool {
        let rest = self.rest();
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        #[cfg(test)]
        crate::work::add(length);
        self.at += length;
        length > 0
    }

    /// Passes over one character if it fits.
    pub(crate) fn take(&mut self, fits: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|c| fits(*c))?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(crate) fn spaces(&mut self) -> bool {
        self.skip(is_space)
    }

    /// A number of at most six decimal digits of any script.
    pub(crate) fn number(&mut self) -> Option<u32> {
        let mut next = *self;
        let (mut value, mut digits) = (0_u32, 0);
        while let Some(digit) = next.peek().and_then(decimal) {
            digits += 1;
            if digits > 6 {
                return None;
            }
            value = value * 10 + digit;
            next.take(|_| true);
        }
        if digits == 0 {
            return None;
        }
        *self = next;
        Some(value)
    }

    /// The word at the place, without moving; empty if there is none.
    pub(crate) fn word(&self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        #[cfg(test)]
        crate::work::add(length);
        &rest[..length]
    }
}

/// The byte ranges of the words of a text: runs of letters, digits and marks.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find(is_word)?;
        let rest = &text[start..];
        at = start + rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        Some(start..at)
    })
}

/// The last word before a place, if nothing but spaces lies between.
pub(crate) fn word_before(text: &str, at: usize) -> &str {
    let head = text.get(..at).unwrap_or_default().trim_end_matches(is_space);
    let start = head.char_indices().rev().take_while(|(_, c)| is_word(*c)).last();
    start.map_or("", |(start, _)| &head[start..])
}

/// True if the sentence goes on behind an abbreviation's full stop.
pub(crate) fn continues(mut cursor: Cursor<'_>) -> bool {
    cursor.spaces();
    cursor
        .peek()
        .is_some_and(|c| c.is_lowercase() || matches!(c, ',' | ';' | ':' | ')' | ']' | '-' | '–' | '—'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_of_every_script_have_their_value() {
        for (digits, value) in
            [("2750", 2750), ("٢٧٥٠", 2750), ("२४७", 247), ("௪௬", 46), ("４６", 46), ("۱۲", 12)]
        {
            assert_eq!(Cursor::new(digits, 0).number(), Some(value), "{digits}");
        }
        for other in ["²", "①", "Ⅳ", "፩", "a", "½"] {
            assert_eq!(Cursor::new(other, 0).number(), None, "{other}");
        }
    }

    #[test]
    fn words_are_compared_without_optional_marks() {
        assert_eq!(folded("Éxodo"), "exodo");
        assert_eq!(folded("سُورَة"), folded("سورة"));
        assert_eq!(folded("תְּהִלִּים"), "תהלים");
        assert_ne!(folded("गीता"), folded("गत"));
    }

    #[test]
    fn the_word_before_a_place_is_found_over_spaces() {
        assert_eq!(word_before("King  Henry VIII", 12), "Henry");
        assert_eq!(word_before("(VIII", 1), "");
        assert_eq!(word_before("अध्याय 4", "अध्याय ".len()), "अध्याय");
    }
}
