//! Letters in another form: mathematical and full-width letters, ligatures, circled letters, presentation forms. They
//! are read as the plain letters of their compatibility decomposition (NFKC).

use unicode_normalization::UnicodeNormalization;

use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let mut found: Vec<Rewrite> = Vec::new();
    let mut rest = text.char_indices().filter(|(_, c)| is_styled(*c)).peekable();
    while let Some((start, c)) = rest.next() {
        let mut end = start + c.len_utf8();
        while let Some((at, c)) = rest.next_if(|(at, _)| *at == end) {
            end = at + c.len_utf8();
        }
        let plain: String = text[start..end].chars().map(unboxed).nfkc().collect();
        found.push(Rewrite::text(start..end, plain, Kind::LetterForm));
    }
    found
}

/// True for characters whose compatibility decomposition is how they are read. Left out are those whose decomposition
/// reads otherwise (`½`, `…`, `²`), and full-width punctuation, which is that of Chinese and Japanese.
fn is_styled(c: char) -> bool {
    matches!(c,
        '\u{017F}' | '\u{0132}'..='\u{0133}' | '\u{01C4}'..='\u{01CC}' | '\u{01F1}'..='\u{01F3}' | '\u{1E9B}'
        // Subscripts
        | '\u{2080}'..='\u{209C}'
        // !! ?? ?! !?
        | '\u{203C}' | '\u{2047}'..='\u{2049}'
        // Letterlike symbols that are letters, and Roman numerals
        | '\u{2102}' | '\u{210A}'..='\u{2113}' | '\u{2115}'..='\u{2116}' | '\u{2119}'..='\u{211D}' | '\u{2124}'
        | '\u{2128}' | '\u{212A}'..='\u{212D}' | '\u{212F}'..='\u{2138}' | '\u{2145}'..='\u{2149}'
        | '\u{2160}'..='\u{217F}'
        // Circled and parenthesised letters and numbers, dingbats of numbers
        | '\u{2460}'..='\u{24FF}' | '\u{2776}'..='\u{2793}'
        // Radicals, ideographs in circles, squared words
        | '\u{2E9F}' | '\u{2EF3}' | '\u{2F00}'..='\u{2FD5}' | '\u{3200}'..='\u{33FF}' | '\u{F900}'..='\u{FAFF}'
        // Ligatures, presentation forms, small and half-width forms
        | '\u{FB00}'..='\u{FB06}' | '\u{FB13}'..='\u{FB17}' | '\u{FB1D}'..='\u{FB4F}'
        | '\u{FB50}'..='\u{FD3D}' | '\u{FD50}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FDFC}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{FE50}'..='\u{FE6B}' | '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}'
        | '\u{FF66}'..='\u{FF9F}'
        // Mathematical letters and digits, letters in squares and circles
        | '\u{1D400}'..='\u{1D7FF}' | '\u{1F100}'..='\u{1F10A}' | '\u{1F110}'..='\u{1F16B}'
        | '\u{1F170}'..='\u{1F189}' | '\u{1F200}'..='\u{1F248}' | '\u{1FBF0}'..='\u{1FBF9}'
        | '\u{2F800}'..='\u{2FA1D}')
}

/// Letters and numbers in black circles and squares, which have no decomposition.
fn unboxed(c: char) -> char {
    let letter = |first: u32| char::from_u32(u32::from('A') + u32::from(c) - first).unwrap_or(c);
    let number = |first: u32| char::from_u32(u32::from('\u{2460}') + u32::from(c) - first).unwrap_or(c);
    match c {
        '\u{1F150}'..='\u{1F169}' => letter(0x1F150),
        '\u{1F170}'..='\u{1F189}' => letter(0x1F170),
        '\u{2776}'..='\u{277F}' => number(0x2776),
        '\u{2780}'..='\u{2789}' => number(0x2780),
        '\u{278A}'..='\u{2793}' => number(0x278A),
        // ⓫ to ⓴, ⓵ to ⓾, ⓿
        '\u{24EB}'..='\u{24F4}' => char::from_u32(u32::from('\u{246A}') + u32::from(c) - 0x24EB).unwrap_or(c),
        '\u{24F5}'..='\u{24FE}' => number(0x24F5),
        '\u{24FF}' => '0',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn left(text: &str) -> String {
        Draft::new(text).apply(&rewrites(text, &Options::default())).text().to_owned()
    }

    #[test]
    fn styled_letters_are_plain_letters() {
        for (text, expected) in [
            ("𝐁𝐥𝐞𝐬𝐬𝐞𝐝 𝓪𝓻𝓮 ｔｈｅ ﬁrst", "Blessed are the first"),
            ("🅱🅻🅴🆂🆂🅴🅳 Ⓐⓜⓔⓝ", "BLESSED Amen"),
            ("Psalm Ⅷ ① ❷ ⓬", "Psalm VIII 1 2 12"),
            ("H₂O ſon Ǆ", "H2O son DŽ"),
            ("ﺍﻟﺤﻤﺪ ﷲ", "الحمد الله"),
            ("שּׁ ﬡ", "שּׁ א"),
            ("ｱｰﾒﾝ", "アーメン"),
        ] {
            assert_eq!(left(text), expected);
        }
    }

    #[test]
    fn signs_that_only_resemble_others_stay() {
        for text in ["½ cup…", "主よ，憐れみ！", "m² ª º"] {
            assert_eq!(left(text), text);
        }
    }
}
