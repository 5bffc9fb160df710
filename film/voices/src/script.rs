//! Scripts by their ISO 15924 codes: direction, and the font that captions are set in.

use serde::{Deserialize, Serialize};

/// The direction in which a script is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

/// The direction of a script. A code that is not known here is taken for one from left to right.
#[must_use]
pub fn direction(script: &str) -> Direction {
    match script {
        "Arab" | "Aran" | "Hebr" | "Syrc" | "Thaa" | "Nkoo" | "Adlm" => Direction::Rtl,
        _ => Direction::Ltr,
    }
}

/// The family of the font that captions in a script are set in.
#[must_use]
pub fn font(script: &str) -> &'static str {
    match script {
        "Deva" => "Noto Serif Devanagari",
        "Beng" => "Noto Serif Bengali",
        "Taml" => "Noto Sans Tamil",
        "Telu" => "Noto Serif Telugu",
        "Guru" => "Noto Sans Gurmukhi",
        "Gujr" => "Noto Sans Gujarati",
        "Knda" => "Noto Sans Kannada",
        "Mlym" => "Noto Sans Malayalam",
        "Sinh" => "Noto Sans Sinhala",
        "Orya" => "Noto Sans Oriya",
        "Thai" => "Noto Sans Thai",
        "Laoo" => "Noto Sans Lao",
        "Khmr" => "Noto Sans Khmer",
        "Mymr" => "Noto Sans Myanmar",
        "Tibt" => "Noto Serif Tibetan",
        "Arab" => "Noto Naskh Arabic",
        "Aran" => "Noto Nastaliq Urdu",
        "Hebr" => "Noto Serif Hebrew",
        "Syrc" => "Noto Sans Syriac",
        "Copt" => "Noto Sans Coptic",
        "Armn" => "Noto Sans Armenian",
        "Geor" => "Noto Sans Georgian",
        "Ethi" => "Noto Sans Ethiopic",
        "Cher" => "Noto Sans Cherokee",
        "Hans" | "Hant" | "Hani" => "Noto Sans SC",
        "Jpan" => "Noto Sans JP",
        "Kore" | "Hang" => "Noto Sans KR",
        _ => "Noto Serif",
    }
}
