/// A person's own words, such as a tenant's name, as they may stand in a mail to a stranger: mail
/// programs must not make a link of them, and they must not turn the writing direction of what follows.
pub(crate) fn sanitize(words: &str) -> String {
    /// Programs find links by these; what they look for must not follow at once.
    const LINK_CHARACTERS: [char; 4] = ['.', ':', '/', '@'];
    /// Takes no room and keeps the line together.
    const WORD_JOINER: char = '\u{2060}';
    let mut quoted = String::with_capacity(words.len());
    for character in words.chars().filter(|character| !is_bidi_control(*character)) {
        quoted.push(character);
        if LINK_CHARACTERS.contains(&character) {
            quoted.push(WORD_JOINER);
        }
    }
    quoted
}

/// The embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9, 2.1 to 2.5).
const fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_links_break() {
        for words in ["Ruth & Naomi", "आरती मंडल", "جماعة"] {
            assert_eq!(sanitize(words), words);
        }
        assert_eq!(sanitize("evil.example"), "evil.\u{2060}example");
        for link in ["https://evil.example/x", "www.evil.example", "a@evil.example"] {
            let told = sanitize(link);
            assert!(!told.contains("evil.example") && !told.contains("//") && !told.contains("@e"), "{told}");
        }
    }

    #[test]
    fn no_words_turn_the_direction() {
        assert_eq!(sanitize("\u{202E}kcab\u{202C} and \u{2067}x\u{2069}"), "kcab and x");
    }
}
