//! The table of fonts: which there are, and which one writes what.
//!
//! Latin, Greek and Cyrillic are set in Noto Serif, the modulated scripts in its companions (Serif
//! Devanagari, Bengali, Telugu, Hebrew, Tibetan): scripture is read in print, and Noto Serif is a low-contrast
//! serif whose thin strokes survive chroma subsampling and compression at caption sizes. Medium weight,
//! because light text on dark loses apparent weight once video is encoded; Regular where Noto has no other.
//! Scripts whose serif is not published as a static font use the monoline Noto Sans of the same weight.

use unicode_script::{Script, UnicodeScript};

/// Names a font. The order of the first, [`CORE`], is the order of fallback: text faces first, symbols and emoji last.
/// The others are each the font of one script ([`SCRIPTS`]).
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
    Ethiopic,
    Armenian,
    Georgian,
    Odia,
    Lao,
    Khmer,
    Burmese,
    Tibetan,
    Korean,
    Japanese,
    Syriac,
    Thaana,
    Nko,
    Adlam,
    Coptic,
    Glagolitic,
    Cherokee,
    Canadian,
    Tifinagh,
    Vai,
    Javanese,
    Balinese,
    Cham,
    Chakma,
    OlChiki,
    MeeteiMayek,
    Lisu,
    Yi,
    Mongolian,
    Siddham,
}

/// The fonts that every process loads: file below `fonts/` and scale. Scales are optical: Naskh and Nastaliq are drawn
/// small on the em (their alif is as tall as a Latin x-height), a Han character fills its em, emoji overshoot it.
pub(crate) const CORE: [(FaceId, &str, f32); 18] = [
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

/// The fonts that are loaded when a text needs them: file below `fonts/`, scale as in [`CORE`] (set by eye on the sheets
/// of `examples/scripts.rs`, beside a Latin word), and the script whose characters it adds to those that can be shown.
/// The Japanese font adds none: it has other forms of characters that [`FaceId::Han`] has too.
pub(crate) const SCRIPTS: [ScriptFace; 30] = [
    ScriptFace::new(FaceId::Ethiopic, "NotoSansEthiopic-Medium.ttf", 1.0, Some(Script::Ethiopic)),
    ScriptFace::new(FaceId::Armenian, "NotoSansArmenian-Medium.ttf", 1.0, Some(Script::Armenian)),
    ScriptFace::new(FaceId::Georgian, "NotoSansGeorgian-Medium.ttf", 1.0, Some(Script::Georgian)),
    ScriptFace::new(FaceId::Odia, "NotoSansOriya-Medium.ttf", 1.0, Some(Script::Oriya)),
    ScriptFace::new(FaceId::Lao, "NotoSansLao-Medium.ttf", 1.0, Some(Script::Lao)),
    ScriptFace::new(FaceId::Khmer, "NotoSansKhmer-Medium.ttf", 1.0, Some(Script::Khmer)),
    ScriptFace::new(FaceId::Burmese, "NotoSansMyanmar-Medium.ttf", 0.95, Some(Script::Myanmar)),
    ScriptFace::new(FaceId::Tibetan, "NotoSerifTibetan-Medium.ttf", 1.0, Some(Script::Tibetan)),
    ScriptFace::new(FaceId::Korean, "NotoSansKR-Medium.ttf", 0.96, Some(Script::Hangul)),
    ScriptFace::new(FaceId::Japanese, "NotoSansJP-Medium.ttf", 0.96, None),
    ScriptFace::new(FaceId::Syriac, "NotoSansSyriac-Medium.ttf", 1.08, Some(Script::Syriac)),
    ScriptFace::new(FaceId::Thaana, "NotoSansThaana-Medium.ttf", 1.2, Some(Script::Thaana)),
    ScriptFace::new(FaceId::Nko, "NotoSansNKo-Regular.ttf", 1.0, Some(Script::Nko)),
    ScriptFace::new(FaceId::Adlam, "NotoSansAdlam-Medium.ttf", 1.0, Some(Script::Adlam)),
    ScriptFace::new(FaceId::Coptic, "NotoSansCoptic-Regular.ttf", 1.0, Some(Script::Coptic)),
    ScriptFace::new(FaceId::Glagolitic, "NotoSansGlagolitic-Regular.ttf", 1.0, Some(Script::Glagolitic)),
    ScriptFace::new(FaceId::Cherokee, "NotoSansCherokee-Medium.ttf", 1.0, Some(Script::Cherokee)),
    ScriptFace::new(
        FaceId::Canadian,
        "NotoSansCanadianAboriginal-Medium.ttf",
        1.0,
        Some(Script::Canadian_Aboriginal),
    ),
    ScriptFace::new(FaceId::Tifinagh, "NotoSansTifinagh-Regular.ttf", 1.0, Some(Script::Tifinagh)),
    ScriptFace::new(FaceId::Vai, "NotoSansVai-Regular.ttf", 1.0, Some(Script::Vai)),
    ScriptFace::new(FaceId::Javanese, "NotoSansJavanese-Medium.ttf", 0.92, Some(Script::Javanese)),
    ScriptFace::new(FaceId::Balinese, "NotoSansBalinese-Medium.ttf", 0.92, Some(Script::Balinese)),
    ScriptFace::new(FaceId::Cham, "NotoSansCham-Medium.ttf", 1.12, Some(Script::Cham)),
    ScriptFace::new(FaceId::Chakma, "NotoSansChakma-Regular.ttf", 1.0, Some(Script::Chakma)),
    ScriptFace::new(FaceId::OlChiki, "NotoSansOlChiki-Medium.ttf", 1.0, Some(Script::Ol_Chiki)),
    ScriptFace::new(FaceId::MeeteiMayek, "NotoSansMeeteiMayek-Medium.ttf", 1.0, Some(Script::Meetei_Mayek)),
    ScriptFace::new(FaceId::Lisu, "NotoSansLisu-Medium.ttf", 1.0, Some(Script::Lisu)),
    ScriptFace::new(FaceId::Yi, "NotoSansYi-Regular.ttf", 1.0, Some(Script::Yi)),
    ScriptFace::new(FaceId::Mongolian, "NotoSansMongolian-Regular.ttf", 1.06, Some(Script::Mongolian)),
    ScriptFace::new(FaceId::Siddham, "NotoSansSiddham-Regular.ttf", 1.0, Some(Script::Siddham)),
];

/// A font of [`SCRIPTS`].
pub(crate) struct ScriptFace {
    pub(crate) id: FaceId,
    pub(crate) file: &'static str,
    pub(crate) scale: f32,
    /// The script that it adds.
    pub(crate) script: Option<Script>,
}

impl ScriptFace {
    const fn new(id: FaceId, file: &'static str, scale: f32, script: Option<Script>) -> Self {
        Self { id, file, scale, script }
    }

    /// Whether the font is there to show this character: one of its script, or one that several scripts share, such as
    /// a punctuation mark, of which its script is one (`Script_Extensions` of Unicode).
    pub(crate) fn adds(&self, c: char) -> bool {
        let shared = c.script_extension();
        let shared_by_all = shared.is_common() || shared.is_inherited();
        self.script.is_some_and(|own| c.script() == own || !shared_by_all && shared.contains_script(own))
    }
}

impl FaceId {
    /// The place in [`SCRIPTS`]; `None` for a font of [`CORE`].
    pub(crate) fn script_index(self) -> Option<usize> {
        (self as usize).checked_sub(CORE.len())
    }
}

fn face_of_script(script: Script) -> Option<FaceId> {
    SCRIPTS.iter().find(|face| face.script == Some(script)).map(|face| face.id)
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
        Script::Han | Script::Hiragana | Script::Katakana => match primary_subtag(language).as_str() {
            // The same character has another form in each of the three countries.
            "ja" => FaceId::Japanese,
            "ko" => FaceId::Korean,
            _ => FaceId::Han,
        },
        Script::Bopomofo => FaceId::Han,
        _ => face_of_script(script).unwrap_or(FaceId::Serif),
    }
}

/// The script a language is written in, for punctuation and digits with no letter to go by: what the tag says
/// (`mn-Mong`), or the usual one.
pub(crate) fn usual_script(language: &str) -> Script {
    let subtag = language.split(['-', '_']).nth(1).filter(|subtag| subtag.len() == 4);
    if let Some(script) = subtag.and_then(Script::from_short_name) {
        return script;
    }
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
        "ko" => Script::Hangul,
        "am" | "ti" | "gez" | "tig" | "byn" => Script::Ethiopic,
        "hy" | "hyw" | "xcl" => Script::Armenian,
        "ka" | "xmf" => Script::Georgian,
        "or" => Script::Oriya,
        "lo" => Script::Lao,
        "km" => Script::Khmer,
        "my" | "shn" | "mnw" | "ksw" | "kjp" => Script::Myanmar,
        "bo" | "dz" | "lbj" | "sip" => Script::Tibetan,
        "syr" | "arc" | "aii" | "cld" | "syc" => Script::Syriac,
        "dv" => Script::Thaana,
        "nqo" => Script::Nko,
        "cop" => Script::Coptic,
        "chr" => Script::Cherokee,
        "iu" | "cr" | "oj" => Script::Canadian_Aboriginal,
        "zgh" => Script::Tifinagh,
        "vai" => Script::Vai,
        "cjm" | "cja" => Script::Cham,
        "ccp" => Script::Chakma,
        "sat" => Script::Ol_Chiki,
        "mni" => Script::Meetei_Mayek,
        "lis" => Script::Lisu,
        "ii" => Script::Yi,
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

/// The script of a grapheme, or `None` when its characters belong to every script.
pub(crate) fn script_of(grapheme: &str) -> Option<Script> {
    grapheme
        .chars()
        .map(|c| c.script())
        .find(|script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_stands_at_its_own_index() {
        let ids = CORE.iter().map(|(id, ..)| *id).chain(SCRIPTS.iter().map(|face| face.id));
        for (index, id) in ids.enumerate() {
            assert_eq!(id as usize, index);
        }
    }

    #[test]
    fn a_language_tag_may_name_the_script() {
        assert_eq!(usual_script("mn-Mong"), Script::Mongolian);
        assert_eq!(usual_script("sa-Latn"), Script::Latin);
        assert_eq!(usual_script("am-ET"), Script::Ethiopic);
        assert_eq!(usual_script("zh-Hant"), Script::Han);
    }
}
