use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

#[derive(Debug, Default, Deserialize, PartialEq, Validate)]
#[garde(allow_unvalidated)]
#[serde(default, deny_unknown_fields)]
struct Film {
    #[garde(inner(length(chars, min = 1, max = 20)))]
    title: Option<String>,
    resolution: Size,
    pace: Option<f32>,
    pause_ms: u16,
    credits: bool,
    values: BTreeMap<String, String>,
    #[garde(dive)]
    scenes: Vec<Scene>,
}

#[derive(Debug, Deserialize, PartialEq, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
struct Scene {
    #[garde(length(chars, min = 1))]
    text: String,
    seed: Option<i64>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
enum Size {
    #[default]
    #[serde(rename = "1080p")]
    Large,
    #[serde(rename = "480p")]
    Small,
}

async fn read<T>(headers: &[(&str, &str)], body: &[u8]) -> Result<T, (StatusCode, HeaderMap, Value)>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    let request = Request::post("/");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let request = request.body(Body::from(body.to_owned())).unwrap();
    match Json::<T>::from_request(request, &()).await {
        Ok(Json(value)) => Ok(value),
        Err(problem) => {
            let (parts, body) = problem.into_response().into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            Err((parts.status, parts.headers, serde_json::from_slice(&body).unwrap()))
        }
    }
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

async fn film(body: &str) -> Film {
    read(JSON, body.as_bytes()).await.unwrap_or_else(|refused| panic!("{body}: {refused:?}"))
}

/// The pointer, the code and the detail of the one error of a 422.
async fn error(body: &str) -> (String, String, String) {
    let (status, _, problem) = read::<Film>(JSON, body.as_bytes()).await.expect_err(body);
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid")), "{body}");
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{body}: {problem}");
    let text = |name: &str| errors[0][name].as_str().unwrap().to_owned();
    (text("pointer"), text("code"), text("detail"))
}

#[tokio::test]
async fn an_object_is_an_object_and_never_an_array_of_its_values() {
    for body in [r#"["A title", "480p"]"#, "[]", "[[]]", "7", "true", r#""480p""#, "null"] {
        let (pointer, code, detail) = error(body).await;
        assert_eq!((pointer.as_str(), code.as_str()), ("#", "wrong_type"), "{body}");
        assert!(detail.starts_with("Give an object, not "), "{body}: {detail}");
    }
    assert_eq!(error(r#"{"scenes": [["A text", 7]]}"#).await.0, "#/scenes/0");
    assert_eq!(error(r#"{"scenes": {"0": {"text": "A"}}}"#).await.2, "Give an array, not an object.");
}

#[tokio::test]
async fn a_null_member_is_as_absent_at_any_depth() {
    let nulls = r#"{"title": null, "resolution": null, "pace": null, "pause_ms": null, "credits": null,
        "values": null, "scenes": null}"#;
    assert_eq!(film(nulls).await, Film::default());
    let nested = film(r#"{"scenes": [{"text": "A", "seed": null}], "values": {"a": null, "b": "c"}}"#).await;
    assert_eq!(nested.scenes, [Scene { text: "A".into(), seed: None }]);
    assert_eq!(nested.values, BTreeMap::from([("b".into(), "c".into())]));

    let required = error(r#"{"scenes": [{"text": null}]}"#).await;
    assert_eq!(required, ("#/scenes/0/text".into(), "required".into(), "Give this value.".into()));
    // A mistyped name is refused, whatever its value, and an item of an array has no name that could be absent.
    assert_eq!(error(r#"{"titel": null}"#).await.1, "unknown");
    assert_eq!(error(r#"{"scenes": [null]}"#).await.0, "#/scenes/0");
}

#[tokio::test]
async fn each_fault_is_told_by_its_place_and_in_the_words_of_the_api() {
    let long = "x".repeat(21);
    for (body, pointer, code, detail) in [
        (r#"{"title": {}}"#, "#/title", "wrong_type", "Give a string, not an object."),
        (r#"{"title": 7}"#, "#/title", "wrong_type", "Give a string, not a number."),
        (r#"{"pace": "fast"}"#, "#/pace", "wrong_type", "Give a number, not a string."),
        (
            r#"{"pause_ms": "7"}"#,
            "#/pause_ms",
            "wrong_type",
            "Give a whole number from 0 to 65535, not a string.",
        ),
        (
            r#"{"pause_ms": 1.5}"#,
            "#/pause_ms",
            "wrong_type",
            "Give a whole number from 0 to 65535, without a fraction.",
        ),
        (r#"{"pause_ms": -1}"#, "#/pause_ms", "invalid_value", "Give a whole number from 0 to 65535."),
        (r#"{"pause_ms": 1e30}"#, "#/pause_ms", "invalid_value", "Give a whole number from 0 to 65535."),
        (r#"{"credits": "true"}"#, "#/credits", "wrong_type", "Give `true` or `false`, not a string."),
        (r#"{"resolution": "8K"}"#, "#/resolution", "invalid_value", "Give one of `1080p`, `480p`."),
        (r#"{"resolution": 480}"#, "#/resolution", "wrong_type", "Give a string, not a number."),
        (r#"{"values": ["a"]}"#, "#/values", "wrong_type", "Give an object, not an array."),
        (r#"{"values": {"a/b": 1}}"#, "#/values/a~1b", "wrong_type", "Give a string, not a number."),
        (r#"{"scenes": [{"seed": 1}]}"#, "#/scenes/0/text", "required", "Give this value."),
        (
            r#"{"scenes": [{"text": "A", "sed": 1}]}"#,
            "#/scenes/0/sed",
            "unknown",
            "Leave this out, or give it its right name: `text`, `seed`.",
        ),
        (r#"{"title": "A", "title": "B"}"#, "#/title", "duplicate", "Give this value once."),
        (r#"{"values": {"a": "1", "a": "2"}}"#, "#/values/a", "duplicate", "Give this value once."),
        (r#"{"title": ""}"#, "#/title", "invalid_value", "Length is lower than 1."),
        (&format!(r#"{{"title": "{long}"}}"#), "#/title", "invalid_value", "Length is greater than 20."),
        (
            r#"{"scenes": [{"text": "A"}, {"text": ""}]}"#,
            "#/scenes/1/text",
            "invalid_value",
            "Length is lower than 1.",
        ),
        (r#"{"pace": 1e999}"#, "#", "invalid_value", "Give numbers between -1.7e308 and 1.7e308."),
    ] {
        assert_eq!(error(body).await, (pointer.to_owned(), code.to_owned(), detail.to_owned()), "{body}");
    }
    assert_eq!(film(r#"{"pause_ms": 2.0, "pace": 1}"#).await.pause_ms, 2, "2.0 is an integer to JSON Schema");
}

#[tokio::test]
async fn every_rule_that_is_broken_is_listed_up_to_a_number_that_can_be_read() {
    let scenes = vec![json!({"text": ""}); 500];
    let body = json!({"title": "", "scenes": scenes}).to_string();
    let (_, _, problem) = read::<Film>(JSON, body.as_bytes()).await.unwrap_err();
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(MOST_ERRORS));
    let name = "n".repeat(1 << 20);
    let (_, _, problem) = read::<Film>(JSON, format!(r#"{{"{name}": 1}}"#).as_bytes()).await.unwrap_err();
    assert!(problem.to_string().len() < 1000, "a name is not repeated at any length");
}

#[tokio::test]
async fn no_body_is_an_empty_object_with_any_content_type() {
    for content_type in [None, Some("application/json"), Some("text/plain"), Some("")] {
        let headers: Vec<_> = content_type.map(|value| ("content-type", value)).into_iter().collect();
        assert_eq!(read::<Film>(&headers, b"").await.unwrap(), Film::default(), "{content_type:?}");
        let (status, _, problem) = read::<Scene>(&headers, b"").await.unwrap_err();
        assert_eq!((status.as_u16(), &problem["errors"][0]["pointer"]), (422, &json!("#/text")));
    }
    assert_eq!(read::<Film>(JSON, b" \n").await.unwrap(), Film::default());
}

#[tokio::test]
async fn a_body_is_utf8_and_its_charset_says_so() {
    let body = "\u{feff}{\"title\": \"café\"}".as_bytes();
    for content_type in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/json; charset=\"UTF-8\"",
        "application/json;charset=US-ASCII",
        "application/vnd.api+json",
    ] {
        let film = read::<Film>(&[("content-type", content_type)], body).await.unwrap();
        assert_eq!(film.title.as_deref(), Some("café"), "{content_type}");
    }
    let latin1 = b"{\"title\": \"caf\xe9\"}";
    for charset in ["iso-8859-1", "latin1", "utf-16", "windows-1252"] {
        let content_type = format!("application/json; charset={charset}");
        let (status, _, problem) =
            read::<Film>(&[("content-type", &content_type)], latin1).await.unwrap_err();
        assert_eq!((status.as_u16(), &problem["code"]), (415, &json!("unsupported_encoding")), "{charset}");
        assert_eq!(problem["errors"][0]["header"], "Content-Type");
    }
    let (status, _, problem) = read::<Film>(JSON, latin1).await.unwrap_err();
    assert_eq!((status.as_u16(), &problem["errors"][0]["pointer"]), (400, &json!("#")));
    assert!(problem["detail"].as_str().unwrap().contains("UTF-8"), "{problem}");
    for content_type in ["text/json", "text/plain", "", "application/jsonp", "json"] {
        let (status, _, problem) = read::<Film>(&[("content-type", content_type)], b"{}").await.unwrap_err();
        assert_eq!((status.as_u16(), &problem["code"]), (415, &json!("not_json")), "{content_type}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused_with_what_would_be_taken() {
    let with = |encoding| [("content-type", "application/json"), ("content-encoding", encoding)];
    assert_eq!(read::<Film>(&with("identity"), b"{}").await.unwrap(), Film::default());
    for encoding in ["gzip", "br", "identity, gzip"] {
        let (status, headers, problem) = read::<Film>(&with(encoding), b"\x1f\x8b").await.unwrap_err();
        assert_eq!((status.as_u16(), &problem["code"]), (415, &json!("unsupported_encoding")), "{encoding}");
        assert_eq!(headers[header::ACCEPT_ENCODING], "identity");
    }
}

#[tokio::test]
async fn a_query_is_told_by_the_names_of_its_parameters() {
    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Page {
        #[garde(inner(range(min = 1, max = 100)))]
        limit: Option<i32>,
        #[garde(skip)]
        all: Option<bool>,
        #[garde(skip)]
        resolution: Option<Size>,
    }
    let read = async |query: &str| {
        let (mut parts, ()) = Request::get(format!("/?{query}")).body(()).unwrap().into_parts();
        Query::<Page>::from_request_parts(&mut parts, &()).await
    };
    let Query(page) = read("limit=7&all=true&resolution=480p").await.unwrap();
    assert_eq!((page.limit, page.all, page.resolution), (Some(7), Some(true), Some(Size::Small)));
    for (query, parameter, code) in [
        ("limit=seven", "limit", "wrong_type"),
        ("limit=", "limit", "wrong_type"),
        ("limit=07", "limit", "wrong_type"),
        ("limit=99999999999", "limit", "invalid_value"),
        ("limit=101", "limit", "invalid_value"),
        ("all=yes", "all", "wrong_type"),
        ("resolution=8K", "resolution", "invalid_value"),
        ("limit=1&limit=2", "limit", "duplicate"),
        ("limt=1", "limt", "unknown"),
    ] {
        let (parts, body) = read(query).await.unwrap_err().into_response().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(parts.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        let error = &problem["errors"][0];
        assert_eq!((&error["parameter"], &error["code"]), (&json!(parameter), &json!(code)), "{problem}");
    }
}

#[tokio::test]
async fn a_text_that_lost_a_character_is_refused_wherever_it_is() {
    for (body, pointer, position) in [
        (json!({"title": "caf\u{fffd}"}), "#/title", 4),
        (json!({"values": {"a": "b", "c": "\u{fffd}"}}), "#/values/c", 1),
        (json!({"scenes": [{"text": "a"}, {"text": "é\u{fffd}\u{fffd}"}]}), "#/scenes/1/text", 2),
        (json!({"title": 1, "scenes": ["\u{fffd}"]}), "#/scenes/0", 1),
    ] {
        let request = Request::post("/").header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let problem = Json::<Film>::from_request(request, &()).await.unwrap_err();
        assert_eq!(problem.code(), Code::UnsupportedCharacter, "{body}");
        let answer = to_bytes(problem.into_response().into_body(), usize::MAX).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(
            (&answer["errors"][0]["pointer"], &answer["position"]),
            (&json!(pointer), &json!(position))
        );
    }
}

#[tokio::test]
async fn a_body_of_stored_texts_may_have_lost_characters_and_has_all_other_rules() {
    let read = async |body: Value| {
        let request = Request::post("/").header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        JsonOfStored::<Film>::from_request(request, &()).await
    };
    let film = read(json!({"scenes": [{"text": "caf\u{fffd}"}]})).await.unwrap().0;
    assert_eq!(film.scenes[0].text, "caf\u{fffd}");
    for refused in [json!({"scenes": [{"text": ""}]}), json!({"scene": []}), json!([])] {
        assert_eq!(read(refused.clone()).await.unwrap_err().code(), Code::Invalid, "{refused}");
    }
}
