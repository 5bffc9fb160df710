//! The catalogue of voices: which voice speaks which language, and how well.
//!
//! # To add a language's voice
//!
//! Most languages need one line, because Kokoro's voices can be given any phonemes:
//!
//! 1. **Catalogue** (`CATALOGUE` below): add `kokoro(tag, espeak-ng's voice, accent, voices, quality)`. Take the voices
//!    of the language whose sounds are nearest, `Accent::General` and `Quality::Draft`, unless the voice was trained on
//!    the language. A language that only espeak-ng can speak gets `espeak(tag, voice)`. Language codes that should be
//!    read by the same rules go into `find`.
//! 2. **Voice file**, only for a voice that no language uses yet: add its `kokoro/voices/<name>.bin` to
//!    `infra/assets/voices.json` with licence, SHA-256 and package, run `make setup`, and name it in a constant such as
//!    `HINDI`. The file holds 256 `f32` for each count of tokens (`kokoro.rs`).
//! 3. **Sounds** (`phonemes.rs`): if espeak-ng writes a sound that Kokoro's alphabet lacks, add the nearest one to
//!    `SUBSTITUTES`. A language whose IPA leaves something out needs a table of its own, as Mandarin has in
//!    `mandarin.rs`.
//! 4. **Text** (`sentences.rs`, `marks.rs`): abbreviations after which a full stop ends no sentence, the marks that end
//!    a sentence or a verse, and the spellings of *amen* and *selah*.
//! 5. **Tests**: the unit tests below hold that each language stands once. A language of espeak-ng's needs a line in
//!    `scripts_of_many_kinds_are_spoken` in `tests/speaking.rs`. Listen, after `make build`, which builds `espeak-pipe`:
//!    `cargo run -p film-narrator --example narrate -- .local/assets target/debug/espeak-pipe <tag> - out.wav <text>`.
//!
//! Another engine than these three is a variant of `VoiceChoice` with a file beside `kokoro.rs`; a remote one
//! belongs into `shared/providers`.

use serde::Serialize;

use crate::phonemes::Accent;

/// How well a language is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// Fit to publish: the voice was trained on this language, and the text is read reliably.
    Studio,
    /// Understandable, but with a foreign accent, misread words or a machine's melody: better recorded, or spoken by a
    /// remote provider.
    Draft,
}

/// A language and its embedded voices.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LanguageVoices {
    /// BCP 47, for example `en`, `pt-BR`.
    pub language: &'static str,
    /// The provider of the default voice: `kokoro` or `espeak-ng`.
    pub provider: &'static str,
    /// Names for [`crate::Script::voice`], the default first.
    pub voices: &'static [&'static str],
    /// How well the default voice speaks the language, to be shown before anything is rendered.
    pub quality: Quality,
    /// espeak-ng's voice (its rules) that turns text into phonemes.
    #[serde(skip)]
    pub(crate) espeak: &'static str,
    /// How phonemes are rewritten for the neural voice.
    #[serde(skip)]
    pub(crate) accent: Accent,
}

pub(crate) const KOKORO: &str = "kokoro";
pub(crate) const HIBARI: &str = "hibari";
pub(crate) const ESPEAK: &str = "espeak-ng";

const AMERICAN: &[&str] = &["af_heart", "am_michael", "af_bella", "am_fenrir"];
const BRITISH: &[&str] = &["bf_emma", "bm_george"];
const SPANISH: &[&str] = &["ef_dora", "em_alex"];
const FRENCH: &[&str] = &["ff_siwis"];
const HINDI: &[&str] = &["hf_alpha", "hm_omega", "hf_beta", "hm_psi"];
const CHINESE: &[&str] = &["zf_xiaoxiao", "zm_yunjian"];
/// The voices of [`HINDI`], the man's first: he is understood better in Russian.
const SLAVIC: &[&str] = &["hm_omega", "hf_alpha", "hf_beta", "hm_psi"];
const ITALIAN: &[&str] = &["if_sara", "im_nicola"];
const PORTUGUESE: &[&str] = &["pf_dora", "pm_alex"];

const fn kokoro(
    language: &'static str,
    espeak: &'static str,
    accent: Accent,
    voices: &'static [&'static str],
    quality: Quality,
) -> LanguageVoices {
    LanguageVoices { language, provider: KOKORO, voices, quality, espeak, accent }
}

const fn espeak(language: &'static str, voice: &'static str) -> LanguageVoices {
    LanguageVoices {
        language,
        provider: ESPEAK,
        voices: &[],
        quality: Quality::Draft,
        espeak: voice,
        accent: Accent::General,
    }
}

const CATALOGUE: &[LanguageVoices] = &[
    kokoro("en", "en-us", Accent::American, AMERICAN, Quality::Studio),
    kokoro("en-GB", "en", Accent::British, BRITISH, Quality::Studio),
    kokoro("es", "es", Accent::General, SPANISH, Quality::Studio),
    kokoro("fr", "fr", Accent::General, FRENCH, Quality::Studio),
    kokoro("hi", "hi", Accent::General, HINDI, Quality::Studio),
    kokoro("it", "it", Accent::General, ITALIAN, Quality::Studio),
    kokoro("pt-BR", "pt-br", Accent::General, PORTUGUESE, Quality::Studio),
    kokoro("pt", "pt-br", Accent::General, PORTUGUESE, Quality::Studio),
    // Its tones are right, but a character with several readings often gets the wrong one.
    kokoro("zh", "cmn", Accent::Mandarin, CHINESE, Quality::Draft),
    // Languages without a voice of their own, spoken by a neighbour's whose sounds are nearest, with its accent. All
    // are understood far better than espeak-ng: half its character error or less wherever the recogniser could tell.
    kokoro("ur", "ur", Accent::General, HINDI, Quality::Draft),
    kokoro("ta", "ta", Accent::General, HINDI, Quality::Draft),
    kokoro("te", "te", Accent::General, HINDI, Quality::Draft),
    kokoro("bn", "bn", Accent::General, HINDI, Quality::Draft),
    kokoro("mr", "mr", Accent::General, HINDI, Quality::Draft),
    kokoro("ne", "ne", Accent::General, HINDI, Quality::Draft),
    kokoro("pa", "pa", Accent::General, HINDI, Quality::Draft),
    kokoro("gu", "gu", Accent::General, HINDI, Quality::Draft),
    kokoro("kn", "kn", Accent::General, HINDI, Quality::Draft),
    kokoro("ml", "ml", Accent::General, HINDI, Quality::Draft),
    // espeak-ng has no rules for Sanskrit; those of Hindi read its script.
    kokoro("sa", "hi", Accent::General, HINDI, Quality::Draft),
    kokoro("fa", "fa", Accent::General, HINDI, Quality::Draft),
    kokoro("de", "de", Accent::General, HINDI, Quality::Draft),
    kokoro("nl", "nl", Accent::General, FRENCH, Quality::Draft),
    kokoro("ru", "ru", Accent::General, SLAVIC, Quality::Draft),
    kokoro("uk", "uk", Accent::General, SLAVIC, Quality::Draft),
    kokoro("pl", "pl", Accent::General, HINDI, Quality::Draft),
    kokoro("tr", "tr", Accent::General, HINDI, Quality::Draft),
    kokoro("el", "el", Accent::General, SPANISH, Quality::Draft),
    kokoro("id", "id", Accent::General, ITALIAN, Quality::Draft),
    kokoro("sw", "sw", Accent::General, ITALIAN, Quality::Draft),
    kokoro("la", "la", Accent::General, ITALIAN, Quality::Draft),
    // Written without vowels, which espeak-ng then leaves out: only pointed text is understood.
    kokoro("ar", "ar", Accent::General, HINDI, Quality::Draft),
    kokoro("he", "he", Accent::General, HINDI, Quality::Draft),
    // Their tones and sounds are in no voice's training.
    espeak("ko", "ko"),
    espeak("vi", "vi"),
];

/// The languages whose embedded voices have been tried, with the default voice of each. Any other language that
/// espeak-ng knows is spoken too, as a draft.
pub fn catalogue() -> &'static [LanguageVoices] {
    CATALOGUE
}

/// espeak-ng's name of the voice whose rules turn a language's text into phonemes.
pub fn espeak_voice(language: &str) -> String {
    find(language).map_or_else(|| primary(language), |found| found.espeak.to_owned())
}

/// The voices to try for a script, and how its text is turned into phonemes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct VoicePlan {
    /// The espeak-ng voice whose rules turn the text into phonemes.
    pub(crate) espeak_voice: String,
    pub(crate) accent: Accent,
    /// In the order in which they are tried.
    pub(crate) choices: Vec<VoiceChoice>,
}

/// A voice of one of the embedded providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum VoiceChoice {
    /// A Kokoro voice by the name of its file.
    Kokoro(String),
    Hibari,
    /// An espeak-ng voice by its own name.
    Espeak(String),
}

/// Chooses the voices for a script: the requested one, then the language's own, best first.
///
/// A voice is requested by name (`am_michael`), by provider (`hibari`), or both (`kokoro:am_michael`). A name that is
/// not in the catalogue belongs to a remote provider, and the language's default takes its place.
pub(crate) fn plan(language: &str, voice: Option<&str>) -> VoicePlan {
    let found = find(language);
    let espeak_voice = espeak_voice(language);
    let accent = found.map_or(Accent::General, |found| found.accent);
    let english = matches!(accent, Accent::American | Accent::British);
    let default = found.and_then(|found| found.voices.first().copied());

    let (provider, name) = match voice.map(|voice| voice.split_once(':').unwrap_or((voice, ""))) {
        Some((KOKORO, name)) => (KOKORO, Some(name)),
        Some((HIBARI, _)) => (HIBARI, None),
        Some((ESPEAK, name)) => (ESPEAK, Some(name)),
        Some((name, "")) => (KOKORO, Some(name)),
        _ => (KOKORO, None),
    };
    let name = name.filter(|name| !name.is_empty());
    let mut choices = Vec::with_capacity(3);
    if provider == KOKORO {
        let known = name.filter(|name| CATALOGUE.iter().any(|language| language.voices.contains(name)));
        choices.extend(known.or(default).map(|voice| VoiceChoice::Kokoro(voice.to_owned())));
    }
    if provider != ESPEAK && english {
        choices.push(VoiceChoice::Hibari);
    }
    let spoken = name.filter(|_| provider == ESPEAK).unwrap_or(&espeak_voice);
    choices.push(VoiceChoice::Espeak(spoken.to_owned()));
    VoicePlan { accent, choices, espeak_voice }
}

/// The voices for words of another language within a text that `main` speaks: by the same kind of provider, and a
/// woman's voice beside a woman's, a man's beside a man's, where the language has both.
pub(crate) fn plan_beside(main: &VoiceChoice, language: &str) -> VoicePlan {
    // Kokoro's names begin with a letter for the language and one for woman or man: `hf_alpha`, `hm_omega`.
    let kind = |name: &str| name.chars().nth(1);
    let voices = find(language).map_or(&[][..], |found| found.voices);
    match main {
        VoiceChoice::Espeak(_) => plan(language, Some(ESPEAK)),
        VoiceChoice::Kokoro(name) => {
            plan(language, voices.iter().copied().find(|voice| kind(voice) == kind(name)))
        }
        VoiceChoice::Hibari => plan(language, None),
    }
}

/// The catalogue entry of a language tag: that of the whole tag, else that of its primary language.
fn find(tag: &str) -> Option<&'static LanguageVoices> {
    let by = |tag: &str| CATALOGUE.iter().find(|entry| entry.language.eq_ignore_ascii_case(tag));
    // Old codes and close relatives that are read by the same rules.
    by(&tag.replace('_', "-")).or_else(|| match primary(tag).as_str() {
        "iw" => by("he"),
        "cmn" => by("zh"),
        "awa" | "bho" | "mai" | "doi" | "bra" => by("hi"),
        language => by(language),
    })
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_tried_with_three_providers_best_first() {
        assert_eq!(
            plan("en", None).choices,
            [
                VoiceChoice::Kokoro("af_heart".to_owned()),
                VoiceChoice::Hibari,
                VoiceChoice::Espeak("en-us".to_owned())
            ]
        );
        assert_eq!(plan("en-GB", None).espeak_voice, "en");
        assert_eq!(plan("EN_au", None).espeak_voice, "en-us");
    }

    #[test]
    fn a_provider_can_be_asked_for() {
        assert_eq!(plan("en", Some("hibari:heart")).choices[0], VoiceChoice::Hibari);
        assert_eq!(plan("en", Some("espeak-ng")).choices, [VoiceChoice::Espeak("en-us".to_owned())]);
        assert_eq!(plan("hi", Some("espeak-ng:hi+f3")).choices, [VoiceChoice::Espeak("hi+f3".to_owned())]);
        assert_eq!(
            plan("en", Some("kokoro:am_michael")).choices[0],
            VoiceChoice::Kokoro("am_michael".to_owned())
        );
        assert_eq!(plan("en", Some("am_michael")).choices[0], VoiceChoice::Kokoro("am_michael".to_owned()));
    }

    #[test]
    fn words_of_another_language_are_spoken_by_a_voice_of_the_same_kind() {
        let kokoro = |name: &str| VoiceChoice::Kokoro(name.to_owned());
        assert_eq!(plan_beside(&kokoro("am_michael"), "el").choices[0], kokoro("em_alex"));
        assert_eq!(plan_beside(&kokoro("af_heart"), "he").choices[0], kokoro("hf_alpha"));
        let espeak = VoiceChoice::Espeak("en-us".to_owned());
        assert_eq!(plan_beside(&espeak, "el").choices, [VoiceChoice::Espeak("el".to_owned())]);
    }

    #[test]
    fn another_providers_voice_gives_way_to_the_languages_own() {
        assert_eq!(plan("es", Some("Lucia")).choices[0], VoiceChoice::Kokoro("ef_dora".to_owned()));
    }

    #[test]
    fn languages_without_an_entry_are_left_to_espeak() {
        assert_eq!(plan("cy", None).choices, [VoiceChoice::Espeak("cy".to_owned())]);
        assert_eq!(plan("zh-Hans", None).espeak_voice, "cmn");
    }

    #[test]
    fn every_language_stands_once_and_every_kokoro_language_has_a_voice() {
        for (index, entry) in CATALOGUE.iter().enumerate() {
            assert!(
                CATALOGUE[..index].iter().all(|other| other.language != entry.language),
                "{}",
                entry.language
            );
            assert_eq!(entry.provider == KOKORO, !entry.voices.is_empty(), "{}", entry.language);
        }
    }
}
