//! How long people need to read a text that nobody speaks.

use std::ops::Range;

use icu_properties::props::Script;
use unicode_segmentation::UnicodeSegmentation;

use crate::script;

/// Letters that people read in a second while a picture is shown, with marks and spaces counted as makers of subtitles
/// count them. The Netflix timed text style guides allow at most 17 for languages in alphabets (20 for English), 12 for
/// Korean, 9 for Chinese, 4 for Japanese; the BBC's subtitle guidelines ask for 160 to 180 words a minute, which is 15.
/// These are a little below: scripture is read slowly. An Indian letter with its vowel counts as one here.
const ALPHABET: f64 = 15.0;
const SYLLABLES: f64 = 12.0;
const HANGUL: f64 = 10.0;
const HAN: f64 = 8.0;
const JAPANESE: f64 = 4.0;

/// The shortest time for which a text is shown, in seconds: what the same guides ask for is 0.8 to 1 s for one word.
const SHORTEST_S: f64 = 1.5;

/// When each word of a text is read, in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingTime {
    /// Every word by Unicode's rules, in order: its byte range, and its start and end in milliseconds.
    pub words: Vec<(Range<usize>, u32, u32)>,
    /// The length of the whole, in milliseconds.
    pub length_ms: u32,
}

/// The time that a text takes to read at a pace; 2.0 is twice as fast. A pace that is no number counts as 1.0; others are
/// kept between 0.5 and 2.0.
pub fn reading_time(text: &str, pace: f32) -> ReadingTime {
    let pace = if pace.is_finite() { f64::from(pace).clamp(0.5, 2.0) } else { 1.0 };
    let kana = text.chars().any(|c| matches!(script::of(c), Script::Hiragana | Script::Katakana));
    // Seconds from the start to each character; those of one letter share its time.
    let mut seconds = 0.0;
    let mut marks: Vec<(usize, f64)> = Vec::new();
    for (at, letter) in text.grapheme_indices(true) {
        let time = letter.chars().next().map_or(0.0, |c| 1.0 / per_second(c, kana)) / pace;
        let count = letter.chars().count() as f64;
        marks.extend(
            (0u32..)
                .zip(letter.char_indices())
                .map(|(nth, (within, _))| (at + within, seconds + time * f64::from(nth) / count)),
        );
        seconds += time;
    }
    let short = (SHORTEST_S / pace / seconds).max(1.0);
    let stretch = if short.is_finite() { short } else { 1.0 };
    let length = (seconds * stretch).max(SHORTEST_S / pace);
    let ms = |seconds: f64| (seconds * 1000.0).round() as u32;
    let time_of = |byte: usize| {
        let next = marks.partition_point(|(at, _)| *at < byte);
        ms(marks.get(next).map_or(length, |(_, seconds)| seconds * stretch))
    };
    let words = text.unicode_word_indices().map(|(start, word)| start..start + word.len());
    ReadingTime {
        words: words.map(|word| (word.clone(), time_of(word.start), time_of(word.end))).collect(),
        length_ms: ms(length),
    }
}

fn per_second(c: char, kana: bool) -> f64 {
    match script::of(c) {
        Script::Hiragana | Script::Katakana => JAPANESE,
        Script::Han if kana => JAPANESE,
        Script::Han => HAN,
        Script::Hangul => HANGUL,
        Script::Devanagari
        | Script::Bengali
        | Script::Gurmukhi
        | Script::Gujarati
        | Script::Oriya
        | Script::Tamil
        | Script::Telugu
        | Script::Kannada
        | Script::Malayalam
        | Script::Sinhala
        | Script::Thai
        | Script::Lao
        | Script::Khmer
        | Script::Myanmar
        | Script::Tibetan
        | Script::Ethiopic => SYLLABLES,
        _ => ALPHABET,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_takes_as_long_as_subtitles_allow_for_its_script() {
        for (text, from, to) in [
            // 44 letters at 15 a second.
            ("The LORD is my shepherd; I shall not want. A", 2_700, 3_000),
            ("Èdè Yorùbá: Olúwa ni olùṣọ́ àgùntàn mi", 2_300, 2_900),
            ("耶和華是我的牧者，我必不致缺乏。", 1_500, 2_200),
            ("主は私の羊飼い。", 1_700, 2_100),
            ("여호와는 나의 목자시니 내게 부족함이 없으리로다", 2_200, 2_700),
            ("यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी।", 1_900, 3_300),
        ] {
            let length = reading_time(text, 1.0).length_ms;
            assert!((from..=to).contains(&length), "{text}: {length} ms");
        }
    }

    #[test]
    fn a_word_alone_is_shown_long_enough_and_pace_divides_the_time() {
        assert_eq!(reading_time("Amen.", 1.0).length_ms, 1_500);
        assert_eq!(reading_time("Amen.", 0.5).length_ms, 3_000);
        let text = "The LORD is my shepherd; I shall not want.";
        let (slow, fast) = (reading_time(text, 0.7).length_ms, reading_time(text, 1.4).length_ms);
        assert!(slow.abs_diff(fast * 2) <= 2, "{slow} {fast}");
        assert_eq!(reading_time(text, f32::NAN), reading_time(text, 1.0));
        assert_eq!(reading_time("", 1.0).length_ms, 1_500);
    }

    proptest! {
        #[test]
        fn words_follow_one_another_within_the_length(text in "\\PC{0,60}", pace in 0.1f32..4.0) {
            let time = reading_time(&text, pace);
            let mut last = 0;
            for (word, start, end) in &time.words {
                prop_assert!(text.get(word.clone()).is_some());
                prop_assert!(*start >= last && end >= start && *end <= time.length_ms, "{time:?}");
                last = *end;
            }
            prop_assert_eq!(time.words.len(), text.unicode_word_indices().count());
        }
    }
}
