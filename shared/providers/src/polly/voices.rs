//! Polly's voices: which one speaks a language, and with which engine.

use std::str::FromStr;

use crate::settings::NotOneOf;

/// An engine of Polly, in the order of quality and price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Engine {
    /// Concatenates pieces of recorded speech.
    Standard,
    /// A neural network for each voice.
    Neural,
    /// A large speech model: the most natural speech, which may change with each release of the model.
    Generative,
}

impl Engine {
    /// The price of the speech of a text, in millionths of a US dollar (the prices are in the table of
    /// [`crate::polly`]). A text is sent twice, for its sound and for the times of its words, and both calls are billed.
    pub(crate) fn speech_micro_usd(self, text: &str) -> u64 {
        let per_character = match self {
            Self::Standard => 4,
            Self::Neural => 16,
            Self::Generative => 30,
        };
        2 * per_character * text.chars().count() as u64
    }
}

impl FromStr for Engine {
    type Err = NotOneOf;

    fn from_str(value: &str) -> Result<Self, NotOneOf> {
        match value {
            "standard" => Ok(Self::Standard),
            "neural" => Ok(Self::Neural),
            "generative" => Ok(Self::Generative),
            _ => Err(NotOneOf("standard, neural, generative")),
        }
    }
}

impl From<Engine> for aws_sdk_polly::types::Engine {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Standard => Self::Standard,
            Engine::Neural => Self::Neural,
            Engine::Generative => Self::Generative,
        }
    }
}

/// A voice, the language it is to speak, and the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VoiceChoice {
    /// Polly's `VoiceId`.
    pub(super) id: &'static str,
    /// Polly's `LanguageCode`; some voices speak two.
    pub(super) language: &'static str,
    pub(super) engine: Engine,
}

/// Polly's language code, then its voices; the first is the default.
type Row = (&'static str, &'static [(&'static str, &'static [Engine])]);

const S: &[Engine] = &[Engine::Standard];
const N: &[Engine] = &[Engine::Neural];
const NS: &[Engine] = &[Engine::Neural, Engine::Standard];
const GN: &[Engine] = &[Engine::Generative, Engine::Neural];
const GNS: &[Engine] = &[Engine::Generative, Engine::Neural, Engine::Standard];

/// <https://docs.aws.amazon.com/polly/latest/dg/available-voices.html>, March 2026; children's voices left out. The
/// calmer voices come first. For a bare language the first row of that language counts.
const VOICES: &[Row] = &[
    ("arb", &[("Zeina", S)]),
    ("ar-AE", &[("Hala", N), ("Zayd", N)]),
    ("ca-ES", &[("Arlet", N)]),
    ("cmn-CN", &[("Zhiyu", NS)]),
    ("cs-CZ", &[("Jitka", N)]),
    ("cy-GB", &[("Gwyneth", S)]),
    ("da-DK", &[("Sofie", N), ("Naja", S), ("Mads", S)]),
    ("de-DE", &[("Vicki", GNS), ("Daniel", GN), ("Marlene", S), ("Hans", S)]),
    ("de-AT", &[("Hannah", GN)]),
    ("de-CH", &[("Sabrina", GN)]),
    (
        "en-US",
        &[("Ruth", GN), ("Matthew", GNS), ("Joanna", GNS), ("Stephen", GN), ("Danielle", GN), ("Salli", GNS)],
    ),
    ("en-GB", &[("Amy", GNS), ("Brian", GNS), ("Emma", NS), ("Arthur", N)]),
    ("en-AU", &[("Olivia", GN)]),
    ("en-IE", &[("Niamh", GN)]),
    ("en-IN", &[("Kajal", GN), ("Aditi", S), ("Raveena", S)]),
    ("en-NZ", &[("Aria", GN)]),
    ("en-SG", &[("Jasmine", GN)]),
    ("en-ZA", &[("Ayanda", GN)]),
    ("es-ES", &[("Lucia", GNS), ("Sergio", GN)]),
    ("es-MX", &[("Mia", GNS), ("Andres", GN)]),
    ("es-US", &[("Lupe", GNS), ("Pedro", GN)]),
    ("fi-FI", &[("Suvi", N)]),
    ("fr-FR", &[("Lea", GNS), ("Remi", GN), ("Celine", S), ("Mathieu", S)]),
    ("fr-BE", &[("Isabelle", GN)]),
    ("fr-CA", &[("Gabrielle", GN), ("Liam", GN), ("Chantal", S)]),
    ("hi-IN", &[("Kajal", GN), ("Aditi", S)]),
    ("is-IS", &[("Dora", S), ("Karl", S)]),
    ("it-IT", &[("Bianca", GNS), ("Adriano", N), ("Carla", S), ("Giorgio", S)]),
    ("ja-JP", &[("Takumi", NS), ("Kazuha", N), ("Tomoko", N), ("Mizuki", S)]),
    ("ko-KR", &[("Seoyeon", GNS), ("Jihye", N)]),
    ("nb-NO", &[("Ida", N), ("Liv", S)]),
    ("nl-NL", &[("Laura", GN), ("Lotte", S), ("Ruben", S)]),
    ("nl-BE", &[("Lisa", GN)]),
    ("pl-PL", &[("Ola", GN), ("Ewa", S), ("Maja", S), ("Jacek", S), ("Jan", S)]),
    ("pt-BR", &[("Camila", GNS), ("Vitoria", NS), ("Thiago", N), ("Ricardo", S)]),
    ("pt-PT", &[("Ines", NS), ("Cristiano", S)]),
    ("ro-RO", &[("Carmen", S)]),
    ("ru-RU", &[("Tatyana", S), ("Maxim", S)]),
    ("sv-SE", &[("Elin", N), ("Astrid", S)]),
    ("tr-TR", &[("Burcu", N), ("Filiz", S)]),
    ("yue-CN", &[("Hiujin", N)]),
];

/// True for a BCP 47 language that Polly has a voice for. It has none for Tamil, Urdu, Telugu, Bengali and Hebrew, among
/// others.
pub(crate) fn supports(language: &str) -> bool {
    row_for(language).is_some()
}

/// The voice for a BCP 47 language: the requested one if it speaks that language, otherwise the language's first. Its
/// engine is the best one that costs no more than `engine`, or the voice's cheapest if all of its engines cost more. None
/// for a language without a voice.
pub(super) fn choose(language: &str, requested: Option<&str>, engine: Engine) -> Option<VoiceChoice> {
    let (code, voices) = row_for(language)?;
    // The name of another provider's voice is no error: every provider of a chain gets the same request.
    let named = |name: &str| voices.iter().find(|(id, _)| id.eq_ignore_ascii_case(name));
    let (id, engines) = requested.and_then(named).or(voices.first())?;
    let affordable = engines.iter().filter(|has| **has <= engine).max();
    let engine = affordable.or(engines.iter().min())?;
    Some(VoiceChoice { id, language: code, engine: *engine })
}

fn row_for(language: &str) -> Option<&'static Row> {
    let language = language.replace('_', "-").to_ascii_lowercase();
    let mut subtags = language.split('-');
    // Polly has ISO 639-3 codes where BCP 47 prefers the macrolanguage.
    let primary = match subtags.next()? {
        "zh" if language.ends_with("-hk") => "yue",
        "zh" => "cmn",
        "ar" if language.ends_with("-ae") => "ar",
        "ar" => "arb",
        "no" | "nn" => "nb",
        other => other,
    };
    let region = subtags.find(|subtag| matches!(subtag.len(), 2 | 3));
    let region = match (primary, region) {
        // Latin American Spanish (UN M.49 code 419) is nearest to Polly's US Spanish.
        ("es", Some("419")) => Some("us"),
        (_, region) => region,
    };
    let of_language = |row: &&Row| row.0.split('-').next() == Some(primary);
    let of_region = |row: &&Row| {
        region
            .is_some_and(|region| row.0.split('-').nth(1).is_some_and(|own| own.eq_ignore_ascii_case(region)))
    };
    let mut rows = VOICES.iter().filter(of_language);
    rows.clone().find(of_region).or_else(|| rows.next())
}

#[cfg(test)]
mod tests {
    use aws_sdk_polly::types::{LanguageCode, VoiceId};

    use super::*;

    #[test]
    fn every_voice_and_language_is_known_to_the_service() {
        for (code, voices) in VOICES {
            assert!(LanguageCode::values().contains(code), "{code}");
            assert!(!voices.is_empty());
            for (id, engines) in *voices {
                assert!(VoiceId::values().contains(id), "{id}");
                assert!(!engines.is_empty());
            }
        }
    }

    #[test]
    fn languages_find_their_voice() {
        for (language, id, code) in [
            ("en", "Ruth", "en-US"),
            ("en-GB", "Amy", "en-GB"),
            ("en-KE", "Ruth", "en-US"),
            ("hi", "Kajal", "hi-IN"),
            ("hi-Deva-IN", "Kajal", "hi-IN"),
            ("pt", "Camila", "pt-BR"),
            ("pt-PT", "Ines", "pt-PT"),
            ("es-419", "Lupe", "es-US"),
            ("zh-Hans", "Zhiyu", "cmn-CN"),
            ("zh-HK", "Hiujin", "yue-CN"),
            ("ar", "Zeina", "arb"),
            ("ar-AE", "Hala", "ar-AE"),
            ("no", "Ida", "nb-NO"),
        ] {
            let choice = choose(language, None, Engine::Neural).unwrap();
            assert_eq!((choice.id, choice.language), (id, code), "{language}");
        }
    }

    #[test]
    fn languages_without_a_voice_are_not_supported() {
        for language in ["ta", "ta-IN", "ur", "ur-PK", "te", "bn", "he", "", "x"] {
            assert!(!supports(language), "{language}");
            assert_eq!(choose(language, None, Engine::Generative), None);
        }
        assert!(supports("en") && supports("hi-IN"));
    }

    #[test]
    fn the_engine_is_the_requested_one_or_the_next_cheaper_or_the_only_one() {
        let engine = |language, engine| choose(language, None, engine).unwrap().engine;
        assert_eq!(engine("en", Engine::Generative), Engine::Generative);
        assert_eq!(engine("en", Engine::Neural), Engine::Neural);
        assert_eq!(engine("fi", Engine::Generative), Engine::Neural);
        assert_eq!(engine("ru", Engine::Generative), Engine::Standard);
        assert_eq!(engine("fi", Engine::Standard), Engine::Neural);
    }

    #[test]
    fn speech_is_billed_twice_by_the_character() {
        assert_eq!(Engine::Neural.speech_micro_usd("शान्ति"), 2 * 16 * 6);
        assert_eq!(Engine::Standard.speech_micro_usd(""), 0);
    }

    #[test]
    fn a_requested_voice_is_used_if_it_speaks_the_language() {
        let id = |language, requested| choose(language, Some(requested), Engine::Neural).unwrap().id;
        assert_eq!(id("en-US", "matthew"), "Matthew");
        assert_eq!(id("hi", "Matthew"), "Kajal");
        assert_eq!(id("en", "af_heart"), "Ruth");
    }
}
