//! Letters in another form: mathematical, circled and full-width letters, ligatures, presentation forms.
//!
//! Their plain letters are those of the compatibility decomposition (NFKC), taken for these characters alone: over a
//! whole text it would also raise digits to the line (`¹`), break fractions apart, and put the marks of scripture into
//! another order.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::document::Stretch;
use crate::kind::Kind;

/// The runs of letters in another form in a text, with their plain letters. Full-width letters are at home between
/// Chinese, Japanese and Korean ones.
pub(crate) fn forms(text: &str, has_cjk: bool) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut run: Option<Range<usize>> = None;
    let is_form = |c: char| is_form(c) || (!has_cjk && is_full_width(c));
    for (at, c) in text.char_indices() {
        match &mut run {
            Some(run) if is_form(c) && run.end == at => run.end = at + c.len_utf8(),
            _ if is_form(c) => {
                found.extend(run.replace(at..at + c.len_utf8()).and_then(|run| stretch(text, run)))
            }
            _ => {}
        }
    }
    found.extend(run.and_then(|run| stretch(text, run)));
    found
}

fn stretch(text: &str, run: Range<usize>) -> Option<Stretch> {
    let written = &text[run.clone()];
    // One letter in a square is a sign (🅱, 🆗), several are a word.
    if written.chars().count() == 1 && written.chars().all(is_boxed) {
        return None;
    }
    let plain: String = written.chars().map(unboxed).flat_map(plain).collect();
    let plain: String = if written.chars().any(|c| matches!(c, '\u{FF66}'..='\u{FF9F}')) {
        plain.nfc().collect()
    } else {
        plain
    };
    (plain != written).then_some((run, Kind::LetterForm, plain))
}

/// The plain letters of one letter. Those of a mark of Arabic that stands alone carry it on a space or a stroke, which
/// would part a word or lengthen it.
fn plain(c: char) -> Vec<char> {
    let carrier = |own: &char| match c {
        '\u{FC5E}'..='\u{FC63}' | '\u{FCF2}'..='\u{FCF4}' | '\u{FE70}'..='\u{FE7F}' => {
            !matches!(own, ' ' | '\u{0640}')
        }
        _ => true,
    };
    c.nfkc().filter(carrier).collect()
}

/// True for letters in another form.
///
/// Left out are ligatures that say more than their letters do (`ﷺ`, `ﷲ`, the pause signs `ﷰ` and `ﷱ`, `﷽`), ideographs
/// in a compatibility form (the form of a name is its own), raised and lowered signs, fractions, numbers in circles,
/// and signs that are no letters (`№`, `℃`).
fn is_form(c: char) -> bool {
    is_boxed(c)
        || matches!(c,
        // Long s; ligatures of Latin and Armenian
        '\u{017F}' | '\u{FB00}'..='\u{FB06}' | '\u{FB13}'..='\u{FB17}'
        // Letterlike symbols that are letters
        | '\u{2102}' | '\u{210A}'..='\u{2113}' | '\u{2115}' | '\u{2119}'..='\u{211D}' | '\u{2124}' | '\u{2128}'
        | '\u{212A}' | '\u{212C}' | '\u{212D}' | '\u{212F}'..='\u{2138}' | '\u{2145}'..='\u{2149}'
        // Circled letters
        | '\u{24B6}'..='\u{24E9}'
        // Hebrew and Arabic presentation forms, half-width kana
        | '\u{FB1D}' | '\u{FB1F}'..='\u{FB28}' | '\u{FB2A}'..='\u{FB4F}'
        | '\u{FB50}'..='\u{FBB1}' | '\u{FBD3}'..='\u{FD3D}' | '\u{FD50}'..='\u{FDC7}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{FF66}'..='\u{FF9F}'
        // Mathematical letters and digits
        | '\u{1D400}'..='\u{1D7FF}')
}

/// Letters in squares and black circles, which have no decomposition or one with brackets.
fn is_boxed(c: char) -> bool {
    matches!(c, '\u{1F130}'..='\u{1F149}' | '\u{1F150}'..='\u{1F169}' | '\u{1F170}'..='\u{1F189}')
}

fn is_full_width(c: char) -> bool {
    matches!(c, '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}')
}

fn unboxed(c: char) -> char {
    let letter = |first: u32| char::from_u32(u32::from('A') + u32::from(c) - first).unwrap_or(c);
    match c {
        '\u{1F130}'..='\u{1F149}' => letter(0x1F130),
        '\u{1F150}'..='\u{1F169}' => letter(0x1F150),
        '\u{1F170}'..='\u{1F189}' => letter(0x1F170),
        _ => c,
    }
}

/// Ideographs, kana and Hangul.
pub(crate) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_text(text: &str) -> String {
        let (mut plain, mut at) = (String::new(), 0);
        for (range, _, instead) in forms(text, text.chars().any(is_cjk)) {
            plain.push_str(&text[at..range.start]);
            plain.push_str(&instead);
            at = range.end;
        }
        plain + &text[at..]
    }

    #[test]
    fn styled_letters_are_plain_letters() {
        for (text, expected) in [
            ("𝐁𝐥𝐞𝐬𝐬𝐞𝐝 𝓪𝓻𝓮 ｔｈｅ ﬁrst", "Blessed are the first"),
            ("🅱🅻🅴🆂🆂🅴🅳 Ⓐⓜⓔⓝ", "BLESSED Amen"),
            ("ﺍﻟﺤﻤﺪ ﻟﻠﻪ", "الحمد لله"),
            ("ﻣﹷﻦ ﺭﱠﺏ", "مَن رَّب"),
            ("ﬡﬥ", "אל"),
            ("ｱｰﾒﾝ ﾊﾞ", "アーメン バ"),
        ] {
            assert_eq!(plain_text(text), expected);
        }
    }

    #[test]
    fn what_says_more_than_its_letters_stays() {
        for text in [
            "¹ In ½ … m² ① № ℃ Ⅷ H₂O",
            "محمد ﷺ ﷲ ﷽ ﷻ ﴿١﴾ رَيْبَ ۛ فِيهِ",
            "ﷰ ﷱ",
            "בְּרֵאשִׁ֖ית יְהוָ֥ה",
            "主よ、１章 ＡＢ",
            "神\u{FA19}",
            "🅱 ok 🆗",
            "अ॒ग्निमी॑ळे ੴ",
        ] {
            assert_eq!(plain_text(text), text);
        }
    }
}
