//! Contrast, measured pixel by pixel: no picture may come through so light that a letter is lost in it.

use std::collections::HashSet;
use std::ops::Range;

use proptest::prelude::*;

use super::*;
use crate::assets::fonts;
use crate::legibility::{CONTRAST, luminance};
use crate::typeset::{Caption, Typeset};

type Pixel = [f64; 3];

/// A frame of video as the caption finds it: bytes by column and row.
#[derive(Clone, Copy, Debug)]
enum Picture {
    Even(Pixel),
    /// Light from one corner to the other.
    Slope(Pixel, Pixel),
    /// Squares of so many pixels: foliage, masonry, a crowd.
    Squares(usize, Pixel, Pixel),
    /// Every pixel on its own: water in the sun.
    Noise(u32),
}

impl Picture {
    fn at(self, x: usize, y: usize) -> Pixel {
        match self {
            Self::Even(colour) => colour,
            Self::Slope(from, to) => {
                let t = ((x + y) as f64 / 3000.0).min(1.0);
                std::array::from_fn(|c| from[c] + (to[c] - from[c]) * t)
            }
            Self::Squares(side, a, b) => {
                if (x / side + y / side).is_multiple_of(2) {
                    a
                } else {
                    b
                }
            }
            Self::Noise(seed) => std::array::from_fn(|c| {
                let cell = ((y * 4096 + x) * 3 + c) as u32;
                f64::from(
                    (cell ^ seed).wrapping_mul(2_654_435_761).rotate_left(13).wrapping_mul(2_246_822_519)
                        >> 24,
                )
            }),
        }
    }
}

/// Contrast of letters in a colour with the worst pixel that shows beside them, over a picture.
fn worst_contrast(caption: &CaptionBitmap, letters: [u8; 3], picture: Picture) -> f64 {
    let (width, height) = (caption.width as usize, caption.height as usize);
    let over = |x: usize, y: usize| -> Pixel {
        let pixel = &caption.rgba[(y * width + x) * 4..][..4];
        let alpha = f64::from(pixel[3]) / 255.0;
        let under = picture.at(caption.x as usize + x, caption.y as usize + y);
        std::array::from_fn(|c| f64::from(pixel[c]) * alpha + under[c] * (1.0 - alpha))
    };
    let is_letter = |at: usize| caption.rgba[at * 4] > 250 && caption.rgba[at * 4 + 3] > 250;
    // Text is light: of the pixels without any of it near a letter, the lightest counts. Those
    // with some of it are the letter's own soft edge.
    let is_shade = |at: usize| caption.rgba[at * 4] <= SHADE[0] + 1;
    let text = luminance(letters.map(f64::from));
    let mut worst = f64::INFINITY;
    for y in 3..height - 3 {
        for x in 3..width - 3 {
            if !is_letter(y * width + x) {
                continue;
            }
            for (x, y) in (y - 3..=y + 3).flat_map(|y| (x - 3..=x + 3).map(move |x| (x, y))) {
                if is_shade(y * width + x) {
                    worst = worst.min((text + 0.05) / (luminance(over(x, y)) + 0.05));
                }
            }
        }
    }
    worst
}

const SAMPLES: [(&str, &str); 6] = [
    ("en", "i’ll—.,: The Lord is my shepherd"),
    ("ur", "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔"),
    ("he", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים"),
    ("hi", "श्री कृष्ण क्षत्रिय ऑं"),
    ("bn", "আমার মাথা নত করে দাও"),
    ("zh", "耶和华是我的牧者，。"),
];

const FRAMES: [(u32, u32); 3] = [(1920, 1080), (1080, 1920), (1080, 1080)];

const WHITE: Picture = Picture::Even([255.0; 3]);

/// White is the worst that can lie behind light letters; spoken words are the darkest of these.
#[test]
fn every_letter_stands_out_from_white() {
    for (language, text) in SAMPLES {
        for frame in FRAMES {
            let pair = Caption::new(text, language).with_second("The Lord is my shepherd", "en");
            let set = |caption| fonts().typeset(&caption, frame).unwrap().bitmap().unwrap();
            let title = fonts().draw_title(text, None, language, frame).unwrap();
            for caption in [set(Caption::new(text, language)), set(pair), title] {
                let (text_on, spoken_on) =
                    (worst_contrast(&caption, TEXT, WHITE), worst_contrast(&caption, SPOKEN, WHITE));
                assert!(spoken_on >= CONTRAST, "{text} {frame:?}: {text_on:.2}, spoken {spoken_on:.2}");
                assert!(spoken_on.is_finite());
            }
        }
    }
}

fn colour() -> impl Strategy<Value = Pixel> {
    prop::array::uniform3(0.0..=255.0_f64)
}

fn picture() -> impl Strategy<Value = Picture> {
    prop_oneof![
        colour().prop_map(Picture::Even),
        (colour(), colour()).prop_map(|(a, b)| Picture::Slope(a, b)),
        (1..90_usize, colour(), colour()).prop_map(|(side, a, b)| Picture::Squares(side, a, b)),
        any::<u32>().prop_map(Picture::Noise),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_letter_stands_out_from_any_picture(
        (language, text) in prop::sample::select(SAMPLES.to_vec()),
        frame in prop::sample::select(FRAMES.to_vec()),
        picture in picture(),
    ) {
        let caption = fonts().draw(text, language, frame).unwrap();
        let contrast = worst_contrast(&caption, SPOKEN, picture);
        prop_assert!((CONTRAST..=21.1).contains(&contrast), "{text} {frame:?} {picture:?}: {contrast}");
    }
}

/// The letters of a bitmap in the frame: where they are, and how much of the pixel they cover.
fn inked(bitmap: &CaptionBitmap) -> impl Iterator<Item = ((u32, u32), u8)> {
    let (x, y, width) = (bitmap.x, bitmap.y, bitmap.width);
    let at = move |i: usize| (x + i as u32 % width, y + i as u32 / width);
    bitmap.rgba.chunks_exact(4).enumerate().map(move |(i, p)| (at(i), p[3]))
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let word = |piece: &str| {
        let start = at;
        at += piece.len();
        start..at
    };
    text.split_inclusive(' ').map(word).collect()
}

/// Where the letters of a caption are full.
fn in_frame(set: &Typeset<'_>) -> HashSet<(u32, u32)> {
    let whole = set.bitmap().unwrap();
    let lit = whole.rgba.chunks_exact(4).enumerate().filter(|(_, p)| p[0] > 250 && p[3] > 250);
    let at = |i: usize| (whole.x + i as u32 % whole.width, whole.y + i as u32 / whole.width);
    lit.map(|(i, _)| at(i)).collect()
}

/// Words together colour every letter, and nothing that is not a letter.
#[test]
fn words_cover_the_text_and_nothing_else() {
    for (language, text) in SAMPLES {
        let set = fonts().typeset(&Caption::new(text, language), (1280, 720)).unwrap();
        let letters = in_frame(&set);
        let mut coloured = HashSet::new();
        for word in words(text) {
            let layer = set.word(word).unwrap();
            assert!([layer.x, layer.y, layer.width, layer.height].iter().all(|v| v % 2 == 0));
            coloured.extend(inked(&layer).filter(|(_, cover)| *cover > 200).map(|(at, _)| at));
        }
        let bare = letters.difference(&coloured).count();
        // Where two clusters meet, each covers half of a pixel.
        assert!(bare * 50 < letters.len(), "{text}: {bare} of {} pixels stay white", letters.len());
        let soft = set.bitmap().unwrap();
        let lit =
            |(x, y): &(u32, u32)| soft.rgba[((y - soft.y) * soft.width + x - soft.x) as usize * 4] > 100;
        assert!(coloured.iter().all(lit), "{text}: pixels are coloured beside the letters");
    }
}

/// Cutting a conjunct or ligature in two colours it once, whole, with its first letter.
#[test]
fn no_cluster_is_split() {
    for (language, text) in [("hi", "क्ष"), ("ta", "ஸ்ரீ"), ("bn", "ক্ষ"), ("ar", "ﷲ"), ("he", "שָׁ")]
    {
        let set = fonts().typeset(&Caption::new(text, language), (1280, 720)).unwrap();
        let whole = set.word(0..text.len()).unwrap();
        for (cut, _) in text.char_indices().skip(1) {
            assert_eq!(set.word(0..cut).as_ref(), Some(&whole), "{text} at {cut}");
            assert_eq!(set.word(cut..text.len()), None, "{text} at {cut}");
        }
    }
}

#[test]
fn a_second_text_is_smaller_below_and_never_coloured() {
    for frame in FRAMES {
        let text = "यदा यदा हि धर्मस्य";
        let alone = fonts().draw(text, "sa", frame).unwrap();
        let pair = Caption::new(text, "sa").with_second("yadā yadā hi dharmasya", "sa-Latn");
        let set = fonts().typeset(&pair, frame).unwrap();
        let both = set.bitmap().unwrap();
        assert!(both.height > alone.height && both.y < alone.y);
        let bottom = inked(&set.word(0..text.len()).unwrap()).map(|((_, y), _)| y).max().unwrap();
        let lowest = in_frame(&set).iter().map(|(_, y)| *y).max().unwrap();
        assert!(lowest > bottom + frame.1 / 50, "{frame:?}: the second stands below {bottom}: {lowest}");
        let missing = fonts().typeset(&Caption::new("a", "en").with_second("𒀭", "ko"), frame);
        assert!(matches!(missing, Err(crate::error::CaptionError::MissingGlyphs(_))));
    }
}
