//! The shipped fonts: which there are, what they cover, and which one writes what.
//!
//! Latin, Greek and Cyrillic are set in Noto Serif, the modulated scripts in its companions (Serif
//! Devanagari, Bengali, Telugu, Hebrew): scripture is read in print, and Noto Serif is a low-contrast
//! serif whose thin strokes survive chroma subsampling and compression at caption sizes. Medium weight,
//! because light text on dark loses apparent weight once video is encoded. Scripts whose serif is not
//! published as a static font use the monoline Noto Sans of the same weight.

use std::ops::RangeInclusive;
use std::path::Path;

use harfrust::Font;
use unicode_script::{Script, UnicodeScript};

use crate::error::CaptionError;

/// A font file and how it is set beside the others.
pub(crate) struct Face {
    pub(crate) font: Font,
    /// Size relative to the Latin face, so that scripts look equally large on one line.
    pub(crate) scale: f32,
    /// Typographic descent below the baseline, in ems of the caption's size, positive.
    pub(crate) descent: f32,
    covered: Coverage,
}

impl Face {
    pub(crate) fn covers(&self, c: char) -> bool {
        self.covered.contains(c)
    }
}

/// Names a shipped font. Their order is the order of fallback: text faces first, symbols and emoji last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum FaceId {
    Serif,
    Devanagari,
    Bengali,
    Tamil,
    Telugu,
    Gurmukhi,
    Gujarati,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Naskh,
    Nastaliq,
    Hebrew,
    Han,
    Symbols,
    Symbols2,
    Emoji,
}

/// File below `fonts/` and scale. Scales are optical: Naskh and Nastaliq are drawn small on the em
/// (their alif is as tall as a Latin x-height), a Han character fills its em, emoji overshoot it.
const FACES: [(FaceId, &str, f32); 18] = [
    (FaceId::Serif, "NotoSerif-Medium.ttf", 1.0),
    (FaceId::Devanagari, "NotoSerifDevanagari-Medium.ttf", 1.08),
    (FaceId::Bengali, "NotoSerifBengali-Medium.ttf", 1.08),
    (FaceId::Tamil, "NotoSansTamil-Medium.ttf", 0.94),
    (FaceId::Telugu, "NotoSerifTelugu-Medium.ttf", 1.06),
    (FaceId::Gurmukhi, "NotoSansGurmukhi-Medium.ttf", 1.0),
    (FaceId::Gujarati, "NotoSansGujarati-Medium.ttf", 1.0),
    (FaceId::Kannada, "NotoSansKannada-Medium.ttf", 1.0),
    (FaceId::Malayalam, "NotoSansMalayalam-Medium.ttf", 0.94),
    (FaceId::Sinhala, "NotoSansSinhala-Medium.ttf", 1.0),
    (FaceId::Thai, "NotoSansThai-Medium.ttf", 1.0),
    (FaceId::Naskh, "NotoNaskhArabic-Medium.ttf", 1.18),
    (FaceId::Nastaliq, "NotoNastaliqUrdu-Medium.ttf", 1.05),
    (FaceId::Hebrew, "NotoSerifHebrew-Medium.ttf", 1.1),
    (FaceId::Han, "NotoSansSC-Medium.ttf", 0.96),
    (FaceId::Symbols, "NotoSansSymbols-Medium.ttf", 1.0),
    (FaceId::Symbols2, "NotoSansSymbols2-Regular.ttf", 1.0),
    (FaceId::Emoji, "NotoEmoji-Medium.ttf", 0.9),
];

/// The shipped fonts, loaded. Read once per process and share: about 16 MB.
pub struct Fonts {
    faces: Vec<Face>,
    covered: Coverage,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts").field("faces", &self.faces.len()).finish_non_exhaustive()
    }
}

impl Fonts {
    /// Reads the fonts of `infra/assets/fonts.json` from `fonts/` below `assets_root`. The system's
    /// fonts are never looked at: a film must not depend on the machine it was made on.
    ///
    /// # Errors
    /// [`CaptionError::FontMissing`] when a font file cannot be read, [`CaptionError::FontUnusable`] when it can be
    /// read but not parsed; each names the file.
    pub fn load(assets_root: &Path) -> Result<Self, CaptionError> {
        let folder = assets_root.join("fonts");
        let faces = FACES
            .iter()
            .map(|(_, file, scale)| load_face(&folder.join(file), *scale))
            .collect::<Result<Vec<Face>, CaptionError>>()?;
        let mut all: Vec<RangeInclusive<u32>> = IGNORED.to_vec();
        all.extend(faces.iter().flat_map(|face| face.covered.0.iter().cloned()));
        Ok(Self { faces, covered: Coverage::new(all) })
    }

    /// The characters of `text` that no shipped font has, each once, in order of appearance. What has
    /// no ink by nature (controls, joiners, variation selectors, white space) is never missing.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for c in text.chars() {
            if !self.covered.contains(c) && !missing.contains(&c) {
                missing.push(c);
            }
        }
        missing
    }

    /// Everything [`Fonts::missing`] accepts, as sorted ranges that neither overlap nor touch. The crate
    /// `film-vocabulary` keeps the same table for those who must refuse a text without loading fonts.
    pub fn coverage(&self) -> Vec<RangeInclusive<char>> {
        let as_char = |value: &u32| char::from_u32(*value);
        self.covered
            .0
            .iter()
            .filter_map(|range| Some(as_char(range.start())?..=as_char(range.end())?))
            .collect()
    }

    pub(crate) fn face(&self, id: FaceId) -> &Face {
        // FACES lists every id at its own index, which a test holds to.
        &self.faces[id as usize]
    }

    /// The font for a grapheme: the one its script and language ask for if it has every character,
    /// else the first that has; `None` when no single font does.
    pub(crate) fn face_for(&self, grapheme: &str, preferred: FaceId) -> Option<FaceId> {
        let covers = |id: FaceId| {
            let face = self.face(id);
            grapheme.chars().all(|c| is_ignored(c) || face.covers(c))
        };
        // U+FE0F asks for the pictorial form of a character that also has a textual one.
        let pictorial = grapheme.contains('\u{FE0F}').then_some(FaceId::Emoji);
        pictorial
            .into_iter()
            .chain([preferred])
            .chain(FACES.iter().map(|(id, ..)| *id))
            .find(|id| covers(*id))
    }
}

/// The font that writes a script in a language: the Urdu reader expects Nastaliq where the Arab and the
/// Iranian expect Naskh, though the characters are the same.
pub(crate) fn preferred_face(script: Script, language: &str) -> FaceId {
    match script {
        Script::Devanagari => FaceId::Devanagari,
        Script::Bengali => FaceId::Bengali,
        Script::Tamil => FaceId::Tamil,
        Script::Telugu => FaceId::Telugu,
        Script::Gurmukhi => FaceId::Gurmukhi,
        Script::Gujarati => FaceId::Gujarati,
        Script::Kannada => FaceId::Kannada,
        Script::Malayalam => FaceId::Malayalam,
        Script::Sinhala => FaceId::Sinhala,
        Script::Thai => FaceId::Thai,
        Script::Arabic if written_in_nastaliq(language) => FaceId::Nastaliq,
        Script::Arabic => FaceId::Naskh,
        Script::Hebrew => FaceId::Hebrew,
        Script::Han | Script::Hiragana | Script::Katakana | Script::Bopomofo => FaceId::Han,
        _ => FaceId::Serif,
    }
}

/// The script a language is written in, for punctuation and digits with no letter to go by.
pub(crate) fn usual_script(language: &str) -> Script {
    match primary_subtag(language).as_str() {
        "hi" | "mr" | "ne" | "sa" | "kok" | "mai" | "bho" => Script::Devanagari,
        "bn" | "as" => Script::Bengali,
        "ta" => Script::Tamil,
        "te" => Script::Telugu,
        "pa" => Script::Gurmukhi,
        "gu" => Script::Gujarati,
        "kn" => Script::Kannada,
        "ml" => Script::Malayalam,
        "si" => Script::Sinhala,
        "th" => Script::Thai,
        "ar" | "fa" | "ur" | "ps" | "sd" | "ug" | "ckb" | "ks" | "pnb" | "skr" => Script::Arabic,
        "he" | "yi" => Script::Hebrew,
        "zh" | "ja" | "yue" => Script::Han,
        _ => Script::Latin,
    }
}

/// Urdu, Kashmiri, western Punjabi (Shahmukhi) and Saraiki are printed in Nastaliq.
fn written_in_nastaliq(language: &str) -> bool {
    matches!(primary_subtag(language).as_str(), "ur" | "ks" | "pnb" | "skr" | "pa")
}

/// `ur` of `ur-PK`.
pub(crate) fn primary_subtag(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn load_face(path: &Path, scale: f32) -> Result<Face, CaptionError> {
    let data =
        std::fs::read(path).map_err(|source| CaptionError::FontMissing { path: path.into(), source })?;
    let unusable = || CaptionError::FontUnusable { path: path.into() };
    let font = Font::new(data, 0).ok_or_else(unusable)?;
    let metrics = font.metrics();
    let line = metrics.h_line().ok_or_else(unusable)?;
    let em = f64::from(metrics.units_per_em);
    let in_ems = |units: f64| (units / em) as f32 * scale;
    let covered = font.charmap().unicodes().map(|(c, _)| c..=c).collect();
    Ok(Face { scale, descent: in_ems(-line.descender.to_f64()), covered: Coverage::new(covered), font })
}

/// Characters without ink of their own, which need no glyph: controls, white space, and Unicode's
/// default-ignorable code points (`DerivedCoreProperties.txt`, assigned ones), tags among them.
const IGNORED: [RangeInclusive<u32>; 22] = [
    0x00..=0x20,
    0x7F..=0xA0,
    0xAD..=0xAD,
    0x34F..=0x34F,
    0x61C..=0x61C,
    0x1680..=0x1680,
    0x17B4..=0x17B5,
    0x180B..=0x180F,
    0x2000..=0x200F,
    0x2028..=0x202F,
    0x205F..=0x2064,
    0x2066..=0x206F,
    0x3000..=0x3000,
    0x3164..=0x3164,
    0xFE00..=0xFE0F,
    0xFEFF..=0xFEFF,
    0xFFA0..=0xFFA0,
    0xFFF9..=0xFFFB,
    0x1BCA0..=0x1BCA3,
    0x1D173..=0x1D17A,
    0xE0001..=0xE007F,
    0xE0100..=0xE01EF,
];

pub(crate) fn is_ignored(c: char) -> bool {
    let c = u32::from(c);
    IGNORED.binary_search_by(|range| compare(range, c)).is_ok()
}

/// The script of a grapheme, or `None` when its characters belong to every script.
pub(crate) fn script_of(grapheme: &str) -> Option<Script> {
    grapheme
        .chars()
        .map(|c| c.script())
        .find(|script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown))
}

/// Sorted, merged ranges of code points.
struct Coverage(Vec<RangeInclusive<u32>>);

impl Coverage {
    fn new(mut ranges: Vec<RangeInclusive<u32>>) -> Self {
        ranges.retain(|range| {
            char::from_u32(*range.start()).is_some() && char::from_u32(*range.end()).is_some()
        });
        ranges.sort_unstable_by_key(|range| *range.start());
        let mut merged: Vec<RangeInclusive<u32>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if *range.start() <= last.end().saturating_add(1) => {
                    *last = *last.start()..=*last.end().max(range.end());
                }
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    fn contains(&self, c: char) -> bool {
        self.0.binary_search_by(|range| compare(range, u32::from(c))).is_ok()
    }
}

fn compare(range: &RangeInclusive<u32>, c: u32) -> std::cmp::Ordering {
    if *range.end() < c {
        std::cmp::Ordering::Less
    } else if *range.start() > c {
        std::cmp::Ordering::Greater
    } else {
        std::cmp::Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_stands_at_its_own_index() {
        for (index, (id, ..)) in FACES.iter().enumerate() {
            assert_eq!(*id as usize, index);
        }
    }

    #[test]
    fn ranges_merge_when_they_touch() {
        let coverage = Coverage::new(vec![5..=9, 1..=2, 3..=4, 20..=20]);
        assert_eq!(coverage.0, [1..=9, 20..=20]);
    }
}
