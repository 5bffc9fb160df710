//! Which voices are tried for a script, and in which order. The catalogue itself is `film-voices`.

use film_voices::{Language, Provider, find, languages};

use crate::phonemes::Accent;

pub(crate) const KOKORO: &str = Provider::Kokoro.name();
pub(crate) const HIBARI: &str = Provider::Hibari.name();
pub(crate) const ESPEAK: &str = Provider::Espeak.name();

/// espeak-ng's name of the voice whose rules turn a language's text into phonemes.
pub fn espeak_voice(language: &str) -> String {
    rules(find(language), language)
}

fn rules(reader: Option<&Language>, language: &str) -> String {
    let rules = reader.and_then(Language::espeak_voice);
    // espeak-ng is asked for what the catalogue does not know, and refuses it if it does not know it either.
    rules.map_or_else(|| primary(language), str::to_owned)
}

/// How the phonemes of a language are rewritten.
fn accent(language: &Language) -> Accent {
    match language.tag {
        "en" => Accent::American,
        "en-GB" => Accent::British,
        "zh" => Accent::Mandarin,
        _ => Accent::General,
    }
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
    let reader = film_voices::reader(language, voice);
    let espeak_voice = rules(reader, language);
    let accent = reader.map_or(Accent::General, accent);
    let english = matches!(accent, Accent::American | Accent::British);
    let default = reader.and_then(|reader| reader.kokoro_voices().first().copied());

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
        let known = name.filter(|name| languages().iter().any(|other| other.kokoro_voices().contains(name)));
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
    let voices = find(language).map_or(&[][..], Language::kokoro_voices);
    match main {
        VoiceChoice::Espeak(_) => plan(language, Some(ESPEAK)),
        VoiceChoice::Kokoro(name) => {
            plan(language, voices.iter().copied().find(|voice| kind(voice) == kind(name)))
        }
        VoiceChoice::Hibari => plan(language, None),
    }
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
    fn a_language_that_nobody_speaks_is_read_by_its_neighbour_when_one_of_its_voices_is_asked_for() {
        let with_voice = plan("yo", Some("if_sara"));
        assert_eq!(with_voice.choices[0], VoiceChoice::Kokoro("if_sara".to_owned()));
        assert_eq!(with_voice.espeak_voice, "sw");
        // Without, espeak-ng is asked, which refuses the language.
        assert_eq!(plan("yo", None).choices, [VoiceChoice::Espeak("yo".to_owned())]);
    }
}
