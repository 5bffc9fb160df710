//! Looking a language up by its tag.

use crate::language::{Language, Speaker};
use crate::table::LANGUAGES;

/// All languages, the best spoken ones first.
#[must_use]
pub fn languages() -> &'static [Language] {
    LANGUAGES
}

/// The language of a BCP 47 tag: that of the whole tag, else that of its primary language. Other tags for the same
/// language and old codes are known.
#[must_use]
pub fn find(tag: &str) -> Option<&'static Language> {
    let by = |tag: &str| LANGUAGES.iter().find(|entry| entry.tag.eq_ignore_ascii_case(tag));
    by(&tag.replace('_', "-")).or_else(|| {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        by(match primary.as_str() {
            // ISO 639: withdrawn codes, members of macrolanguages, and codes of three letters in use.
            "iw" => "he",
            "in" => "id",
            "ji" => "yi",
            "mo" => "ro",
            "no" => "nb",
            "fil" => "tl",
            "cmn" => "zh",
            "prs" | "pes" => "fa",
            "pbu" | "pst" => "ps",
            "arb" => "ar",
            "swh" => "sw",
            "zsm" => "ms",
            "npi" => "ne",
            "ory" => "or",
            "kmr" => "ku",
            "syr" => "syc",
            "hye" => "hy",
            "kat" => "ka",
            "kor" => "ko",
            "mya" => "my",
            "amh" => "am",
            "hbo" => "he",
            "aii" => "syc",
            other => other,
        })
    })
}

impl Language {
    /// The language whose reader and voices can speak it as a draft, where nobody speaks it: for a person who knows the
    /// language to choose, never chosen by itself.
    #[must_use]
    pub fn neighbour(&self) -> Option<&'static Language> {
        match self.speaker {
            Speaker::Nobody { neighbour } => neighbour.and_then(find),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::{Provider, Quality};

    #[test]
    fn tags_of_regions_old_codes_and_capitals_are_found() {
        for (tag, language) in [
            ("es-MX", "es"),
            ("EN_au", "en"),
            ("en-gb", "en-GB"),
            ("zh-Hans", "zh"),
            ("pt-PT", "pt"),
            ("iw", "he"),
            ("fil-PH", "tl"),
            ("no", "nb"),
        ] {
            assert_eq!(find(tag).map(|found| found.tag), Some(language), "{tag}");
        }
        assert_eq!(find("xx"), None);
    }

    #[test]
    fn every_language_stands_once_and_has_both_names() {
        for (index, entry) in LANGUAGES.iter().enumerate() {
            assert!(LANGUAGES[..index].iter().all(|other| other.tag != entry.tag), "{}", entry.tag);
            assert!(!entry.name.is_empty() && !entry.own_name.is_empty(), "{}", entry.tag);
            assert_eq!(entry.script.len(), 4, "{}", entry.tag);
        }
    }

    #[test]
    fn a_language_has_a_voice_unless_nobody_speaks_it_and_then_its_neighbour_has_one() {
        for entry in LANGUAGES {
            let voices = entry.voices();
            assert_eq!(voices.is_empty(), entry.quality() == Quality::None, "{}", entry.tag);
            assert_eq!(entry.provider(), voices.first().map(|voice| voice.provider), "{}", entry.tag);
            let kokoro = entry.provider() == Some(Provider::Kokoro);
            assert_eq!(kokoro, !entry.kokoro_voices().is_empty(), "{}", entry.tag);
            for voice in &voices {
                assert_ne!(voice.name, voice.id, "{} has no name for people", voice.id);
            }
            if let Speaker::Nobody { neighbour: Some(tag) } = entry.speaker {
                let neighbour = entry.neighbour().unwrap();
                assert_eq!(neighbour.tag, tag, "{}", entry.tag);
                assert!(neighbour.default_voice().is_some(), "{}", entry.tag);
                // Its reader knows no other script than its own.
                assert_eq!(neighbour.script, entry.script, "{}", entry.tag);
            }
        }
    }

    #[test]
    fn languages_that_people_ask_for_without_a_voice_are_listed() {
        for tag in ["yo", "tl", "ig", "ps", "km", "lo", "bo", "syc", "cop"] {
            assert_eq!(find(tag).unwrap().quality(), Quality::None, "{tag}");
        }
        for tag in ["am", "hy", "ka", "my", "or", "si", "gu", "kn", "ml", "ko"] {
            assert_eq!(find(tag).unwrap().quality(), Quality::Draft, "{tag}");
        }
    }
}
