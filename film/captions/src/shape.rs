//! From a line of text to placed glyphs.

use std::borrow::Cow;
use std::ops::Range;

use harfrust::{Buffer, Direction, GlyphId, Language, Script, ShapeOptions, ShaperFont};
use unicode_bidi::Level;

use crate::faces::FaceId;
use crate::fonts::Fonts;
use crate::run::{Run, runs};

/// A glyph on a line. Lengths are ems of the caption's size, so that a line is shaped once and drawn at
/// any size; y points up.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    pub(crate) face: FaceId,
    pub(crate) id: GlyphId,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) advance: f32,
    /// Byte offset in the line of the cluster of characters that this glyph writes, alone or with its
    /// neighbours: what a word highlight is drawn from.
    pub(crate) cluster: usize,
}

/// A line of text, shaped; glyphs in visual order from the left.
#[derive(Clone, Debug)]
pub(crate) struct ShapedLine {
    pub(crate) glyphs: Vec<Glyph>,
    /// Advance of the whole line in ems.
    pub(crate) width: f32,
}

impl ShapedLine {
    /// Shapes one line, a paragraph of the given direction.
    pub(crate) fn new(fonts: &Fonts, line: &str, language: &str, paragraph: Level) -> Self {
        let line = flattened(line);
        let mut shaped = Self { glyphs: Vec::with_capacity(line.len()), width: 0.0 };
        let mut buffer = Buffer::new();
        for run in runs(fonts, &line, language, paragraph) {
            buffer = shaped.push(fonts, &line, language, &run, buffer);
        }
        shaped
    }

    fn push(&mut self, fonts: &Fonts, line: &str, language: &str, run: &Run, mut buffer: Buffer) -> Buffer {
        let face = fonts.face(run.face);
        buffer.clear();
        // Letters join across a change of font or direction as they do on paper.
        buffer.set_pre_context(&line[..run.range.start]);
        for (offset, c) in line[run.range.clone()].char_indices() {
            // A line is far shorter than 4 GB.
            buffer.push(u32::from(c), (run.range.start + offset) as u32);
        }
        buffer.set_post_context(&line[run.range.end..]);
        buffer.set_direction(if run.rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.set_script(run.script.short_name().parse::<Script>().ok());
        buffer.set_language(Language::new(language));
        if harfrust::shape(&ShaperFont::new(&face.font), &mut buffer, ShapeOptions::new()).is_err() {
            // Fails only for a buffer without direction or already shaped, which this one is not.
            return Buffer::new();
        }
        let em = face.scale / f32::from(face.font.units_per_em());
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            let advance = position.x_advance as f32 * em;
            self.glyphs.push(Glyph {
                face: run.face,
                id: GlyphId::new(info.glyph_id),
                x: self.width + position.x_offset as f32 * em,
                y: position.y_offset as f32 * em,
                advance,
                cluster: info.cluster as usize,
            });
            self.width += advance;
        }
        buffer
    }
}

/// Widths of any part of a text, from shaping it once: exact but for what shaping does across the cut.
pub(crate) struct Measure<'t> {
    text: &'t str,
    /// Advance in ems of everything before each byte.
    before: Vec<f32>,
}

impl<'t> Measure<'t> {
    pub(crate) fn new(fonts: &Fonts, text: &'t str, language: &str, paragraph: Level) -> Self {
        let mut before = vec![0.0; text.len() + 1];
        for glyph in ShapedLine::new(fonts, text, language, paragraph).glyphs {
            before[glyph.cluster + 1] += glyph.advance;
        }
        let mut sum = 0.0;
        for advance in &mut before {
            sum += *advance;
            *advance = sum;
        }
        Self { text, before }
    }

    /// Whether a part of the text is nothing but white space.
    pub(crate) fn is_blank(&self, range: Range<usize>) -> bool {
        crate::breaks::trimmed(self.text, range).is_empty()
    }

    /// Width in ems of a part of the text without the white space around it.
    pub(crate) fn width(&self, range: Range<usize>) -> f32 {
        let range = crate::breaks::trimmed(self.text, range);
        self.before[range.end] - self.before[range.start]
    }
}

/// The text with every control character and line or paragraph separator as a space of the same
/// length in bytes, so that offsets hold and the line is one paragraph to the bidirectional algorithm.
fn flattened(text: &str) -> Cow<'_, str> {
    let separator = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(separator) {
        return Cow::Borrowed(text);
    }
    let space = |c: char| match c.len_utf8() {
        _ if !separator(c) => c,
        1 => ' ',
        2 => '\u{A0}',
        _ => '\u{2002}',
    };
    Cow::Owned(text.chars().map(space).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::assets::fonts;
    use crate::direction::paragraph_level;
    use crate::faces::preferred_face;
    use unicode_script::UnicodeScript as _;

    fn shape(text: &str, language: &str) -> ShapedLine {
        ShapedLine::new(fonts(), text, language, paragraph_level(text, language))
    }

    fn clusters(line: &ShapedLine) -> usize {
        line.glyphs.iter().map(|glyph| glyph.cluster).collect::<BTreeSet<usize>>().len()
    }

    /// Language, text, font, clusters, glyphs. Conjuncts and ligatures come out as one glyph; Noto's Arabic
    /// fonts set a letter's dots, and its hook, as glyphs of their own.
    const SHAPED: [(&str, &str, FaceId, usize, usize); 12] = [
        ("hi", "क्ष", FaceId::Devanagari, 1, 1),
        ("hi", "श्री", FaceId::Devanagari, 1, 2),
        ("sa", "कृष्ण", FaceId::Devanagari, 3, 4),
        ("ta", "க்ஷ", FaceId::Tamil, 1, 1),
        ("ta", "ஸ்ரீ", FaceId::Tamil, 1, 1),
        ("bn", "ক্ষ", FaceId::Bengali, 1, 1),
        ("te", "క్ష", FaceId::Telugu, 1, 1),
        ("ar", "الله", FaceId::Naskh, 4, 4),
        ("ar", "بِسْمِ", FaceId::Naskh, 3, 7),
        ("ur", "ہے", FaceId::Nastaliq, 2, 3),
        ("he", "שָׁ", FaceId::Hebrew, 1, 3),
        ("zh", "耶和华", FaceId::Han, 3, 3),
    ];

    #[test]
    fn conjuncts_ligatures_and_marks_form_the_clusters_readers_expect() {
        for (language, text, face, count, glyphs) in SHAPED {
            let line = shape(text, language);
            assert!(line.glyphs.iter().all(|glyph| glyph.face == face), "{text}: {:?}", line.glyphs);
            assert_eq!((clusters(&line), line.glyphs.len()), (count, glyphs), "{text}");
        }
    }

    /// What is written in the scripts promised, hard places included.
    const PASSAGES: [(&str, &str); 14] = [
        ("en", "“O give thanks unto the LORD”—for He is good; naïve, Kṛṣṇa, Łódź, № 23 … ☧ ✝ 🙏"),
        ("ru", "Господь — Пастырь мой; Ѣѳѵ и҆́же"),
        ("el", "Ἐν ἀρχῇ ἦν ὁ λόγος, καὶ ὁ λόγος ἦν πρὸς τὸν θεόν"),
        ("sa", "क्षत्रिय श्री कृष्ण ॐ अग्निमी॑ळे पुरो॒हितं य॒ज्ञस्य॑ दे॒वमृत्विज॑म् ॥ १ ॥"),
        ("ta", "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்; ஸ்ரீ க்ஷேத்திரம்"),
        ("bn", "আমার মাথা নত করে দাও শ্রীকৃষ্ণ ক্ষত্রিয় র‍্যাঁ"),
        ("te", "యెహోవా నా కాపరి, శ్రీకృష్ణ స్త్రీ క్షత్రియ"),
        ("ar", "بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ ٱلرَّحِيمِ ۝١ ﷺ"),
        ("ur", "خداوند میرا چوپان ہے، مجھے کمی نہ ہوگی۔ ۱۲۳"),
        ("he", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃"),
        ("zh", "耶和华是我的牧者，我必不至缺乏。《诗篇》"),
        ("ml", "ശ്രീകൃഷ്ണൻ ക്ഷത്രിയൻ"),
        ("th", "พระเจ้าทรงเป็นผู้เลี้ยงแกะ"),
        ("ar", "قال (Psalm 23:1): «الرب راعيَّ» — श्री 耶和华 👨\u{200D}👩\u{200D}👧"),
    ];

    #[test]
    fn no_character_falls_to_the_empty_box() {
        for (language, text) in PASSAGES {
            let line = shape(text, language);
            let boxes: Vec<&Glyph> = line.glyphs.iter().filter(|glyph| glyph.id == GlyphId::new(0)).collect();
            assert!(boxes.is_empty(), "{text}: {boxes:?}");
        }
    }

    #[test]
    fn every_script_is_written_by_its_own_font_without_a_box_and_in_its_direction() {
        for (name, language, text) in crate::script_samples::SAMPLES {
            fonts().prepare(text, language).unwrap();
            let line = shape(text, language);
            assert!(line.glyphs.iter().all(|glyph| glyph.id != GlyphId::new(0)), "{name}");
            let letter = text.chars().find(|c| c.is_alphabetic()).unwrap();
            let face = preferred_face(letter.script(), language);
            let own = line.glyphs.iter().filter(|glyph| glyph.face == face).count();
            assert!(own * 10 >= line.glyphs.len() * 9, "{name}: {own} of {}", line.glyphs.len());
            let (first, last) = (line.glyphs.first().unwrap().cluster, line.glyphs.last().unwrap().cluster);
            let rtl = matches!(name, "Syriac" | "Thaana" | "NKo" | "Adlam");
            assert_eq!(first > last, rtl, "{name}");
        }
    }

    /// Signs that stand before or around their letter, stacks and joined forms come out as readers expect: by the
    /// number of glyphs, which is that of the characters where nothing is shaped.
    #[test]
    fn stacks_and_joined_letters_are_shaped() {
        for (language, text, glyphs) in
            [("bo", "རྒྱ", 1), ("my", "က္က", 2), ("or", "କ୍ଷ", 1), ("ml", "ക്ഷ", 1), ("ko", "한", 1)]
        {
            fonts().prepare(text, language).unwrap();
            assert_eq!(shape(text, language).glyphs.len(), glyphs, "{text}");
        }
        // A letter between others has another form than one alone.
        for (language, letter) in [("syr", "ܒ"), ("nqo", "ߞ"), ("ff-Adlm", "𞤤"), ("mn-Mong", "ᠮ")] {
            fonts().prepare(letter, language).unwrap();
            let (alone, joined) = (shape(letter, language), shape(&letter.repeat(3), language));
            assert!(joined.glyphs.iter().any(|glyph| glyph.id != alone.glyphs[0].id), "{letter}");
        }
    }

    #[test]
    fn the_same_letters_are_nastaliq_for_urdu_and_naskh_for_persian() {
        let face = |language| shape("خداوند", language).glyphs[0].face;
        assert_eq!((face("ur"), face("ur-PK")), (FaceId::Nastaliq, FaceId::Nastaliq));
        assert_eq!((face("fa"), face("ar")), (FaceId::Naskh, FaceId::Naskh));
    }

    #[test]
    fn mixed_directions_are_ordered_by_the_language() {
        // Visual order from the left, as byte offsets of clusters.
        let order = |text, language| {
            shape(text, language).glyphs.iter().map(|glyph| glyph.cluster).collect::<Vec<usize>>()
        };
        assert_eq!(order("אב 12 ab", "he"), [8, 9, 7, 5, 6, 4, 2, 0].map(|at| at.min(9)));
        assert_eq!(order("ab אב", "en"), [0, 1, 2, 5, 3]);
    }

    #[test]
    fn separators_become_spaces_of_the_same_length() {
        let text = "a\nb\u{85}c\u{2028}d";
        assert_eq!(flattened(text).len(), text.len());
        assert!(flattened(text).chars().all(|c| !c.is_control()));
    }

    #[test]
    fn widths_of_parts_add_up() {
        let text = "The Lord is my shepherd";
        let level = paragraph_level(text, "en");
        let measure = Measure::new(fonts(), text, "en", level);
        let whole = ShapedLine::new(fonts(), text, "en", level).width;
        assert!((measure.width(0..text.len()) - whole).abs() < 1e-3);
        assert!(measure.width(0..8) < whole / 2.0);
    }
}
