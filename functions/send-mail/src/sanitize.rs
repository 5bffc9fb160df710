//! Making user input safe to show in a mail.

/// User input, such as a tenant's name, in a form that can stand in a mail to other people: mail programs do not turn
/// it into a link, and it does not change the writing direction of the text after it.
pub(crate) fn sanitize(words: &str) -> String {
    /// The characters by which mail programs recognise links. A word joiner after each of them prevents that.
    const LINK_CHARACTERS: [char; 4] = ['.', ':', '/', '@'];
    /// Invisible, of no width, and without allowing a line break.
    const WORD_JOINER: char = '\u{2060}';
    let mut sanitized = String::with_capacity(words.len());
    for character in words.chars().filter(|character| !is_bidi_control(*character)) {
        sanitized.push(character);
        if LINK_CHARACTERS.contains(&character) {
            sanitized.push(WORD_JOINER);
        }
    }
    sanitized
}

/// The embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9, 2.1 to 2.5).
const fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_and_links_broken() {
        for words in ["Ruth & Naomi", "आरती मंडल", "جماعة"] {
            assert_eq!(sanitize(words), words);
        }
        assert_eq!(sanitize("evil.example"), "evil.\u{2060}example");
        for link in ["https://evil.example/x", "www.evil.example", "a@evil.example"] {
            let shown = sanitize(link);
            assert!(
                !shown.contains("evil.example") && !shown.contains("//") && !shown.contains("@e"),
                "{shown}"
            );
        }
    }

    #[test]
    fn direction_marks_are_removed() {
        assert_eq!(sanitize("\u{202E}kcab\u{202C} and \u{2067}x\u{2069}"), "kcab and x");
    }
}
