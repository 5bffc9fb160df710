//! Scripts, general categories, and which reader knows which script.

use std::borrow::Cow;

use icu_properties::props::{GeneralCategory, Script};
use icu_properties::{CodePointMapData, PropertyNamesShort};

/// The script of a character, by the Unicode property.
pub(crate) fn of(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// The general category of a character.
pub(crate) fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// ISO 15924 code of a script.
pub(crate) fn code(script: Script) -> &'static str {
    PropertyNamesShort::<Script>::new().get(script).unwrap_or("Zzzz")
}

/// True for combining marks of any kind.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(
        category(c),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
    )
}

/// True for what a word is made of: letters, marks and digits.
pub(crate) fn is_word(c: char) -> bool {
    use GeneralCategory as Category;
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    // The same as `c.is_alphanumeric() || is_mark(c)`, with one look into one table: every pass asks it of every
    // character.
    match category(c) {
        Category::UppercaseLetter
        | Category::LowercaseLetter
        | Category::TitlecaseLetter
        | Category::ModifierLetter
        | Category::OtherLetter
        | Category::NonspacingMark
        | Category::SpacingMark
        | Category::EnclosingMark
        | Category::DecimalNumber
        | Category::LetterNumber
        | Category::OtherNumber => true,
        // Letters in circles.
        Category::OtherSymbol => c.is_alphabetic(),
        _ => false,
    }
}

/// True for the marks that belong to no script of their own.
pub(crate) fn is_shared(script: Script) -> bool {
    matches!(script, Script::Common | Script::Inherited)
}

/// A tag's part in small letters, which it nearly always has already.
pub(crate) fn in_lowercase(part: &str) -> Cow<'_, str> {
    match part.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(part.to_ascii_lowercase()),
        false => Cow::Borrowed(part),
    }
}

/// The scripts that are written in a language. A script in the language's tag (`sr-Latn`) decides; a language that is
/// not known here is taken for one that is written in Latin letters.
pub(crate) fn of_language(tag: &str) -> &'static [Script] {
    let mut parts = tag.split(['-', '_']);
    let primary = in_lowercase(parts.next().unwrap_or_default());
    match parts.find(|part| part.len() == 4).map(str::to_lowercase).as_deref() {
        Some("latn") => return &[Script::Latin],
        Some("cyrl") => return &[Script::Cyrillic],
        Some("arab" | "aran") => return &[Script::Arabic],
        Some("deva") => return &[Script::Devanagari],
        Some("guru") => return &[Script::Gurmukhi],
        _ => {}
    }
    match primary.as_ref() {
        "ar" | "fa" | "ur" | "sd" | "ug" | "ps" | "prs" | "ckb" => &[Script::Arabic],
        "he" | "iw" | "yi" => &[Script::Hebrew],
        "hi" | "mr" | "ne" | "sa" | "awa" | "bho" | "mai" | "doi" | "bra" | "kok" | "brx" => {
            &[Script::Devanagari]
        }
        "bn" | "as" | "bpy" => &[Script::Bengali],
        "pa" => &[Script::Gurmukhi],
        "gu" => &[Script::Gujarati],
        "or" => &[Script::Oriya],
        "ta" => &[Script::Tamil],
        "te" => &[Script::Telugu],
        "kn" => &[Script::Kannada],
        "ml" => &[Script::Malayalam],
        "si" => &[Script::Sinhala],
        "ru" | "uk" | "be" | "bg" | "mk" | "kk" | "ky" | "tt" | "ba" | "cv" | "mn" | "tg" | "cu" => {
            &[Script::Cyrillic]
        }
        "sr" => &[Script::Cyrillic, Script::Latin],
        "el" | "grc" => &[Script::Greek],
        "hy" | "hyw" => &[Script::Armenian],
        "ka" => &[Script::Georgian],
        "am" | "ti" | "gez" => &[Script::Ethiopic],
        "th" => &[Script::Thai],
        "my" => &[Script::Myanmar],
        "zh" | "cmn" | "yue" | "hak" => &[Script::Han],
        "ja" => &[Script::Hiragana, Script::Katakana],
        "ko" => &[Script::Hangul],
        "lo" => &[Script::Lao],
        "km" => &[Script::Khmer],
        "bo" | "dz" => &[Script::Tibetan],
        "syr" | "arc" => &[Script::Syriac],
        "cop" => &[Script::Coptic],
        "chr" => &[Script::Cherokee],
        _ => &[Script::Latin],
    }
}

/// The language whose reader reads a script in a text of another language; none where no reader does. Khmer, Lao,
/// Tibetan, Syriac, Coptic and others have no voice in espeak-ng, which spells them out letter by letter; those of Thai
/// and Burmese read words so wrongly that they are used for nothing but texts in these languages.
pub(crate) fn default_reader(script: Script) -> Option<&'static str> {
    Some(match script {
        Script::Latin => "en",
        Script::Greek => "el",
        Script::Cyrillic => "ru",
        Script::Hebrew => "he",
        Script::Arabic => "ar",
        Script::Devanagari => "hi",
        Script::Bengali => "bn",
        Script::Gurmukhi => "pa",
        Script::Gujarati => "gu",
        Script::Oriya => "or",
        Script::Tamil => "ta",
        Script::Telugu => "te",
        Script::Kannada => "kn",
        Script::Malayalam => "ml",
        Script::Sinhala => "si",
        Script::Armenian => "hy",
        Script::Georgian => "ka",
        Script::Ethiopic => "am",
        Script::Han => "zh",
        Script::Hiragana | Script::Katakana => "ja",
        Script::Hangul => "ko",
        _ => return None,
    })
}

/// The language whose reader reads a script within a text: the text's own, if it is written in that script.
///
/// None where the script stays silent: no reader knows it, or it is Han in Japanese or Korean, where Mandarin would be
/// wrong and espeak-ng has no readings.
pub(crate) fn reader(script: Script, language: &str) -> Option<&str> {
    if of_language(language).contains(&script) {
        let drafts = [Script::Thai, Script::Myanmar, Script::Cherokee];
        return (default_reader(script).is_some() || drafts.contains(&script)).then_some(language);
    }
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    if script == Script::Han && matches!(primary, "ja" | "ko") {
        return None;
    }
    default_reader(script)
}
