//! `/api/v1/lexicon`: the words that an account has read otherwise than the voices would read them.

use axum::extract::State;
use cloud::table::TableError;
use edge::{Answer, Caller, Code, Json, Problem};
use film_vocabulary::LanguageTag;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use studio::{LanguageEntry, Lexicon, MOST_ENTRIES, SpokenWords, WrittenWords};
use utoipa::ToSchema;

use crate::app::App;

/// The words that an account has read in its own way, in all its projects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountLexicon)]
pub(crate) struct LexiconView {
    /// Counts edits, from zero; an edit of an older revision is refused.
    revision: u64,
    /// When it was last edited; null before the first time.
    updated_at: Option<Timestamp>,
    /// The entries, in the order in which they were given.
    entries: Vec<EntryView>,
}

/// A word, or several, and how they are read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountLexiconEntry)]
struct EntryView {
    /// The language of the texts in which it is read, as a BCP 47 tag. `en` stands for `en-GB` as well.
    language: String,
    /// As it is written in texts.
    written: String,
    /// A spelling that the voice reads rightly.
    spoken: String,
}

impl From<Lexicon> for LexiconView {
    fn from(lexicon: Lexicon) -> Self {
        let entries = lexicon.entries.into_iter();
        Self {
            revision: lexicon.revision,
            updated_at: lexicon.updated_at,
            entries: entries
                .map(|LanguageEntry { language, written, spoken }| EntryView { language, written, spoken })
                .collect(),
        }
    }
}

/// All entries that the lexicon should have.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAccountLexicon, examples(json!({
    "revision": 0,
    "entries": [{"language": "en", "written": "Keturah", "spoken": "keh-TOO-rah"}],
})))]
pub(crate) struct NewLexicon {
    /// The revision that the change is based on, zero for the first; another one is refused.
    revision: u64,
    /// The entries; those that are not among them any more are removed. Of two that fit the same place, the first is read.
    #[garde(length(max = MOST_ENTRIES), dive)]
    #[schema(max_items = 1000)]
    entries: Vec<NewEntry>,
}

/// A word, or several, and how they are to be read.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAccountLexiconEntry)]
struct NewEntry {
    /// The language of the texts in which it is read, as a BCP 47 tag. `en` stands for `en-GB` as well.
    language: LanguageTag,
    /// As it is written in texts: whole words, without regard to capitals.
    written: WrittenWords,
    /// A spelling that the voice reads rightly.
    spoken: SpokenWords,
}

/// Shows the account's lexicon.
///
/// An account that has never written one has an empty one, of revision zero. Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/lexicon",
    tag = "reading",
    operation_id = "lexicon",
    responses((status = 200, description = "The lexicon.", body = LexiconView))
)]
pub(crate) async fn read(State(app): State<App>, Caller(caller): Caller) -> Answer<Json<LexiconView>> {
    Ok(Json(app.studio.lexicon(&caller.tenant).await?.into()))
}

/// Replaces the account's lexicon.
///
/// Every film that is rendered from now on is read by it, of projects from before as well: scenes with a word whose
/// reading changed are spoken anew. Films that are finished stay as they are. Reads: none; another `revision` than the
/// present one costs one item. Writes: one item in a transaction.
#[utoipa::path(
    put,
    path = "/api/v1/lexicon",
    tag = "reading",
    operation_id = "replace_lexicon",
    request_body = NewLexicon,
    responses(
        (status = 200, description = "The lexicon as it is now.", body = LexiconView),
        (status = 409, description = "`conflict`: the lexicon is at another `revision`."),
        (
            status = 422,
            description = "`invalid`: an entry, which `errors` names, is not acceptable."
        )
    )
)]
pub(crate) async fn replace(
    State(app): State<App>,
    Caller(caller): Caller,
    Json(new): Json<NewLexicon>,
) -> Answer<Json<LexiconView>> {
    let base = new.revision;
    let lexicon = lexicon_of(new)?;
    match app.studio.replace_lexicon(&caller.tenant, &lexicon).await {
        Ok(()) => Ok(Json(lexicon.into())),
        Err(TableError::Condition { .. }) => {
            let present = app.studio.lexicon(&caller.tenant).await?.revision;
            let detail = format!(
                "The lexicon is at revision {present}, and the change is based on {base}. Read it again and retry."
            );
            Err(Problem::new(Code::Conflict, detail).with("revision", present))
        }
        Err(error) => Err(error.into()),
    }
}

/// The lexicon that a request asks for, as the revision after the one that it is based on.
fn lexicon_of(new: NewLexicon) -> Result<Lexicon, Problem> {
    let entries = new.entries.into_iter().map(|NewEntry { language, written, spoken }| LanguageEntry {
        language: language.into(),
        written: written.into(),
        spoken: spoken.into(),
    });
    let entries = entries.collect();
    let revision = new.revision.saturating_add(1);
    let lexicon = Lexicon { revision, updated_at: Some(cloud::clock::now()), entries };
    if lexicon.fits() {
        return Ok(lexicon);
    }
    Err(Problem::invalid("entries", "The entries are too long together to keep. Shorten or remove some."))
}

#[cfg(test)]
mod tests {
    use film_reading::Options;
    use serde_json::{Value, json};

    use super::*;

    fn new(entries: &[(&str, &str, &str)]) -> NewLexicon {
        let entry = |(language, written, spoken): &(&str, &str, &str)| json!({"language": language, "written": written, "spoken": spoken});
        let entries: Vec<Value> = entries.iter().map(entry).collect();
        serde_json::from_value(json!({"revision": 3, "entries": entries})).unwrap()
    }

    #[test]
    fn a_lexicon_is_the_revision_after_the_one_that_it_is_based_on() {
        let lexicon =
            lexicon_of(new(&[("en", "Keturah", "keh-TOO-rah"), ("en-GB", "Keturah", "a")])).unwrap();
        assert_eq!((lexicon.revision, lexicon.entries.len()), (4, 2), "a region may read it otherwise");
        assert_eq!(lexicon.entries[0].spoken, "keh-TOO-rah");
        assert!(lexicon_of(new(&[])).unwrap().entries.is_empty(), "all entries may be removed");
        let last = NewLexicon { revision: u64::MAX, entries: Vec::new() };
        assert_eq!(lexicon_of(last).unwrap().revision, u64::MAX);
    }

    #[test]
    fn of_a_word_that_stands_twice_the_first_is_read() {
        let lexicon =
            lexicon_of(new(&[("en", "Keturah", "ay"), ("es", "Keturah", "b"), ("en", "keturah", "c")]));
        let options = Options { lexicon: lexicon.unwrap().for_language("en"), ..Options::new("en") };
        assert_eq!(film_reading::read("Keturah", &options).spoken(), "ay");
    }

    #[test]
    fn entries_that_are_too_long_to_keep_are_refused_together() {
        // Characters of four bytes in no order, which no compression makes shorter.
        let noise = |seed: u32, length: u32| -> String {
            let mixed = |i: u32| {
                let product = (seed * 4_099 + i).wrapping_mul(2_654_435_761);
                (product ^ product >> 15).wrapping_mul(2_246_822_519) >> 8
            };
            (0..length).filter_map(|i| char::from_u32(0x20000 + mixed(i) % 42_000)).collect()
        };
        let number = u32::try_from(MOST_ENTRIES).unwrap();
        let words: Vec<(String, String)> =
            (0..number).map(|i| (noise(i, 80), noise(i + number, 160))).collect();
        let entries: Vec<(&str, &str, &str)> =
            words.iter().map(|(written, spoken)| ("zh", written.as_str(), spoken.as_str())).collect();
        assert_eq!(lexicon_of(new(&entries)).unwrap_err().code(), Code::Invalid);
    }
}
