//! Characters without a glyph. Within a word they break it in two for espeak-ng, so they are dropped; spaces of any
//! width become a plain one, and separators of lines a line break.

use icu_properties::CodePointSetData;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};

use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};
use crate::script;

pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let mut found: Vec<Rewrite> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !matches!(c, ' '..='~')) {
        let written = at..at + c.len_utf8();
        match c {
            '\n' | '\r' | '\t' => {}
            '\u{000B}' | '\u{000C}' | '\u{0085}' | '\u{2028}' | '\u{2029}' => {
                found.push(Rewrite::text(written, "\n", Kind::Invisible));
            }
            _ if c.is_whitespace() => found.push(Rewrite::text(written, " ", Kind::Invisible)),
            _ if is_invisible(c) => match found.last_mut().filter(|last| last.written.end == at) {
                Some(last) if matches!(last.spoken, crate::rewrite::Spoken::Silent) => {
                    last.written = last.written.start..written.end
                }
                _ => found.push(Rewrite::silent(written, Kind::Invisible)),
            },
            _ => {}
        }
    }
    found
}

/// The Qur'an's end of ayah is a format character by its category, but has a glyph, and ends a verse.
const END_OF_AYAH: char = '\u{06DD}';

fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || c == char::REPLACEMENT_CHARACTER
        || matches!(
            script::category(c),
            GeneralCategory::Control | GeneralCategory::PrivateUse | GeneralCategory::Unassigned
        )
        || script::category(c) == GeneralCategory::Format && c != END_OF_AYAH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn left(text: &str) -> String {
        Draft::new(text).apply(&rewrites(text, &Options::default())).text().to_owned()
    }

    #[test]
    fn invisible_characters_do_not_break_words() {
        assert_eq!(
            left("LO\u{00AD}RD shep\u{200B}herd \u{2060}a\u{200D}b क\u{200C}ष \u{FEFF}می\u{200C}روم"),
            "LORD shepherd ab कष میروم"
        );
        assert_eq!(left("bullet \u{F0B7}\u{FFFD}"), "bullet ");
    }

    #[test]
    fn spaces_become_plain_and_lines_stay() {
        assert_eq!(left("Seigneur\u{00A0}! Dieu\u{202F}; a\u{2028}b\nc"), "Seigneur ! Dieu ; a\nb\nc");
    }
}
