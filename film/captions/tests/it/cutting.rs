//! Cues: nothing dropped, reordered or split, whatever the text; and good places and times.

use film_captions::{Cue, Limits, Word, cues};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::any_text::any_text;
use super::assets::fonts;

const FRAMES: [(u32, u32); 3] = [(1920, 1080), (1080, 1920), (1080, 1080)];

const PSALM: &str = "The LORD is my shepherd; I shall not want. He maketh me to lie down in green pastures: \
    he leadeth me beside the still waters. He restoreth my soul: he leadeth me in the paths of righteousness \
    for his name’s sake.";

fn cut(text: &str, language: &str, words: &[Word], frame: (u32, u32), scene_ms: u32) -> Vec<Cue> {
    cues(text, language, words, &Limits { fonts: fonts(), frame, scene_ms }).unwrap()
}

/// A narrator speaking each word for its length's worth of time, `ms` a byte, with a breath after points.
fn narrated(text: &str, ms: u32) -> Vec<Word> {
    let mut words = Vec::new();
    let mut now = 50;
    for (start, word) in
        text.split_word_bound_indices().filter(|(_, word)| word.chars().any(char::is_alphanumeric))
    {
        let end = start + word.len();
        let length = word.chars().count() as u32 * ms;
        words.push(Word { span: start..end, start_ms: now, end_ms: now + length });
        now += length + if text[end..].starts_with(['.', ':', ';', ',', '।', '۔']) { 450 } else { 60 };
    }
    words
}

fn texts(cues: &[Cue]) -> Vec<&str> {
    cues.iter().map(|cue| cue.text.as_str()).collect()
}

fn assert_whole(text: &str, cues: &[Cue]) {
    let graphemes: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
    let mut at = 0;
    for cue in cues {
        assert!(cue.span.start >= at && cue.span.end > cue.span.start);
        assert_eq!(cue.text, text[cue.span.clone()]);
        assert!(text[at..cue.span.start].chars().all(char::is_whitespace), "dropped before {cue:?}");
        for edge in [cue.span.start, cue.span.end] {
            assert!(graphemes.binary_search(&edge).is_ok(), "{cue:?} splits a grapheme");
        }
        at = cue.span.end;
    }
    assert!(text[at..].chars().all(char::is_whitespace), "dropped at the end");
}

fn assert_in_time(cues: &[Cue], scene_ms: u32) {
    for cue in cues {
        assert!(cue.start_ms <= cue.end_ms && cue.end_ms <= scene_ms, "{cue:?}");
    }
    for pair in cues.windows(2) {
        assert!(pair[0].end_ms <= pair[1].start_ms, "{pair:?} overlap");
        let gap = pair[1].start_ms - pair[0].end_ms;
        assert!(gap == 0 || gap >= 84, "{pair:?} blinks");
    }
}

#[test]
fn a_psalm_is_cut_where_the_sense_ends() {
    let wide = cut(PSALM, "en", &narrated(PSALM, 60), (1920, 1080), 20_000);
    insta::assert_snapshot!("psalm_wide", texts(&wide).join("\n"));
    let tall = cut(PSALM, "en", &narrated(PSALM, 60), (1080, 1920), 20_000);
    insta::assert_snapshot!("psalm_tall", texts(&tall).join("\n"));
    for cues in [wide, tall] {
        assert_whole(PSALM, &cues);
        assert_in_time(&cues, 20_000);
        assert!(cues.iter().all(|cue| cue.end_ms - cue.start_ms >= 1000), "{cues:?}");
    }
}

#[test]
fn cues_follow_the_words() {
    let words = narrated(PSALM, 60);
    for cue in cut(PSALM, "en", &words, (1920, 1080), 20_000) {
        let first = words.iter().find(|w| w.span.start >= cue.span.start).unwrap();
        let last = words.iter().rfind(|w| w.span.end <= cue.span.end).unwrap();
        assert!(cue.start_ms <= first.start_ms && first.start_ms - cue.start_ms <= 400);
        assert!(cue.end_ms >= last.end_ms);
    }
}

#[test]
fn without_words_time_is_shared_by_length() {
    let cues = cut(PSALM, "en", &[], (1920, 1080), 16_000);
    assert_whole(PSALM, &cues);
    assert_in_time(&cues, 16_000);
    assert_eq!((cues[0].start_ms, cues[cues.len() - 1].end_ms), (0, 16_000));
    let rates: Vec<f64> =
        cues.iter().map(|cue| cue.text.len() as f64 / f64::from(cue.end_ms - cue.start_ms)).collect();
    assert!(rates.iter().all(|rate| (0.009..0.018).contains(rate)), "{rates:?}");
}

#[test]
fn every_cue_of_every_script_draws_on_two_lines_at_full_size() {
    let passages = [
        ("en", PSALM),
        (
            "hi",
            "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी। वह मुझे हरी हरी चराइयों में बैठाता है; वह मुझे सुखदाई जल के झरने के पास ले चलता है।",
        ),
        (
            "ta",
            "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்; நான் தாழ்ச்சியடையேன். அவர் என்னைப் புல்லுள்ள இடங்களில் மேய்த்து, அமர்ந்த தண்ணீர்கள் அண்டையில் என்னைக் கொண்டுபோய் விடுகிறார்.",
        ),
        (
            "ur",
            "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔ وہ مجھے ہری ہری چراگاہوں میں بٹھاتا ہے۔ وہ مجھے راحت کے چشموں کے پاس لے جاتا ہے۔",
        ),
        (
            "zh",
            "耶和华是我的牧者，我必不至缺乏。他使我躺卧在青草地上，领我在可安歇的水边。他使我的灵魂苏醒，为自己的名引导我走义路。",
        ),
        ("th", "พระเจ้าทรงเป็นผู้เลี้ยงแกะของข้าพเจ้า ข้าพเจ้าจะไม่ขัดสน พระองค์ทรงกระทำให้ข้าพเจ้านอนลงที่ทุ่งหญ้าเขียวสด"),
    ];
    for (language, text) in passages {
        for frame in FRAMES {
            let cues = cut(text, language, &[], frame, 30_000);
            assert_whole(text, &cues);
            let heights: Vec<u32> =
                cues.iter().map(|cue| fonts().draw(&cue.text, language, frame).unwrap().height).collect();
            // Three lines, or two at a smaller size, would stand out.
            let em = if frame.0 > frame.1 { 57.0 } else { 63.0 };
            let most = if language == "ur" { 7.2 } else { 5.4 };
            assert!(heights.iter().all(|h| f64::from(*h) < most * em), "{language} {frame:?} {heights:?}");
        }
    }
}

#[test]
fn the_verses_of_a_poem_stand_each_on_a_line() {
    let text = "Hail Mary, full of grace,\nthe Lord is with thee;\nblessed art thou amongst women,\n\
        and blessed is the fruit of thy womb, Jesus.\nHoly Mary, Mother of God,\npray for us sinners,\n\
        now and at the hour of our death. Amen.";
    for frame in FRAMES {
        let cues = cut(text, "en", &[], frame, 15_000);
        assert_whole(text, &cues);
        assert!(cues.iter().all(|cue| cue.text.lines().count() <= 2), "{cues:?}");
        assert!(cues.iter().all(|cue| cue.span.end == text.len() || text[cue.span.end..].starts_with('\n')));
    }
}

#[test]
fn a_heading_and_what_stands_under_it_are_two_captions() {
    for heading in ["Anchored in the storm", "Prayer for the sick"] {
        let text = format!("{heading}\n\nThe sea is loud tonight.");
        for frame in FRAMES {
            let cues = cut(&text, "en", &[], frame, 5000);
            assert_eq!(texts(&cues), [heading, "The sea is loud tonight."]);
        }
    }
}

#[test]
fn a_verse_is_not_torn_in_two_after_another() {
    let text = "7 The LORD shall preserve thee from all evil: he shall preserve thy soul.\n8 The LORD shall preserve thy \
        going out and thy coming in from this time forth, and even for evermore.";
    for frame in FRAMES {
        let cues = cut(text, "en", &[], frame, 11_000);
        assert!(cues.iter().any(|cue| cue.text.starts_with("8 The")), "{frame:?} {cues:?}");
    }
}

#[test]
fn an_emoji_stays_with_the_sentence_before_it() {
    let text = "Pope John Paul II told the young in 1978: \"Be not afraid!\" 🙏 A lighthouse burns on the rock, and its \
        light does not move.";
    for frame in FRAMES {
        let cues = cut(text, "en", &[], frame, 12_000);
        assert!(cues.iter().any(|cue| cue.text.ends_with('🙏')), "{frame:?} {cues:?}");
    }
}

#[test]
fn verse_numbers_and_abbreviations_do_not_end_a_sentence() {
    let text = "1. In the beginning God created the heaven and the earth. See Ps. 23 and St. John.";
    let cues = cut(text, "en", &[], (1920, 1080), 9000);
    assert!(texts(&cues).iter().all(|t| t.len() > 20), "{cues:?}");
}

#[test]
fn blank_text_has_no_cues() {
    assert_eq!(cut(" \n\t ", "en", &[], (1920, 1080), 1000), []);
    assert_eq!(cut("", "en", &[], (1920, 1080), 1000), []);
}

proptest! {
    #[test]
    fn nothing_is_dropped_reordered_or_split(text in any_text(), which in 0..3_usize) {
        let cues = cut(&text, "en", &[], FRAMES[which], 60_000);
        assert_whole(&text, &cues);
        assert_in_time(&cues, 60_000);
    }

    #[test]
    fn words_in_any_state_do_no_harm(
        text in any_text(),
        spans in prop::collection::vec((0..200_usize, 0..30_usize, any::<u16>(), any::<u16>()), 0..30),
    ) {
        let words: Vec<Word> = spans
            .into_iter()
            .map(|(start, length, start_ms, end_ms)| Word {
                span: start..start + length,
                start_ms: u32::from(start_ms),
                end_ms: u32::from(end_ms),
            })
            .collect();
        let cues = cut(&text, "ar", &words, (1920, 1080), 30_000);
        assert_whole(&text, &cues);
        for pair in cues.windows(2) {
            prop_assert!(pair[0].end_ms <= pair[1].start_ms);
        }
    }
}
