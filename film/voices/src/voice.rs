//! Voices: who speaks, and how well.

use serde::{Deserialize, Serialize};

/// How well a language or a voice is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// Fit to publish: the voice was trained on this language, and the text is read reliably.
    Good,
    /// Understandable, but with a foreign accent, misread words or a machine's melody.
    Draft,
    /// Nobody speaks it.
    None,
}

/// An engine that is part of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Provider {
    /// The neural voices of Kokoro.
    #[serde(rename = "kokoro")]
    Kokoro,
    /// The small neural voice for English.
    #[serde(rename = "hibari")]
    Hibari,
    /// The rule-based voices of espeak-ng.
    #[serde(rename = "espeak-ng")]
    Espeak,
}

impl Provider {
    /// The name that receipts show, and by which a voice of it is asked for.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kokoro => "kokoro",
            Self::Hibari => "hibari",
            Self::Espeak => "espeak-ng",
        }
    }
}

/// Whether a voice is a woman's or a man's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// A woman's.
    Female,
    /// A man's.
    Male,
}

/// A voice for a language. The same voice may speak several languages; its id and the language name it together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// What a script or a project names as its voice: `af_heart`, `hibari`, `espeak-ng`.
    pub id: &'static str,
    /// The name that people are shown.
    pub name: &'static str,
    /// BCP 47 language that it speaks here.
    pub language: &'static str,
    /// Unknown for a machine's voice that is neither.
    pub gender: Option<Gender>,
    /// The engine that speaks.
    pub provider: Provider,
    /// How well it speaks this language.
    pub quality: Quality,
}

impl Voice {
    pub(crate) fn kokoro(id: &'static str, language: &'static str, quality: Quality) -> Self {
        // Kokoro's names begin with a letter for the language and one for woman or man: `hf_alpha`, `hm_omega`.
        let gender = match id.as_bytes().get(1) {
            Some(b'f') => Some(Gender::Female),
            Some(b'm') => Some(Gender::Male),
            _ => None,
        };
        Self { id, name: kokoro_name(id), language, gender, provider: Provider::Kokoro, quality }
    }

    pub(crate) const fn hibari(language: &'static str) -> Self {
        Self {
            id: Provider::Hibari.name(),
            name: "Hibari",
            language,
            gender: Some(Gender::Female),
            provider: Provider::Hibari,
            quality: Quality::Good,
        }
    }

    pub(crate) const fn espeak(language: &'static str) -> Self {
        Self {
            id: Provider::Espeak.name(),
            name: "eSpeak NG",
            language,
            gender: None,
            provider: Provider::Espeak,
            quality: Quality::Draft,
        }
    }
}

/// The part of a voice's id that is a name, in capitals as people write it.
fn kokoro_name(id: &'static str) -> &'static str {
    match id {
        "af_heart" => "Heart",
        "am_michael" => "Michael",
        "af_bella" => "Bella",
        "am_fenrir" => "Fenrir",
        "bf_emma" => "Emma",
        "bm_george" => "George",
        "ef_dora" | "pf_dora" => "Dora",
        "em_alex" | "pm_alex" => "Alex",
        "ff_siwis" => "Siwis",
        "hf_alpha" => "Alpha",
        "hm_omega" => "Omega",
        "hf_beta" => "Beta",
        "hm_psi" => "Psi",
        "zf_xiaoxiao" => "Xiaoxiao",
        "zm_yunjian" => "Yunjian",
        "if_sara" => "Sara",
        "im_nicola" => "Nicola",
        other => other,
    }
}
