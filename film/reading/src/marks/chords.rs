//! Chords of a song sheet are for the hands: a line of them above the words, and those in brackets within the words.

use std::sync::LazyLock;

use regex::Regex;

use crate::choices::Treatment;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};

/// A chord in the English notation: a note, its kind, what is added, and another bass: `G`, `F#m7`, `Bbsus4`, `D/F#`.
const CHORD: &str =
    r"[A-G][#b♯♭]?(?:maj|min|dim|aug|sus|add|m|M|°|\+)?\d{0,2}(?:(?:sus|add|b|#)\d{1,2})?(?:/[A-G][#b♯♭]?)?";

/// A whole line of chords, with bars, dashes and `N.C.` (no chord) among them.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"(?m)^[ \t|]*(?:{CHORD}|N\.C\.)(?:(?:[ \t]*[|][ \t]*|[ \t]+-?[ \t]*)(?:{CHORD}|N\.C\.))*[ \t|]*$"
    ))
});

/// A chord in brackets, and the letter that it touches, which tells it from a footnote or an answer in a list.
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| compile(&format!(r"\[{CHORD}\]([\p{{L}}\p{{M}}]?)")));

/// Chords, which are silent. One capital letter alone is a word or an initial, and `A B C` are letters: lines of them
/// count if one line of the text is certain.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    if options.choices.labels == Treatment::Read || !text.contains(['A', 'B', 'C', 'D', 'E', 'F', 'G']) {
        return Vec::new();
    }
    let silent = |range| Rewrite::silent(range, Kind::Label);
    if text.contains('[') {
        let found: Vec<_> = BRACKETED.captures_iter(text).collect();
        let touches = |one: &regex::Captures<'_>| one.get(1).is_some_and(|letter| !letter.is_empty());
        if found.len() > 1 && found.iter().any(touches) {
            let ranges = found.iter().filter_map(|one| Some(one.get(0)?.start()..one.get(1)?.start()));
            return ranges.map(silent).collect();
        }
    }
    if !text.trim().contains('\n') {
        return Vec::new();
    }
    let lines: Vec<_> = LINE.find_iter(text).collect();
    let is_sheet = lines.iter().any(|line| is_certain(line.as_str().trim()));
    lines.iter().filter(|_| is_sheet).map(|line| silent(line.range())).collect()
}

/// True for two chords or more that stand wide apart, or of which one has more than its letter.
fn is_certain(line: &str) -> bool {
    let mut chords = line.split([' ', '\t', '|']).filter(|chord| !chord.is_empty());
    let wide = line.contains("  ") || line.contains(['\t', '|']);
    chords.clone().count() > 1 && (wide || chords.any(|chord| chord.len() > 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn left(text: &str) -> String {
        Draft::new(text).apply(&rewrites(text, &Options::default())).text().to_owned()
    }

    #[test]
    fn chords_are_silent() {
        for (text, expected) in [
            ("G  C  D\nAmazing grace", "\nAmazing grace"),
            ("  G   D/F#  Em7\nAmazing", "\nAmazing"),
            ("Holy\nC G Am F\nHoly", "Holy\n\nHoly"),
            ("G D\nSanto\nEm C\nSanto", "\nSanto\n\nSanto"),
            ("| G | C |\nHoly", "\nHoly"),
            ("[G]Amazing [C]grace, how [D7]sweet", "Amazing grace, how sweet"),
        ] {
            assert_eq!(left(text), expected);
        }
    }

    #[test]
    fn letters_and_words_stay() {
        for text in ["A B C\nis easy", "A\nB", "A Dad\nA Bee", "G  C  D", "[A] yes [B] no", "Em 2020\nA fé"]
        {
            assert_eq!(left(text), text);
        }
    }
}
