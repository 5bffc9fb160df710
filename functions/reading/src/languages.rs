//! `/api/v1/languages`: which languages films are read in, and how well.

use edge::Cached;
use film_voices::{Direction, Language, NO_VOICE, Quality};
use serde::Serialize;
use utoipa::ToSchema;

/// The languages, the best spoken ones first.
#[derive(Serialize, ToSchema)]
pub(crate) struct LanguageList {
    items: Vec<LanguageView>,
}

/// A language: how it is called and written, and who speaks it.
#[derive(Serialize, ToSchema)]
#[schema(as = Language)]
struct LanguageView {
    /// The BCP 47 tag, to be a project's `language`.
    tag: &'static str,
    /// The name in English.
    name: &'static str,
    /// The name in the language itself.
    own_name: &'static str,
    /// The script that it is usually written in, by its ISO 15924 code.
    script: &'static str,
    /// The direction in which this script is written.
    direction: Direction,
    /// The family of the font that captions are set in.
    font: &'static str,
    /// How well the default voice speaks it.
    quality: Quality,
    /// The id of the default voice; null where nobody speaks it.
    voice: Option<&'static str>,
    /// What else can be done where the language has no voice or only a draft, the best first. Empty where its voice is
    /// good.
    alternatives: Vec<Alternative>,
}

/// What can be done instead of hearing the language's own voice.
#[derive(Serialize, ToSchema)]
#[schema(as = LanguageAlternative)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Alternative {
    /// The reader of a related language reads it, as a draft, with that language's voices.
    Neighbour {
        /// The tag of the related language.
        language: &'static str,
        /// What the project's `voice` is then, or the id of another voice of that language.
        voice: &'static str,
    },
    /// Nobody speaks: the film has captions and music, for as long as people need to read them.
    CaptionsOnly {
        /// What the project's `voice` is then.
        voice: &'static str,
    },
}

impl From<&'static Language> for LanguageView {
    fn from(language: &'static Language) -> Self {
        let neighbour = language.neighbour().and_then(|other| {
            let voice = other.default_voice()?.id;
            Some(Alternative::Neighbour { language: other.tag, voice })
        });
        let alternatives = match language.quality() {
            Quality::Good => Vec::new(),
            _ => neighbour.into_iter().chain([Alternative::CaptionsOnly { voice: NO_VOICE }]).collect(),
        };
        Self {
            tag: language.tag,
            name: language.name,
            own_name: language.own_name,
            script: language.script,
            direction: language.direction(),
            font: language.font(),
            quality: language.quality(),
            voice: language.default_voice().map(|voice| voice.id),
            alternatives,
        }
    }
}

/// Lists the languages.
///
/// A text in another language can still become a film; it is then read by the rules of its tag's first part, or shown
/// without a voice. Reads: none. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/languages",
    tag = "reading",
    operation_id = "languages",
    security(()),
    responses((status = 200, description = "The languages, cached for five minutes.", body = LanguageList))
)]
pub(crate) async fn list() -> Cached<LanguageList> {
    Cached(LanguageList { items: film_voices::languages().iter().map(LanguageView::from).collect() })
}
