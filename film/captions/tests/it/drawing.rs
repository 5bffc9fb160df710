//! Captions on frames: inside the safe area, whole, balanced, and as they were when last looked at.

use film_captions::{CaptionBitmap, CaptionError, SafeArea};
use proptest::prelude::*;

use super::any_text::any_text;
use super::assets::fonts;

pub(crate) const FRAMES: [(u32, u32); 3] = [(1920, 1080), (1080, 1920), (1080, 1080)];

const SCRIPTS: [(&str, &str, &str); 12] = [
    ("latin", "en", "The Lord is my shepherd; I shall not want."),
    ("cyrillic", "ru", "Господь — Пастырь мой; я ни в чём не буду нуждаться"),
    ("greek", "el", "Κύριος ποιμαίνει με, καὶ οὐδέν με ὑστερήσει."),
    ("devanagari", "hi", "क्षत्रिय श्री कृष्ण गोविन्द, ज्ञानविज्ञान"),
    ("tamil", "ta", "கர்த்தர் என் மேய்ப்பர்; ஸ்ரீ க்ஷேத்திரம்"),
    ("bengali", "bn", "আমার মাথা নত করে দাও শ্রীকৃষ্ণ ক্ষত্রিয়"),
    ("telugu", "te", "యెహోవా నా కాపరి, శ్రీకృష్ణ క్షత్రియ"),
    ("arabic", "ar", "ٱلرَّبُّ رَاعِيَّ فَلاَ يُعْوِزُنِي شَيْءٌ."),
    ("urdu", "ur", "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔"),
    ("hebrew", "he", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם"),
    ("han", "zh", "耶和华是我的牧者，我必不至缺乏。"),
    ("mixed", "ar", "قال (Psalm 23:1): «الرب راعيَّ» 🙏"),
];

/// Rows and columns of the frame that letters touch: left, top, right, bottom; ends exclusive.
fn ink(caption: &CaptionBitmap) -> (u32, u32, u32, u32) {
    let mut bounds = (u32::MAX, u32::MAX, 0, 0);
    for (index, pixel) in caption.rgba.chunks_exact(4).enumerate() {
        if pixel[0] > 40 && pixel[3] > 0 {
            let (x, y) = (caption.x + index as u32 % caption.width, caption.y + index as u32 / caption.width);
            bounds = (bounds.0.min(x), bounds.1.min(y), bounds.2.max(x + 1), bounds.3.max(y + 1));
        }
    }
    bounds
}

pub(crate) fn assert_well_placed(caption: &CaptionBitmap, frame: (u32, u32), name: &str) {
    let safe = SafeArea::of(frame).unwrap();
    let (left, top, right, bottom) = ink(caption);
    assert!(
        left >= safe.left && top >= safe.top && right <= safe.right && bottom <= safe.bottom,
        "{name} {frame:?}: ink {:?} leaves {safe:?}",
        (left, top, right, bottom)
    );
    assert!(left.abs_diff(frame.0 - right) <= frame.0 / 60, "{name} is not centred");
    assert!(caption.x < left && caption.x + caption.width > right, "{name} touches its bitmap's sides");
    assert!(
        caption.y < top && caption.y + caption.height > bottom,
        "{name} touches its bitmap's top or bottom"
    );
    assert!(caption.x + caption.width <= frame.0 && caption.y + caption.height <= frame.1);
    assert!([caption.x, caption.y, caption.width, caption.height].iter().all(|v| v % 2 == 0));
    assert_eq!(caption.rgba.len(), (caption.width * caption.height * 4) as usize);
}

#[test]
fn every_script_is_whole_and_inside_the_safe_area() {
    for (name, language, text) in SCRIPTS {
        for frame in FRAMES {
            let caption = fonts().draw(text, language, frame).unwrap();
            assert_well_placed(&caption, frame, name);
            let (_, top, _, _) = ink(&caption);
            assert!(top > frame.1 / 2, "{name} {frame:?} is not in the lower part");
        }
    }
}

#[test]
fn other_sizes_of_the_same_aspect_look_alike() {
    for frame in [(1280, 720), (640, 360), (3840, 2160), (720, 1280), (480, 480), (864, 1080)] {
        for (name, language, text) in SCRIPTS {
            assert_well_placed(&fonts().draw(text, language, frame).unwrap(), frame, name);
        }
    }
}

/// Coverage of 24 × 6 cells of the bitmap, a hexadecimal digit each: changes when shaping, fonts or
/// layout do, and not with a pixel's rounding.
fn thumbnail(caption: &CaptionBitmap) -> String {
    let (columns, rows) = (24, 6);
    let mut lines = vec![format!("{}x{} at {},{}", caption.width, caption.height, caption.x, caption.y)];
    for row in 0..rows {
        let mut line = String::new();
        for column in 0..columns {
            let (mut sum, mut count) = (0_u32, 0_u32);
            for y in row * caption.height / rows..(row + 1) * caption.height / rows {
                for x in column * caption.width / columns..(column + 1) * caption.width / columns {
                    let pixel = &caption.rgba[((y * caption.width + x) * 4) as usize..][..4];
                    sum += u32::from(pixel[0]) * u32::from(pixel[3]) / 255;
                    count += 1;
                }
            }
            line.push(char::from_digit((sum / count.max(1) / 10).min(15), 16).unwrap());
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[test]
fn captions_look_as_they_did() {
    for (name, language, text) in SCRIPTS {
        let drawn: Vec<String> =
            FRAMES.iter().map(|frame| thumbnail(&fonts().draw(text, language, *frame).unwrap())).collect();
        insta::assert_snapshot!(format!("caption_{name}"), drawn.join("\n\n"));
    }
}

#[test]
fn titles_stand_in_the_middle() {
    for frame in FRAMES {
        for (name, language, text) in SCRIPTS {
            let card = fonts().draw_title(text, Some("Psalm 23"), language, frame).unwrap();
            assert_well_placed(&card, frame, name);
            let safe = SafeArea::of(frame).unwrap();
            let (_, top, _, bottom) = ink(&card);
            assert!((top + bottom).abs_diff(safe.top + safe.bottom) < frame.1 / 40, "{name} {frame:?}");
        }
    }
}

#[test]
fn the_last_baseline_does_not_depend_on_the_letters() {
    let bottom = |text| ink(&fonts().draw(text, "en", (1920, 1080)).unwrap()).3;
    assert!(bottom("none now").abs_diff(bottom("more are seen\nsome now")) <= 1);
}

#[test]
fn a_word_too_long_shrinks_and_then_breaks_but_is_never_cut_off() {
    for frame in FRAMES {
        for length in [30, 60, 120] {
            let caption = fonts().draw(&"शिव".repeat(length / 3), "hi", frame).unwrap();
            assert_well_placed(&caption, frame, "long word");
        }
    }
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let draw = |text: &str, frame| fonts().draw(text, "en", frame).unwrap_err();
    assert!(matches!(draw("𒀭𒂗", (1920, 1080)), CaptionError::MissingGlyphs(c) if c == ['𒀭', '𒂗']));
    assert!(matches!(draw(" \n\u{200D}", (1920, 1080)), CaptionError::NothingToShow));
    assert!(matches!(draw("a", (1921, 1080)), CaptionError::Frame(1921, 1080)));
    assert!(matches!(draw("a", (0, 0)), CaptionError::Frame(0, 0)));
    assert!(matches!(draw(&"many words ".repeat(200), (1920, 1080)), CaptionError::TooLong { .. }));
}

proptest! {
    #[test]
    fn any_text_is_drawn_whole_or_refused(text in any_text(), which in 0..3_usize, language in 0..3_usize) {
        let language = ["en", "ur", "hi"][language];
        let missing = fonts().missing(&text);
        if !missing.is_empty() {
            let refused = fonts().draw(&text, language, FRAMES[which]);
            prop_assert!(matches!(refused, Err(CaptionError::MissingGlyphs(named)) if named == missing));
        }
        let text = text.replace(|c| missing.contains(&c), "");
        match fonts().draw(&text, language, FRAMES[which]) {
            Ok(caption) => assert_well_placed(&caption, FRAMES[which], &text),
            Err(CaptionError::NothingToShow) => prop_assert!(text.chars().all(|c| !c.is_alphanumeric())),
            Err(error) => prop_assert!(matches!(error, CaptionError::TooLong { .. }) && text.len() > 100, "{}", error),
        }
    }
}
