//! `/api/v1/voices`: the voices that speak a language.

use edge::{Cached, Query};
use film_voices::{Gender, Language, Provider, Quality, Voice};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The query of the list.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfLanguage {
    /// The BCP 47 tag of a language, to list its voices only. A tag with a region that is not listed stands for its
    /// language: `es-MX` for `es`.
    #[garde(inner(length(max = 35)))]
    #[param(max_length = 35)]
    language: Option<String>,
}

/// The voices, those of each language together and its default first.
#[derive(Serialize, ToSchema)]
pub(crate) struct VoiceList {
    items: Vec<VoiceView>,
}

/// A voice for a language. A voice may speak several languages, and is listed for each.
#[derive(Serialize, ToSchema)]
#[schema(as = Voice)]
struct VoiceView {
    /// The id, to be a project's `voice`.
    id: &'static str,
    /// The name to show to people.
    name: &'static str,
    /// The tag of the language that it speaks here.
    language: &'static str,
    /// Whether it is a woman's or a man's; null for a machine's that is neither.
    gender: Option<Gender>,
    /// What makes its speech.
    provider: Provider,
    /// How well it speaks this language.
    quality: Quality,
}

impl From<Voice> for VoiceView {
    fn from(voice: Voice) -> Self {
        let Voice { id, name, language, gender, provider, quality } = voice;
        Self { id, name, language, gender, provider, quality }
    }
}

/// Lists the voices, of one language or of all.
///
/// A language that is not listed has none. Reads: none. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/voices",
    tag = "reading",
    operation_id = "voices",
    params(OfLanguage),
    security(()),
    responses((status = 200, description = "The voices, cached for five minutes.", body = VoiceList))
)]
pub(crate) async fn list(Query(OfLanguage { language }): Query<OfLanguage>) -> Cached<VoiceList> {
    let languages: Vec<&Language> = match language {
        Some(tag) => film_voices::find(&tag).into_iter().collect(),
        None => film_voices::languages().iter().collect(),
    };
    let voices = languages.into_iter().flat_map(Language::voices);
    Cached(VoiceList { items: voices.map(VoiceView::from).collect() })
}
