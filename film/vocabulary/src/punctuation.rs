//! Marks of scripts that several crates divide texts by, and the emoji among them.

/// Marks at the end of a sentence: Armenian, Ethiopic, Syriac, Burmese, Khmer, Tibetan, Mongolian, Canadian, N'Ko,
/// Vai, Javanese, Balinese, Cham, Chakma, Ol Chiki, Meetei, Lisu, Siddham.
pub const SENTENCE_MARKS: &str = "։።፧፨܀܁܂။។៕༎᠃᙮߹꘎꘏꧉᭟꩝꩞꩟𑅁𑅂𑅃᱾᱿꯫꓿𑗂𑗃";

/// Marks at the end of a clause: Armenian, Ethiopic, Syriac, Burmese, Khmer, Tibetan, Mongolian, N'Ko, Javanese,
/// Balinese, Lisu.
pub const CLAUSE_MARKS: &str = "՝፣፤፥፦܃܄܅܆܇܈܉၊៖།᠂߸꘍꧈᭞꓾";

/// Whether a character is a pictograph, or a symbol or dingbat that is often drawn as one. The joiners and selectors
/// between pictographs are none, because the same joiners shape the letters of Indic scripts.
#[must_use]
pub fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictographs_are_emoji_and_what_shapes_letters_is_none() {
        assert!(['🙏', '⛵', '✨', '🕊'].into_iter().all(is_emoji));
        assert!(!['\u{200C}', '\u{200D}', '#', '1', '॥', '\u{FE0F}'].into_iter().any(is_emoji));
    }

    #[test]
    fn no_mark_ends_both_a_sentence_and_a_clause() {
        assert!(SENTENCE_MARKS.chars().all(|mark| !CLAUSE_MARKS.contains(mark)));
    }
}
