//! Every script at every aspect, as pictures that somebody has looked at.
//!
//! `GOLDEN=write cargo nextest run -p film-captions golden` draws them anew; look at each before it is kept.

use std::path::{Path, PathBuf};

use film_captions::{Caption, CaptionBitmap};
use image::{GrayImage, Luma};

use super::assets::fonts;

/// Half the size of delivery: strokes are still whole, and thirty captions take less than half a megabyte.
const FRAMES: [(u32, u32); 3] = [(960, 540), (540, 960), (540, 540)];

/// Name, caption. Hard places of each script: conjuncts, stacked marks, ligatures, numbers among letters.
const SCRIPTS: [(&str, Caption<'static>); 10] = [
    ("latin", caption("en", "The LORD is my shepherd; I shall not want. “He restoreth my soul.”")),
    ("devanagari", caption("sa", "यदा यदा हि धर्मस्य ग्लानिर्भवति भारत। ज्ञान, श्री, क्षत्रिय, स्त्री ॥७॥")),
    ("tamil", caption("ta", "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்; ஸ்ரீ க்ஷேத்திரம், பௌர்ணமி")),
    ("bengali", caption("bn", "আমার মাথা নত করে দাও হে তোমার চরণধুলার তলে। শ্রীকৃষ্ণ, ক্ষত্রিয়, র‍্যাঁ")),
    ("telugu", caption("te", "యెహోవా నా కాపరి, నాకు లేమి కలుగదు. శ్రీకృష్ణ, స్త్రీ, క్షత్రియ")),
    ("arabic", caption("ar", "بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ ٱلرَّحِيمِ ۝١ ٱلْحَمْدُ لِلَّهِ رَبِّ ٱلْعَـٰلَمِينَ")),
    ("nastaliq", caption("ur", "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔ وہ مجھے ہری چراگاہوں میں بٹھاتا ہے")),
    ("hebrew", caption("he", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃")),
    ("han", caption("zh", "耶和华是我的牧者，我必不至缺乏。他使我躺卧在青草地上，《诗篇》23")),
    (
        "mixed",
        Caption {
            text: "قال (Psalm 23:1): «الرب راعيَّ»",
            language: "ar",
            second: Some(("al-Rabb rāʿiyya: “The LORD is my shepherd” (מזמור כ״ג)", "en")),
        },
    ),
];

const fn caption(language: &'static str, text: &'static str) -> Caption<'static> {
    Caption { text, language, second: None }
}

/// What the picture behind is: light enough that halo and plate are seen in the golden image.
const BEHIND: f32 = 150.0;

/// Steps of grey that are kept: they compress to a third, and no eye tells sixteen on letters.
const STEP: u8 = 17;

/// A golden image and a drawing may differ by so much, in 0 to 255, averaged over blocks of this side:
/// a pixel's rounding on another processor passes, a mark that has moved does not.
const TOLERANCE: f64 = 12.0;
const BLOCK: u32 = 4;

/// The caption over grey, cut to its bitmap.
fn drawn(caption: &CaptionBitmap) -> GrayImage {
    GrayImage::from_fn(caption.width, caption.height, |x, y| {
        let pixel = &caption.rgba[((y * caption.width + x) * 4) as usize..][..4];
        let alpha = f32::from(pixel[3]) / 255.0;
        let over = f32::from(pixel[0]) * alpha + BEHIND * (1.0 - alpha);
        Luma([((over / f32::from(STEP)).round() as u8).saturating_mul(STEP)])
    })
}

fn block(image: &GrayImage, left: u32, top: u32) -> f64 {
    let (right, bottom) = ((left + BLOCK).min(image.width()), (top + BLOCK).min(image.height()));
    let pixels = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
    let (sum, count) = pixels
        .fold((0.0, 0.0), |(sum, count), (x, y)| (sum + f64::from(image.get_pixel(x, y).0[0]), count + 1.0));
    sum / count
}

/// The block that differs most, and by how much.
fn difference(kept: &GrayImage, now: &GrayImage) -> ((u32, u32), f64) {
    let rows = (0..kept.height()).step_by(BLOCK as usize);
    let blocks = rows.flat_map(|y| (0..kept.width()).step_by(BLOCK as usize).map(move |x| (x, y)));
    let differing = blocks.map(|(x, y)| ((x, y), (block(kept, x, y) - block(now, x, y)).abs()));
    differing.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

fn golden(name: &str, (width, height): (u32, u32)) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/{name}_{width}x{height}.png"))
}

#[test]
fn golden_images_are_what_is_drawn() {
    let rewrite = std::env::var_os("GOLDEN").is_some_and(|value| value == "write");
    for (name, caption) in SCRIPTS {
        for frame in FRAMES {
            let path = golden(name, frame);
            let now = drawn(&fonts().typeset(&caption, frame).unwrap().bitmap().unwrap());
            if rewrite {
                now.save(&path).unwrap();
                continue;
            }
            let kept = image::open(&path).unwrap().into_luma8();
            assert_eq!(kept.dimensions(), now.dimensions(), "{name} {frame:?}: another size");
            let (at, most) = difference(&kept, &now);
            assert!(most <= TOLERANCE, "{name} {frame:?} differs by {most:.1} around {at:?}");
        }
    }
}

/// The comparison sees what it is for: a mark that is missing, a letter set by two pixels elsewhere.
#[test]
fn a_golden_image_is_not_matched_by_a_wrong_one() {
    let draw = |text| drawn(&fonts().typeset(&caption("ar", text), FRAMES[0]).unwrap().bitmap().unwrap());
    let (marked, bare) = (draw("الغيب"), draw("العيب"));
    assert_eq!(marked.dimensions(), bare.dimensions());
    assert!(difference(&marked, &bare).1 > TOLERANCE * 2.0);
    let moved =
        GrayImage::from_fn(marked.width(), marked.height(), |x, y| *marked.get_pixel(x.saturating_sub(2), y));
    assert!(difference(&marked, &moved).1 > TOLERANCE * 2.0);
}
