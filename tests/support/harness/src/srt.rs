//! The words in a SubRip file.

/// The words of a SubRip file, without cue numbers, times and the invisible characters that set a text's direction.
#[must_use]
pub fn words_of_srt(srt: &str) -> Vec<String> {
    let invisible = |c: char| matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}');
    srt.replace('\r', "")
        .split("\n\n")
        .flat_map(|cue| cue.lines().skip_while(|line| line.is_empty()).skip(2))
        .flat_map(str::split_whitespace)
        .map(|word| word.replace(invisible, ""))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_left() {
        let srt = "1\r\n00:00:00,000 --> 00:00:01,000\r\nO praise\r\nthe LORD,\r\n\r\n2\r\n00:00:01,000 --> 00:00:02,000\r\n12 \u{2067}tribes\u{2069}\r\n\r\n";
        assert_eq!(words_of_srt(srt), ["O", "praise", "the", "LORD,", "12", "tribes"]);
    }
}
