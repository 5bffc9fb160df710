//! The table of characters, and what is outside it.

use std::path::Path;

use super::assets::fonts;

#[test]
fn the_table_is_that_of_the_fonts() {
    assert!(
        fonts().coverage().unwrap() == film_vocabulary::coverage::ranges(),
        "film/vocabulary/src/coverage.txt is not what the fonts cover: see examples/coverage.rs"
    );
}

#[test]
fn every_promised_script_is_covered() {
    let texts = [
        "El Señor, não, Łódź, ṛṣi Kṛṣṇa, ﬁ “quotes” — … № 23",
        "Господь Ѣѳѵ и҆́же Їі",
        "Κύριος ἐν ἀρχῇ ἦν ὁ λόγος",
        "ॐ यदा यदा हि धर्मस्य॥ अग्निमी॑ळे पुरो॒हितं",
        "ஓம் கர்த்தர் ஸ்ரீ",
        "আমার শ্রীকৃষ্ণ ওঁ",
        "యెహోవా శ్రీ",
        "بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ ۝ ﷺ ﷽ ۞ ۩ پگچژ",
        "خداوند میرا چوپان ہے، ۔؟ ٹڈڑںےۓ",
        "בְּרֵאשִׁ֖ית בָּרָ֣א ׃ ־ ױ",
        "耶和华是我的牧者，。《》「」 かな カナ",
        "ੴ ਸਤਿ ਨਾਮੁ",
        "શ્રી કૃષ્ણ ಕೃಷ್ಣ കൃഷ്ണ ശ്രീ",
        "ශ්‍රී พระเจ้า ☪ ✝ ✡ ☸ ☬ ☯ 🙏 🕉\u{FE0F} ❤\u{FE0F} ✨ 🪔",
    ];
    for text in texts {
        assert_eq!(fonts().missing(text), Vec::<char>::new(), "{text}");
    }
}

/// What ships as text: templates, the demonstration's texts, the words that choose pictures.
#[test]
fn every_text_of_the_product_can_be_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("shared/storyboard/src/lexicon.tsv")];
    for folder in ["shared/storyboard/templates", "tools/demo/texts"] {
        files.extend(std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("\\u"), "{}: letters are written, not escaped", file.display());
        assert_eq!(fonts().missing(&text), Vec::<char>::new(), "{}", file.display());
    }
}

#[test]
fn missing_names_each_character_once_in_order_and_nothing_invisible() {
    assert_eq!(fonts().missing("𒀭𒂗 a 𒀭 \u{10FFFF} 𓀀"), ['𒀭', '𒂗', '\u{10FFFF}', '𓀀']);
    assert_eq!(fonts().missing("\u{200D}\u{FE0F}\u{2067}\t\r\n\u{AD}\u{E0067}\u{0}"), Vec::<char>::new());
}
