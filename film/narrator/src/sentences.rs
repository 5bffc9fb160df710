//! Divides a text into the sentences that are given to a voice one at a time.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::marks::{closing_mark, ends_verse, is_combining_mark, is_selah};

/// A stretch of text that is spoken without a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// Byte range in the text, without surrounding white space.
    pub(crate) span: Range<usize>,
    /// True when a blank line follows.
    pub(crate) ends_paragraph: bool,
}

/// Lines of verse without a closing mark are joined to one sentence up to this many bytes. A voice that gets a few words
/// at a time loses the intonation of the sentence; one that gets a whole hymn speaks it without a pause.
const VERSE_BYTES: usize = 160;

/// Abbreviations after which a full stop ends no sentence, in lower case.
const ABBREVIATIONS: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "dr",
    "st",
    "sts",
    "ss",
    "rev",
    "revd",
    "fr",
    "sr",
    "jr",
    "prof",
    "hon",
    "pt",
    "mt",
    "vs",
    "v",
    "vv",
    "ch",
    "chap",
    "cf",
    "no",
    "vol",
    "pp",
    "ps",
    "pss",
    "gen",
    "ex",
    "lev",
    "num",
    "deut",
    "sam",
    "kgs",
    "chron",
    "prov",
    "eccl",
    "isa",
    "jer",
    "ezek",
    "dan",
    "hos",
    "matt",
    "mk",
    "lk",
    "jn",
    "rom",
    "cor",
    "gal",
    "eph",
    "phil",
    "col",
    "thess",
    "tim",
    "heb",
    "jas",
    "pet",
    "rev",
    "sra",
    "श्री",
    "डॉ",
    "पं",
];

/// Divides a text into sentences by Unicode's rules (UAX #29, which know the danda, 。, ؟ and ۔), except after an
/// abbreviation or an initial; short lines without a closing mark are joined to the next.
///
/// Spans are in order and do not overlap; only white space lies between them.
pub(crate) fn split(text: &str) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    // Where the current sentence begins, if the pieces so far did not end it.
    let mut start = None;
    for (at, piece) in pieces(text) {
        let from = start.take().unwrap_or(at);
        let whole = &text[from..at + piece.len()];
        let trimmed = whole.trim();
        if trimmed.is_empty() {
            if let Some(previous) = sentences.last_mut().filter(|_| piece.contains(['\n', '\u{2029}'])) {
                previous.ends_paragraph = true;
            }
            continue;
        }
        let rest = &text[at + piece.len()..];
        if continues(whole, trimmed, rest) {
            start = Some(from);
            continue;
        }
        let begin = from + (whole.len() - whole.trim_start().len());
        sentences.push(Sentence { span: begin..begin + trimmed.len(), ends_paragraph: false });
    }
    if let Some(from) = start {
        let trimmed = text[from..].trim();
        let begin = from + (text[from..].len() - text[from..].trim_start().len());
        if !trimmed.is_empty() {
            sentences.push(Sentence { span: begin..begin + trimmed.len(), ends_paragraph: false });
        }
    }
    sentences
}

/// Pieces by Unicode's sentence rules, divided further at the verse marks that those rules do not count: Hebrew's sof
/// pasuq, and the Qur'an's end of ayah with the number after it. Each with the byte at which it begins.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let verse_ends = |piece: &str| {
        let mut ends = Vec::new();
        let mut characters = piece.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let mut end = at + c.len_utf8();
            if !ends_verse(c) {
                continue;
            }
            while let Some((at, c)) = characters.next_if(|(_, c)| c.is_numeric() || c.is_whitespace()) {
                end = at + c.len_utf8();
            }
            ends.push(end);
        }
        ends
    };
    text.split_sentence_bound_indices().flat_map(move |(at, piece)| {
        let mut ends = verse_ends(piece);
        ends.retain(|end| *end < piece.len());
        ends.push(piece.len());
        let mut start = 0;
        ends.into_iter().map(move |end| (at + start, &piece[std::mem::replace(&mut start, end)..end]))
    })
}

/// True if the next piece belongs to the same sentence. `whole` is the text so far, `trimmed` the same without white
/// space around it, `rest` what follows.
fn continues(whole: &str, trimmed: &str, rest: &str) -> bool {
    // A blank line always ends a sentence.
    if rest.is_empty() || rest.starts_with(['\n', '\r', '\u{2029}']) || whole.trim_start().contains("\n\n") {
        return false;
    }
    if is_selah(trimmed) || rest.lines().next().is_some_and(is_selah) {
        return false;
    }
    match closing_mark(trimmed) {
        Some('.') => {
            let word = trimmed
                .trim_end_matches('.')
                .rsplit(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
                .next();
            let word = word.unwrap_or_default();
            let single = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
            single || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
        }
        Some(_) => false,
        None => trimmed.len() < VERSE_BYTES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|sentence| &text[sentence.span]).collect()
    }

    #[test]
    fn full_stops_of_many_scripts_end_a_sentence() {
        assert_eq!(
            pieces("He leadeth me. He restoreth my soul!"),
            ["He leadeth me.", "He restoreth my soul!"]
        );
        assert_eq!(pieces("यहोवा मेरा चरवाहा है। मुझे कुछ घटी न होगी।").len(), 2);
        assert_eq!(pieces("耶和华是我的牧者。我必不致缺乏。").len(), 2);
        assert_eq!(pieces("کیا حال ہے؟ سب ٹھیک ہے۔ شکر ہے۔").len(), 3);
    }

    #[test]
    fn abbreviations_and_initials_do_not() {
        assert_eq!(
            pieces("Rev. J. Smith read Ps. 23 to St. John."),
            ["Rev. J. Smith read Ps. 23 to St. John."]
        );
    }

    #[test]
    fn verse_lines_are_read_on_and_a_blank_line_is_a_paragraph() {
        let text = "Amazing grace\nhow sweet the sound\n\nThat saved a wretch.\n\nAmen.";
        assert_eq!(pieces(text), ["Amazing grace\nhow sweet the sound", "That saved a wretch.", "Amen."]);
        let ends: Vec<bool> = split(text).iter().map(|sentence| sentence.ends_paragraph).collect();
        assert_eq!(ends, [true, true, false]);
    }

    #[test]
    fn verses_end_at_their_own_marks() {
        assert_eq!(pieces("בְּרֵאשִׁ֖ית בָּרָ֣א׃ וְהָאָ֗רֶץ הָיְתָ֥ה׃").len(), 2);
        let fatiha = "ٱلْحَمْدُ لِلَّهِ رَبِّ ٱلْعَـٰلَمِينَ ۝٢ ٱلرَّحْمَـٰنِ ٱلرَّحِيمِ ۝٣ مَـٰلِكِ يَوْمِ ٱلدِّينِ ۝٤";
        assert_eq!(pieces(fatiha).len(), 3);
    }

    #[test]
    fn selah_is_never_read_on() {
        let psalm = "But thou, O LORD, art a shield for me;\nSelah\nI laid me down and slept;";
        assert_eq!(
            pieces(psalm),
            ["But thou, O LORD, art a shield for me;", "Selah", "I laid me down and slept;",]
        );
    }

    proptest! {
        #[test]
        fn only_white_space_is_left_out(text in "[a-zA-Z0-9 .!?,\n।。’”-]{0,200}|\\PC{0,60}") {
            let mut end = 0;
            for sentence in split(&text) {
                prop_assert!(sentence.span.start >= end && !sentence.span.is_empty());
                prop_assert!(text[end..sentence.span.start].trim().is_empty());
                end = sentence.span.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
