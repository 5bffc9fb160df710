//! `/api/v1/imports/preview`: what a pasted text would become.

use std::collections::BTreeMap;

use axum::extract::State;
use edge::{Answer, Caller, Json, JsonOfStored, Problem};
use film_reading::ReadingChoices;
use film_vocabulary::{LanguageTag, Tradition};
use film_voices::mismatch;
use garde::Validate;
use imports::{Format, Import, ImportError, Kind, Treatment};
use serde::{Deserialize, Serialize};
use storyboard::{About, LONGEST_TEXT, Storyboard, TextError, lexicon, title_of};
use studio::{Lexicon, NewReadingChoices, Notice, Reader, Title, UnreadText, speech_ms};
use utoipa::ToSchema;

use crate::app::App;

/// The most characters of a pasted text: a text of the longest that a project takes, with eight times its length in
/// markup.
const LONGEST_SOURCE: usize = 8 * LONGEST_TEXT;

/// A text as it was copied, and what is known of it. What is left out is derived from the text.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"text": "1 The LORD is my shepherd; I shall not want.", "language": "en"})))]
pub(crate) struct NewImport {
    /// The text, or the content of a file, as it was copied.
    #[garde(length(chars, min = 1, max = LONGEST_SOURCE))]
    #[schema(min_length = 1, max_length = 400_000)]
    text: String,
    /// What the text is, where it is not what it looks like: `plain` undoes a wrong guess.
    format: Option<Format>,
    /// What is done with each kind of thing beside the words, where it is not the default.
    #[serde(default)]
    choices: BTreeMap<Kind, Treatment>,
    /// What is read, shown and left out of the text that is kept, as in a new project.
    #[serde(default)]
    reading: NewReadingChoices,
    /// The language; what the source says or the words show, unless given.
    language: Option<LanguageTag>,
    /// The tradition that decides what pictures may be; derived from the words, unless given.
    tradition: Option<Tradition>,
    /// The title; that of the text's heading, else its first line, unless given.
    title: Option<Title>,
}

/// What a text would become: send `text`, `title`, `language`, `tradition` and `reading` to create the project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPreview {
    /// What the text is.
    format: Format,
    /// What shows that, for people.
    why: &'static str,
    /// The title.
    title: String,
    /// The language that the preview is made for.
    language: String,
    /// The language that script or words show where that is another one; null where nothing speaks against `language`.
    language_guess: Option<&'static str>,
    /// The tradition that the pictures are chosen for.
    tradition: Tradition,
    /// What is read, shown and left out of the text that is kept, to be changed and sent again.
    reading: ReadingChoices,
    /// The text as a project would keep it.
    text: String,
    /// What was found beside the words, by kind.
    found: Vec<FoundKind>,
    /// What is done with each of these kinds, to be changed and sent again as `choices`.
    choices: BTreeMap<Kind, Treatment>,
    /// Where each of these things stands in the text that was sent.
    places: Vec<Place>,
    /// The scenes that the film would have; none where the text is too long.
    scenes: Vec<PreviewScene>,
    /// Why a project of this text would be refused; empty where it would not.
    problems: Vec<ImportProblem>,
    /// What to look at before a film is made.
    notices: Vec<Notice>,
}

/// A kind of thing beside the words of a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportFound)]
struct FoundKind {
    /// The kind.
    kind: Kind,
    /// How many there are.
    count: usize,
    /// What the first one says.
    example: String,
    /// What is done with them.
    treatment: Treatment,
    /// What is done with them without a choice.
    default_treatment: Treatment,
}

/// Where a thing beside the words stands, counted in characters (Unicode scalar values) from zero.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPlace)]
struct Place {
    /// The kind.
    kind: Kind,
    /// Its first character.
    start: usize,
    /// The character after its last one.
    end: usize,
}

/// A scene that the film would have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportScene)]
struct PreviewScene {
    /// The words of the scene, as they are shown.
    text: String,
    /// What the voice says; null where that is the text as it is.
    read_as: Option<String>,
    /// What the picture would show.
    prompt: String,
    /// The things that the picture shows.
    keywords: Vec<String>,
    /// The estimated time to speak the words, in milliseconds.
    estimate_ms: u32,
}

/// Why a project of this text would be refused.
#[derive(Debug, Serialize, ToSchema)]
struct ImportProblem {
    /// The code of the problem that the project's creation would be answered with.
    code: &'static str,
    /// What to do about it, for people.
    detail: String,
    /// The characters that cannot be shown, as `U+13000`; empty for other problems.
    characters: Vec<String>,
}

/// Shows what a pasted text would become.
///
/// Recognises a page of scripture, a chat, Markdown, HTML, USFM, USX, OSIS, ChordPro, LRC, SubRip and WebVTT, and says
/// what is read, shown and left out, as choices that can be changed and sent again. Nothing is stored and nothing is
/// spent but a token of the rate limit. Reads: one item. Writes: none.
#[utoipa::path(
    post,
    path = "/api/v1/imports/preview",
    tag = "reading",
    operation_id = "preview_import",
    request_body = NewImport,
    responses(
        (status = 200, description = "What the text would become.", body = ImportPreview),
        (status = 422, description = "`invalid`: USX or OSIS that is damaged, or declares a document type.")
    )
)]
pub(crate) async fn preview(
    State(app): State<App>,
    Caller(caller): Caller,
    // What was lost in the text is told by the preview, at its place in the text that would be kept.
    JsonOfStored(new): JsonOfStored<NewImport>,
) -> Answer<Json<ImportPreview>> {
    let account = app.studio.lexicon(&caller.tenant).await?;
    preview_of(new, &account).map(Json)
}

/// What a text would become for an account with this lexicon.
fn preview_of(new: NewImport, account: &Lexicon) -> Result<ImportPreview, Problem> {
    let given = new.language.map(String::from);
    let options = imports::Options { format: new.format, language: given.clone(), choices: new.choices };
    let import = imports::import(&new.text, &options).map_err(|error| import_problem(&error))?;
    let stated = || import.language.clone().filter(|tag| LanguageTag::try_from(tag.clone()).is_ok());
    let language = given.or_else(stated).unwrap_or_else(|| seen_language(&import.text).to_owned());
    let title = new.title.map(String::from);
    let title = title
        .or_else(|| import.title.as_deref().and_then(Title::of_stored).map(String::from))
        .unwrap_or_else(|| title_of(&import.text));
    let tradition = new.tradition.unwrap_or_else(|| lexicon::tradition(&import.text, &language));

    let about = About { title: &title, language: &language, tradition };
    let reading = new.reading.over(ReadingChoices::default());
    let reader = Reader::with(&language, None, reading, &[], account);
    let refusal = storyboard::check(&import.text).err();
    let (scenes, unread) = match refusal {
        Some(TextError::TooLong { .. } | TextError::NoWords) => (Vec::new(), UnreadText::default()),
        _ => scenes(&import.text, &about, &reader),
    };
    let notices = reader.notices(&import.text, &unread);
    Ok(ImportPreview {
        places: places(&new.text, &import),
        choices: import.parts.iter().map(|part| (part.kind, part.treatment)).collect(),
        found: import.parts.into_iter().map(FoundKind::from).collect(),
        format: import.format,
        why: import.why,
        language_guess: notices.iter().find_map(|notice| notice.suggested),
        reading,
        text: import.text,
        problems: refusal.iter().map(ImportProblem::from).collect(),
        title,
        language,
        tradition,
        scenes,
        notices,
    })
}

/// The scenes of a text, and the words that no voice reads.
fn scenes(text: &str, about: &About<'_>, reader: &Reader) -> (Vec<PreviewScene>, UnreadText) {
    let mut unread = UnreadText::default();
    let scenes = Storyboard::sketch(text, about).scenes.into_iter().map(|scene| {
        let words = &text[scene.span];
        let reading = reader.read(words);
        unread.add(words, &reading);
        PreviewScene {
            read_as: (!reading.is_as_written()).then(|| reading.spoken()).filter(|spoken| spoken != words),
            estimate_ms: speech_ms(words, &reading),
            text: words.to_owned(),
            prompt: scene.prompt,
            keywords: scene.keywords,
        }
    });
    (scenes.collect(), unread)
}

/// The places of what was found, in characters.
fn places(source: &str, import: &Import) -> Vec<Place> {
    // Both ends of every place in the order of the source, so that the source is walked once.
    let mut ends: Vec<usize> = import.found.iter().flat_map(|one| [one.span.start, one.span.end]).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut characters = BTreeMap::new();
    let (mut byte, mut character) = (0, 0);
    for end in ends {
        character += source.get(byte..end).map_or(0, |stretch| stretch.chars().count());
        byte = end;
        characters.insert(end, character);
    }
    let position = |byte: usize| characters.get(&byte).copied().unwrap_or_default();
    let place = |one: &imports::Found| Place {
        kind: one.kind,
        start: position(one.span.start),
        end: position(one.span.end),
    };
    import.found.iter().map(place).collect()
}

impl From<imports::Part> for FoundKind {
    fn from(part: imports::Part) -> Self {
        let imports::Part { kind, count, treatment, default, example } = part;
        Self { kind, count, example, treatment, default_treatment: default }
    }
}

impl From<&TextError> for ImportProblem {
    fn from(error: &TextError) -> Self {
        let listed =
            |characters: &[char]| characters.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        let (code, advice, characters) = match error {
            TextError::Unsupported(missing) => {
                (edge::Code::UnsupportedCharacter, "Remove or replace them.", listed(missing))
            }
            TextError::Damaged { .. } => (
                edge::Code::UnsupportedCharacter,
                "Copy the text again from where it is whole.",
                listed(&[char::REPLACEMENT_CHARACTER]),
            ),
            _ => (edge::Code::Invalid, "Change the text or the choices.", Vec::new()),
        };
        Self {
            code: code.as_str(),
            detail: format!("{}. {advice}", capitalised(&error.to_string())),
            characters,
        }
    }
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The language that a text shows by script and words, of which nothing is said: English where it shows no other.
fn seen_language(text: &str) -> &'static str {
    const USUAL: &str = "en";
    mismatch(text, USUAL).and_then(|other| other.suggested).unwrap_or(USUAL)
}

fn import_problem(error: &ImportError) -> Problem {
    Problem::invalid("text", capitalised(&error.to_string()) + ".")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The preview of a request, as JSON.
    fn preview(request: &Value) -> Value {
        let entry = studio::LanguageEntry {
            language: "en".to_owned(),
            written: "shepherd".to_owned(),
            spoken: "shepperd".to_owned(),
        };
        let account = Lexicon { entries: vec![entry], ..Lexicon::default() };
        let preview = preview_of(serde_json::from_value(request.clone()).unwrap(), &account);
        serde_json::to_value(preview.unwrap()).unwrap()
    }

    fn codes(list: &Value) -> Vec<&str> {
        list.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
    }

    const PSALM: &str =
        "The LORD is my shepherd; I shall not want.\n\nHe leadeth me beside the still waters.";

    #[test]
    fn a_plain_text_stays_as_it_is_and_is_read_by_the_accounts_lexicon() {
        let seen = preview(&json!({"text": PSALM}));
        assert_eq!(
            (&seen["format"], &seen["text"], &seen["language"]),
            (&json!("plain"), &json!(PSALM), &json!("en"))
        );
        let scenes = seen["scenes"].as_array().unwrap();
        let texts: Vec<&str> = scenes.iter().map(|scene| scene["text"].as_str().unwrap()).collect();
        assert_eq!(texts.join("\n\n"), PSALM, "no word is lost");
        assert!(scenes[0]["read_as"].as_str().unwrap().contains("my shepperd"), "{}", scenes[0]);
        assert_eq!((&seen["problems"], &seen["notices"]), (&json!([]), &json!([])));
    }

    #[test]
    fn a_choice_that_is_changed_and_sent_again_is_followed() {
        let source = r"\c 23 \p \v 1 The LORD is my shepherd;\f + \ft Heb. \f* I shall not want.";
        let first = preview(&json!({"text": source}));
        assert_eq!((&first["format"], &first["choices"]["verse_number"]), (&json!("usfm"), &json!("show")));
        assert!(first["text"].as_str().unwrap().contains('¹'), "{first}");
        let mut choices = first["choices"].clone();
        choices["verse_number"] = json!("leave_out");
        let second = preview(&json!({"text": source, "choices": choices}));
        assert!(!second["text"].as_str().unwrap().contains('¹'), "{second}");
        assert_eq!(second["choices"]["verse_number"], "leave_out");
    }

    #[test]
    fn a_choice_of_reading_is_followed_and_given_to_be_sent_again() {
        let source = "[Chorus] Praise the LORD, O my soul.";
        let first = preview(&json!({"text": source, "format": "plain"}));
        assert_eq!(first["reading"]["labels"], "leave_out");
        assert!(!first["scenes"][0]["read_as"].as_str().unwrap().contains("Chorus"), "{first}");
        let mut reading = first["reading"].clone();
        reading["labels"] = json!("read");
        let second = preview(&json!({"text": source, "format": "plain", "reading": reading}));
        let said = &second["scenes"][0];
        let spoken = said["read_as"].as_str().or(said["text"].as_str()).unwrap();
        assert!(spoken.contains("Chorus"), "{said}");
        assert!(second["scenes"][0]["estimate_ms"].as_u64() > first["scenes"][0]["estimate_ms"].as_u64());
        let unknown = json!({"text": source, "reading": {"label": "read"}});
        assert!(serde_json::from_value::<NewImport>(unknown).is_err());
    }

    #[test]
    fn words_that_a_film_would_be_refused_for_are_told_apart_from_those_that_are_passed_over() {
        let kanji = preview(&json!({"text": "主は私の羊飼い。", "language": "ja"}));
        assert!(codes(&kanji["notices"]).contains(&"unread"), "{kanji}");
        let foreign = preview(&json!({"text": "The word བོད is a name.", "language": "en"}));
        assert_eq!(codes(&foreign["notices"]), ["silent"]);
        assert_eq!(foreign["notices"][0]["words"], json!(["བོད"]));
    }

    #[test]
    fn a_place_is_counted_in_characters() {
        let source = "Ἐν ἀρχῇ ἦν ὁ λόγος 🙏 καὶ ὁ λόγος ἦν πρὸς τὸν θεόν.";
        let seen = preview(&json!({"text": source, "language": "el"}));
        let emoji =
            seen["places"].as_array().unwrap().iter().find(|one| one["kind"] == "emoji").unwrap().clone();
        let (start, end) = (emoji["start"].as_u64().unwrap(), emoji["end"].as_u64().unwrap());
        let stretch: String = source
            .chars()
            .skip(usize::try_from(start).unwrap())
            .take(usize::try_from(end - start).unwrap())
            .collect();
        assert_eq!(stretch.trim(), "🙏");
    }

    #[test]
    fn what_a_project_would_be_refused_for_is_told_and_the_scenes_are_shown() {
        let seen = preview(&json!({"text": "Amen \u{13000} amen.", "language": "en"}));
        assert_eq!(codes(&seen["problems"]), ["unsupported_character"]);
        assert_eq!(seen["problems"][0]["characters"], json!(["U+13000"]));
        assert_eq!(seen["scenes"].as_array().map(Vec::len), Some(1), "{seen}");
        let lost = preview(&json!({"text": "caf\u{fffd} is good.", "language": "en"}));
        assert_eq!(lost["problems"][0]["characters"], json!(["U+FFFD"]));
        let long = preview(&json!({"text": "amen ".repeat(10_001), "language": "en"}));
        assert_eq!((codes(&long["problems"]), &long["scenes"]), (vec!["invalid"], &json!([])));
    }

    #[test]
    fn a_language_that_is_not_that_of_the_text_or_has_no_good_voice_is_told() {
        let hebrew = "יהוה רעי לא אחסר בנאות דשא ירביצני על מי מנחות ינהלני";
        let seen = preview(&json!({"text": hebrew}));
        assert_eq!((&seen["language"], codes(&seen["notices"])), (&json!("he"), vec!["draft_voice"]));
        let wrong = preview(&json!({"text": hebrew, "language": "en"}));
        assert!(codes(&wrong["notices"]).contains(&"language_mismatch"), "{wrong}");
        assert_eq!(wrong["language_guess"], "he");
        let yoruba = preview(&json!({"text": "Olúwa ni olùṣọ́ àgùntàn mi.", "language": "yo"}));
        assert_eq!(codes(&yoruba["notices"]), ["no_voice"]);
    }

    #[test]
    fn xml_with_entities_of_its_own_is_refused() {
        let usx = r#"<!DOCTYPE usx [<!ENTITY a "b">]><usx version="3.0"><para>&a;</para></usx>"#;
        let request = json!({"text": usx, "format": "usx"});
        let refused = preview_of(serde_json::from_value(request).unwrap(), &Lexicon::default());
        assert_eq!(refused.unwrap_err().code(), edge::Code::Invalid);
    }

    /// The goal is 50 ms on a function's processor. A build without optimisation on a busy machine is given a hundred
    /// times as much, so that only a cost that grows with the square of the length fails here.
    #[test]
    fn a_page_of_text_is_previewed_in_a_moment() {
        let page: String =
            (1..=30).map(|verse| format!("{verse} {}\n", PSALM.replace("\n\n", " "))).collect();
        let began = std::time::Instant::now();
        let seen = preview(&json!({"text": page}));
        let took = began.elapsed();
        eprintln!("{} characters in {took:?}", page.chars().count());
        assert!(!seen["scenes"].as_array().unwrap().is_empty());
        assert!(took < std::time::Duration::from_secs(5), "{took:?}");
    }
}
