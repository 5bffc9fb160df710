//! Which voice a choice of language and voice stands for.

use crate::find::{find, languages};
use crate::language::Language;
use crate::voice::{Provider, Quality, Voice};

/// The choice of no voice at all: captions and music only, timed by how fast people read.
pub const NO_VOICE: &str = "none";

/// The language whose reader speaks a text: its own; that of its neighbour, if nobody speaks it and one of the
/// neighbour's voices is asked for by name. None if nobody speaks it, or the language is not known here.
#[must_use]
pub fn reader(language: &str, voice: Option<&str>) -> Option<&'static Language> {
    let found = find(language)?;
    if found.quality() != Quality::None {
        return Some(found);
    }
    let neighbour = found.neighbour()?;
    let asked = Asked::of(voice?);
    neighbour.voices().iter().any(|voice| asked.is(voice)).then_some(neighbour)
}

/// The language by whose rules a text is read: its own; where a neighbour's voice speaks it, the neighbour's, whose
/// letters and numbers are those that this voice knows.
#[must_use]
pub fn read_in<'a>(language: &'a str, voice: Option<&str>) -> &'a str {
    let reader = reader(language, voice);
    let foreign = reader.filter(|_| find(language) != reader);
    foreign.map_or(language, |reader| reader.tag)
}

/// The voice that speaks a text first. A name that no voice here has belongs to a remote provider, and the language's
/// default stands in its place. None if nobody speaks it, or if no voice is wanted.
#[must_use]
pub fn chosen(language: &str, voice: Option<&str>) -> Option<Voice> {
    if voice == Some(NO_VOICE) {
        return None;
    }
    let reader = reader(language, voice)?;
    let own = find(language)?;
    let Some(asked) = voice.map(Asked::of) else { return reader.default_voice() };
    let found = reader.voices().into_iter().find(|voice| asked.is(voice)).or_else(|| {
        // Kokoro's voices can be given the sounds of any language.
        let mut others = languages().iter().flat_map(Language::voices);
        let other = others.find(|voice| voice.provider == Provider::Kokoro && asked.is(voice))?;
        Some(Voice { quality: Quality::Draft, ..other })
    });
    let voice = found.or_else(|| reader.default_voice())?;
    let foreign = reader.tag != own.tag;
    Some(Voice { language: own.tag, quality: if foreign { Quality::Draft } else { voice.quality }, ..voice })
}

/// A voice as it is asked for: by name (`am_michael`), by provider (`hibari`), or both (`kokoro:am_michael`).
struct Asked<'a> {
    provider: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn of(voice: &'a str) -> Self {
        let known = |name: &str| {
            [Provider::Kokoro, Provider::Hibari, Provider::Espeak]
                .iter()
                .any(|provider| provider.name() == name)
        };
        match voice.split_once(':') {
            Some((provider, "")) => Self { provider: Some(provider), name: None },
            Some((provider, name)) => Self { provider: Some(provider), name: Some(name) },
            None if known(voice) => Self { provider: Some(voice), name: None },
            None => Self { provider: None, name: Some(voice) },
        }
    }

    fn is(&self, voice: &Voice) -> bool {
        let provider = voice.provider.name();
        // The voices of hibari and espeak-ng go by their engine here; the name behind it is the engine's own.
        let named =
            self.name.is_none_or(|name| voice.id == name || voice.id == provider && self.provider.is_some());
        self.provider.is_none_or(|asked| asked == provider) && named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(language: &str, voice: Option<&str>) -> Option<(&'static str, Quality)> {
        chosen(language, voice).map(|voice| (voice.id, voice.quality))
    }

    #[test]
    fn a_voice_is_chosen_by_name_by_provider_or_both_and_else_the_default() {
        assert_eq!(said("en", None), Some(("af_heart", Quality::Good)));
        assert_eq!(said("en-AU", Some("am_michael")), Some(("am_michael", Quality::Good)));
        assert_eq!(said("en", Some("hibari:heart")), Some(("hibari", Quality::Good)));
        assert_eq!(said("en", Some("espeak-ng")), Some(("espeak-ng", Quality::Draft)));
        assert_eq!(said("hi", Some("espeak-ng:hi+f3")), Some(("espeak-ng", Quality::Draft)));
        assert_eq!(said("es", Some("Lucia")), Some(("ef_dora", Quality::Good)));
        assert_eq!(said("es", Some("kokoro")), Some(("ef_dora", Quality::Good)));
    }

    #[test]
    fn a_voice_of_another_language_is_a_draft() {
        assert_eq!(said("es", Some("hf_alpha")), Some(("hf_alpha", Quality::Draft)));
        assert_eq!(said("ko", None), Some(("espeak-ng", Quality::Draft)));
    }

    #[test]
    fn a_language_that_nobody_speaks_has_a_voice_only_when_a_neighbours_is_asked_for() {
        for (language, voice) in
            [("yo", "if_sara"), ("tl", "im_nicola"), ("ig", "if_sara"), ("ps", "hf_alpha")]
        {
            assert_eq!(said(language, None), None, "{language}");
            assert_eq!(said(language, Some("af_heart")), None, "{language}");
            assert_eq!(said(language, Some(voice)), Some((voice, Quality::Draft)), "{language}");
            assert_eq!(chosen(language, Some(voice)).unwrap().language, language);
        }
        assert_eq!(said("bo", Some("hf_alpha")), None);
        assert_eq!(said("xx", Some("af_heart")), None);
    }

    #[test]
    fn a_text_is_read_by_the_rules_of_the_voice_that_speaks_it() {
        assert_eq!(read_in("en-AU", Some("am_michael")), "en-AU");
        assert_eq!(read_in("es", Some("hf_alpha")), "es");
        assert_eq!(read_in("yo", Some("if_sara")), "sw");
        assert_eq!((read_in("yo", None), read_in("xx", None)), ("yo", "xx"));
    }

    #[test]
    fn no_voice_is_a_choice_in_every_language() {
        assert_eq!((said("en", Some(NO_VOICE)), said("yo", Some(NO_VOICE))), (None, None));
    }
}
