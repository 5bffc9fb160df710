//! Which voice speaks a language, and with which engine.

use std::str::FromStr;

use crate::NotOneOf;

/// An engine of Polly, from the plainest to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// Joined from recorded speech.
    Standard,
    /// Neural.
    Neural,
    /// A large speech model: the most natural, and a little different with every release.
    Generative,
}

impl Engine {
    /// The name that Polly and the settings have for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Neural => "neural",
            Self::Generative => "generative",
        }
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
pub(super) struct Choice {
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

/// True for a language that Polly has a voice for. Among those it has none for are Tamil, Urdu, Telugu, Bengali and
/// Hebrew.
pub fn speaks(language: &str) -> bool {
    row(language).is_some()
}

/// The voice for a BCP 47 language: the wished one where it speaks that language, else the default; the engine at most
/// as good, and as dear, as the wished one where the voice allows.
pub(super) fn choose(language: &str, wished: Option<&str>, engine: Engine) -> Option<Choice> {
    let (code, voices) = row(language)?;
    // A name from another provider is no error: the chain asks all of them with the same script.
    let named = |name: &str| voices.iter().find(|(id, _)| id.eq_ignore_ascii_case(name));
    let (id, engines) = wished.and_then(named).or(voices.first())?;
    let affordable = engines.iter().filter(|has| **has <= engine).max();
    let engine = affordable.or(engines.iter().min())?;
    Some(Choice { id, language: code, engine: *engine })
}

fn row(language: &str) -> Option<&'static Row> {
    let language = language.replace('_', "-").to_ascii_lowercase();
    let mut subtags = language.split('-');
    // Polly writes ISO 639-3 where BCP 47 prefers the macrolanguage.
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
        // Spanish of Latin America.
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
    fn languages_without_a_voice_are_not_spoken() {
        for language in ["ta", "ta-IN", "ur", "ur-PK", "te", "bn", "he", "", "x"] {
            assert!(!speaks(language), "{language}");
            assert_eq!(choose(language, None, Engine::Generative), None);
        }
        assert!(speaks("en") && speaks("hi-IN"));
    }

    #[test]
    fn the_engine_is_the_wished_one_or_the_next_cheaper_or_what_there_is() {
        let engine = |language, engine| choose(language, None, engine).unwrap().engine;
        assert_eq!(engine("en", Engine::Generative), Engine::Generative);
        assert_eq!(engine("en", Engine::Neural), Engine::Neural);
        assert_eq!(engine("fi", Engine::Generative), Engine::Neural);
        assert_eq!(engine("ru", Engine::Generative), Engine::Standard);
        assert_eq!(engine("fi", Engine::Standard), Engine::Neural);
    }

    #[test]
    fn a_wished_voice_is_taken_where_it_speaks_the_language() {
        let id = |language, wished| choose(language, Some(wished), Engine::Neural).unwrap().id;
        assert_eq!(id("en-US", "matthew"), "Matthew");
        assert_eq!(id("hi", "Matthew"), "Kajal");
        assert_eq!(id("en", "af_heart"), "Ruth");
    }
}
