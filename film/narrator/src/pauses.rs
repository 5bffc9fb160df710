//! How long to pause between sentences: by punctuation, and by liturgical convention.
//!
//! Read speech pauses 0.35 to 0.6 s between sentences, and longer before a new paragraph. Prayer is read slowly, so
//! the longer half of that range is used. Some texts call for longer pauses: the end of a verse has its own mark in
//! Sanskrit, Hebrew and the Qur'an; *selah* in the Psalms is itself a word for a pause; and a congregation pauses
//! before a refrain and before its *amen*.

use std::collections::HashMap;

use crate::marks::{closing_mark, ends_verse, is_amen, is_selah, normalized};
use crate::sentences::Sentence;

/// After a line of verse without a closing mark.
const LINE_MS: u32 = 350;
const STATEMENT_MS: u32 = 450;
const QUESTION_MS: u32 = 500;
/// After an ellipsis.
const ELLIPSIS_MS: u32 = 600;
/// After a sentence that is followed by a blank line.
const PARAGRAPH_MS: u32 = 600;
/// After a verse that ends with its own mark: two dandas, sof pasuq, the end of an ayah.
const VERSE_MS: u32 = 700;
/// Before an amen.
const AMEN_MS: u32 = 650;
/// Before and after a refrain.
const REFRAIN_MS: u32 = 800;
/// Before and after a *selah*: about a slow bar of the music that the word once called for.
const SELAH_MS: (u32, u32) = (700, 1300);

/// The pause after each sentence of a text, in milliseconds. The last one is not used: speech ends with its last word.
pub(crate) fn between(text: &str, sentences: &[Sentence]) -> Vec<u32> {
    let mut pauses: Vec<u32> = sentences.iter().map(|sentence| own_pause(text, sentence)).collect();
    let mut latest: HashMap<String, usize> = HashMap::new();
    // For each sentence the index of the last one before it that has the same words.
    let earlier: Vec<Option<usize>> = (sentences.iter().enumerate())
        .map(|(index, sentence)| latest.insert(normalized(&text[sentence.span.clone()]), index))
        .collect();
    for index in 1..sentences.len() {
        let next = &text[sentences[index].span.clone()];
        let least = if is_selah(next) {
            SELAH_MS.0
        } else if is_amen(next) {
            AMEN_MS
        } else if is_refrain_boundary(earlier[index - 1], earlier[index], index) {
            REFRAIN_MS
        } else {
            0
        };
        pauses[index - 1] = pauses[index - 1].max(least);
    }
    pauses
}

/// After a comma or another mark within a sentence, where the voice changes, in milliseconds.
const COMMA_MS: u32 = 200;
/// Where the voice changes within a sentence without a mark, in milliseconds.
const CHANGE_MS: u32 = 80;

/// The pause after a segment before another voice goes on, in milliseconds.
pub(crate) fn after_segment(text: &str) -> u32 {
    let text = text.trim_end();
    if closing_mark(text).is_some() {
        after_mark(text)
    } else if text.ends_with([',', ';', ':', '—', '–', '،', '؛', '，', '、']) {
        COMMA_MS
    } else {
        CHANGE_MS
    }
}

/// The pause that a sentence's own end calls for, whatever comes next, in milliseconds.
fn own_pause(text: &str, sentence: &Sentence) -> u32 {
    if sentence.ends_paragraph { PARAGRAPH_MS } else { after_mark(&text[sentence.span.clone()]) }
}

/// The pause after a sentence by the mark at its end, in milliseconds.
fn after_mark(sentence: &str) -> u32 {
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

/// True if a refrain begins or ends between the sentences `index - 1` and `index`, of which `before` and `now` are the
/// last earlier sentences with the same words: one of the two was said earlier and the other was not, or both were
/// but not one after the other. A sentence repeated at once is a mantra and no refrain; it keeps its rhythm.
fn is_refrain_boundary(before: Option<usize>, now: Option<usize>, index: usize) -> bool {
    match (before, now) {
        (None, Some(earlier)) => earlier + 1 < index,
        (Some(earlier), None) => earlier + 2 < index,
        (Some(before), Some(now)) => now != before + 1 && now + 1 < index,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sentences::split;

    fn pauses(text: &str) -> Vec<u32> {
        between(text, &split(text))
    }

    #[test]
    fn marks_say_how_long() {
        assert_eq!(
            pauses("He leads me. Why art thou cast down? And yet… I hope. Yes.")[..3],
            [450, 500, 450]
        );
        assert_eq!(pauses("And yet...\n\nI hope.")[0], PARAGRAPH_MS);
        assert_eq!(after_mark("And yet…"), ELLIPSIS_MS);
        assert_eq!(pauses("कर्मण्येवाधिकारस्ते मा फलेषु कदाचन। मा कर्मफलहेतुर्भूः॥ योगस्थः कुरु।")[..2], [450, 700]);
        assert_eq!(pauses("בָּרָ֣א אֱלֹהִ֑ים׃ וְהָאָ֗רֶץ׃")[0], VERSE_MS);
        assert_eq!(pauses("رَبِّ ٱلْعَـٰلَمِينَ ۝٢ ٱلرَّحِيمِ ۝٣")[0], VERSE_MS);
    }

    #[test]
    fn a_blank_line_pauses_for_a_paragraph() {
        let text = "Amazing grace\nhow sweet the sound\n\nThat saved a wretch.\n\nAmen.";
        // The second is longer for the amen after it.
        assert_eq!(pauses(text)[..2], [PARAGRAPH_MS, AMEN_MS]);
    }

    #[test]
    fn selah_stands_in_silence() {
        for selah in ["Selah.", "Selah", "(Selah)", "סֶֽלָה׃", "सेला", "细拉。"] {
            let text = format!("There is no help for him in God.\n{selah}\nBut thou art a shield.");
            assert_eq!(pauses(&text)[..2], [SELAH_MS.0, SELAH_MS.1], "{selah}");
        }
        assert_eq!(pauses("There is help. Selahs are rests. Amen to that.")[..2], [450, 450]);
    }

    #[test]
    fn breath_is_drawn_before_amen_and_around_refrains() {
        assert_eq!(pauses("For ever and ever. Amen.")[0], AMEN_MS);
        let litany =
            "He made the heavens. His mercy endures. He made the moon. His mercy endures. He remembered us.";
        assert_eq!(pauses(litany)[..4], [450, 450, REFRAIN_MS, REFRAIN_MS]);
        // A refrain of two sentences is not torn apart.
        let twice = "Praise him. Praise the Name. One. Two. Three. Praise him. Praise the Name. Four.";
        assert_eq!(pauses(twice)[..7], [450, 450, 450, 450, REFRAIN_MS, 450, REFRAIN_MS]);
        assert_eq!(pauses("Om shanti. Om shanti. Om shanti. Peace.")[..3], [450; 3]);
    }

    proptest! {
        #[test]
        fn pauses_stay_between_the_shortest_and_the_longest(text in "([A-D]|amen|selah|[.!?…॥]|\\n| ){0,60}") {
            for pause in pauses(&text) {
                prop_assert!((LINE_MS..=SELAH_MS.1).contains(&pause), "{pause}");
            }
        }
    }
}
