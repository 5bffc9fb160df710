//! How long to rest between sentences: by their marks, and by what a tradition marks in other ways.
//!
//! Read speech pauses 0.35 to 0.6 s between sentences, longer before a new paragraph. Prayer is read
//! slowly, so the longer half of that range is used. Beyond it stand the rests that belong to the text: a
//! verse's end has a mark of its own in Sanskrit, Hebrew and the Qur'an; *selah* in the Psalms is a word
//! for a rest; an assembly draws breath before a refrain that it knows, and before its *amen*.

use std::collections::HashMap;

use crate::sentences::Sentence;

/// After a line of verse without a mark.
const LINE_MS: u32 = 350;
const STATEMENT_MS: u32 = 450;
const QUESTION_MS: u32 = 500;
/// After words that trail off.
const ELLIPSIS_MS: u32 = 600;
/// Before what stands after a blank line.
pub(crate) const PARAGRAPH_MS: u32 = 600;
/// After a verse that ends with its own mark: two dandas, sof pasuq, the end of an ayah.
const VERSE_MS: u32 = 700;
/// Before an amen.
const AMEN_MS: u32 = 650;
/// Before and after a refrain.
const REFRAIN_MS: u32 = 800;
/// Before a selah and after it: a slow bar of the music that it once called for.
const SELAH_MS: (u32, u32) = (700, 1300);

/// The word as translations write it, without vowel points.
const SELAH: &[&str] = &[
    "selah",
    "sela",
    "selá",
    "séla",
    "sélah",
    "села",
    "סלה",
    "سلاه",
    "سلاہ",
    "सेला",
    "সেলা",
    "சேலா",
    "సెలా",
    "细拉",
    "細拉",
];

const AMEN: &[&str] = &[
    "amen",
    "amén",
    "amém",
    "ameen",
    "amin",
    "amīn",
    "аминь",
    "αμήν",
    "אמן",
    "آمين",
    "آمین",
    "आमीन",
    "आमेन",
    "আমেন",
    "ஆமென்",
    "ఆమేన్",
    "阿们",
    "阿門",
];

/// The rest that a sentence's own end asks for, milliseconds.
pub(crate) fn after(sentence: &str) -> u32 {
    if is_selah(sentence) {
        return SELAH_MS.1;
    }
    match closing_mark(sentence) {
        None => LINE_MS,
        Some('!' | '?' | '！' | '？' | '؟') => QUESTION_MS,
        Some('…') => ELLIPSIS_MS,
        Some(c) if c == '॥' || ends_verse(c) => VERSE_MS,
        Some('.') if sentence.ends_with("...") => ELLIPSIS_MS,
        Some(_) => STATEMENT_MS,
    }
}

/// Lengthens rests for what comes next: never shortens one.
pub(crate) fn between(text: &str, sentences: &mut [Sentence]) {
    let mut latest: HashMap<String, usize> = HashMap::new();
    // For each sentence, the last one before it of the same words.
    let said: Vec<Option<usize>> = (sentences.iter().enumerate())
        .map(|(index, sentence)| latest.insert(letters(&text[sentence.span.clone()]), index))
        .collect();
    for index in 1..sentences.len() {
        let next = &text[sentences[index].span.clone()];
        let least = if is_selah(next) {
            SELAH_MS.0
        } else if is_amen(next) {
            AMEN_MS
        } else if turns(said[index - 1], said[index], index) {
            REFRAIN_MS
        } else {
            0
        };
        let before = &mut sentences[index - 1].pause_ms;
        *before = (*before).max(least);
    }
}

/// True where a refrain begins or ends: one neighbour was said earlier, the other was not, or it was said
/// elsewhere. Words said twice in a row are no refrain, but a mantra: it keeps its beat.
fn turns(before: Option<usize>, now: Option<usize>, index: usize) -> bool {
    match (before, now) {
        (None, Some(earlier)) => earlier + 1 < index,
        (Some(earlier), None) => earlier + 2 < index,
        (Some(before), Some(now)) => now != before + 1 && now + 1 < index,
        (None, None) => false,
    }
}

/// True for *selah* alone.
pub(crate) fn is_selah(sentence: &str) -> bool {
    SELAH.contains(&letters(sentence).as_str())
}

fn is_amen(sentence: &str) -> bool {
    AMEN.contains(&letters(sentence).as_str())
}

/// The words without case, marks, vowel points and white space at either end.
fn letters(sentence: &str) -> String {
    let points =
        |c: &char| matches!(c, '\u{0591}'..='\u{05BD}' | '\u{05BF}'..='\u{05C2}' | '\u{064B}'..='\u{0652}');
    let lower = sentence.to_lowercase();
    lower
        .split(|c: char| c.is_whitespace() || (c.is_ascii_punctuation() && c != '\''))
        .map(|word| word.chars().filter(|c| !points(c)).collect::<String>())
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !is_mark(c)).to_owned())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Marks that end a verse and that Unicode's sentences do not know.
pub(crate) fn ends_verse(c: char) -> bool {
    matches!(c, '\u{05C3}' | '\u{06DD}')
}

/// Vowel signs and the like are not alphanumeric by themselves, but belong to their word.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0900}'..='\u{0903}' | '\u{093A}'..='\u{094F}'
        | '\u{0981}'..='\u{0983}' | '\u{09BC}'..='\u{09CD}' | '\u{0B82}' | '\u{0BBE}'..='\u{0BCD}'
        | '\u{0C00}'..='\u{0C04}' | '\u{0C3E}'..='\u{0C4D}')
}

/// The mark that ends a sentence, behind any closing quotes and brackets, and behind an ayah's number.
pub(crate) fn closing_mark(sentence: &str) -> Option<char> {
    let unnumbered = sentence.trim_end_matches(|c: char| c.is_numeric() || c.is_whitespace());
    if let Some(mark) = unnumbered.chars().next_back().filter(|c| ends_verse(*c)) {
        return Some(mark);
    }
    sentence
        .trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」', '』', '）'])
        .chars()
        .next_back()
        .filter(|c| !c.is_alphanumeric() && !is_mark(*c))
        .filter(|c| {
            matches!(c, '.' | '!' | '?' | '…' | '।' | '॥' | '。' | '！' | '？' | '؟' | '۔' | '።')
                || ends_verse(*c)
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sentences::split;

    fn rests(text: &str) -> Vec<u32> {
        split(text).iter().map(|sentence| sentence.pause_ms).collect()
    }

    #[test]
    fn marks_say_how_long() {
        assert_eq!(rests("He leads me. Why art thou cast down? And yet… I hope. Yes.")[..3], [450, 500, 450]);
        assert_eq!(rests("And yet...\n\nI hope.")[0], PARAGRAPH_MS);
        assert_eq!(after("And yet…"), ELLIPSIS_MS);
        assert_eq!(rests("कर्मण्येवाधिकारस्ते मा फलेषु कदाचन। मा कर्मफलहेतुर्भूः॥ योगस्थः कुरु।")[..2], [450, 700]);
        assert_eq!(rests("בָּרָ֣א אֱלֹהִ֑ים׃ וְהָאָ֗רֶץ׃")[0], VERSE_MS);
        assert_eq!(rests("رَبِّ ٱلْعَـٰلَمِينَ ۝٢ ٱلرَّحِيمِ ۝٣")[0], VERSE_MS);
    }

    #[test]
    fn selah_stands_in_silence() {
        for selah in ["Selah.", "Selah", "(Selah)", "סֶֽלָה׃", "सेला", "细拉。"] {
            let text = format!("There is no help for him in God.\n{selah}\nBut thou art a shield.");
            assert_eq!(rests(&text)[..2], [SELAH_MS.0, SELAH_MS.1], "{selah}");
        }
        assert_eq!(rests("There is help. Selahs are rests. Amen to that.")[..2], [450, 450]);
    }

    #[test]
    fn breath_is_drawn_before_amen_and_around_refrains() {
        assert_eq!(rests("For ever and ever. Amen.")[0], AMEN_MS);
        let litany =
            "He made the heavens. His mercy endures. He made the moon. His mercy endures. He remembered us.";
        assert_eq!(rests(litany)[..4], [450, 450, REFRAIN_MS, REFRAIN_MS]);
        // A refrain of two sentences is not torn apart.
        let twice = "Praise him. Praise the Name. One. Two. Three. Praise him. Praise the Name. Four.";
        assert_eq!(rests(twice)[..7], [450, 450, 450, 450, REFRAIN_MS, 450, REFRAIN_MS]);
        assert_eq!(rests("Om shanti. Om shanti. Om shanti. Peace.")[..3], [450; 3]);
    }

    proptest! {
        #[test]
        fn rests_are_breaths_and_no_gaps(text in "([A-D]|amen|selah|[.!?…॥]|\\n| ){0,60}") {
            for rest in rests(&text) {
                prop_assert!((LINE_MS..=SELAH_MS.1).contains(&rest), "{rest}");
            }
        }
    }
}
