//! The public routes, answered without a table.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use axum::body::{Body, to_bytes};
use cloud::table::Table;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use studio::{Studio, StudioSettings};
use tower::ServiceExt;

use crate::app::App;

/// A state whose tables refuse every connection.
fn app() -> App {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url("http://127.0.0.1:1")
        .build();
    let table = |name: &str| Table::new(&config, name.to_owned());
    App { studio: Studio::new(table("studio"), &table("metering"), StudioSettings::default()) }
}

async fn get(path: &str) -> (StatusCode, String, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let router = edge::layer(crate::routes().with_state(app()), edge::Middleware::default());
    let response = router.oneshot(request).await.unwrap();
    let cache_control = response.headers()[header::CACHE_CONTROL].to_str().unwrap().to_owned();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, cache_control, serde_json::from_slice(&body).unwrap())
}

async fn items(path: &str) -> Vec<Value> {
    let (status, cache_control, list) = get(path).await;
    assert_eq!((status, cache_control.as_str()), (StatusCode::OK, "public, max-age=300"), "{path}");
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_default_voice_is_listed_first_among_its_languages_voices() {
    let (languages, all) = (items("/api/v1/languages").await, items("/api/v1/voices").await);
    assert!(languages.len() > 30);
    let mut listed = 0;
    for language in &languages {
        let tag = language["tag"].as_str().unwrap();
        let voices = items(&format!("/api/v1/voices?language={tag}")).await;
        let default = voices.first().map_or(&Value::Null, |voice| &voice["id"]);
        assert_eq!(&language["voice"], default, "{tag}");
        assert_eq!(language["voice"].is_null(), language["quality"] == "none", "{tag}");
        assert!(voices.iter().all(|voice| voice["language"] == tag && all.contains(voice)), "{tag}");
        listed += voices.len();
    }
    assert_eq!(listed, all.len(), "no voice belongs to a language that is not listed");
}

#[tokio::test]
async fn what_can_be_done_is_told_wherever_no_voice_is_good() {
    for language in items("/api/v1/languages").await {
        let alternatives = language["alternatives"].as_array().unwrap();
        assert_eq!(alternatives.is_empty(), language["quality"] == "good", "{language}");
        let without_voice = json!({"kind": "captions_only", "voice": "none"});
        assert!(alternatives.is_empty() || alternatives.contains(&without_voice), "{language}");
        for neighbour in alternatives.iter().filter(|one| one["kind"] == "neighbour") {
            let voices = format!("/api/v1/voices?language={}", neighbour["language"].as_str().unwrap());
            assert_eq!(items(&voices).await[0]["id"], neighbour["voice"], "{language}");
            let chosen = film_voices::chosen(language["tag"].as_str().unwrap(), neighbour["voice"].as_str());
            assert!(chosen.is_some(), "a project of the language takes it: {language}");
        }
    }
}

#[tokio::test]
async fn a_region_stands_for_its_language_and_an_unknown_language_has_no_voices() {
    assert_eq!(items("/api/v1/voices?language=es-MX").await, items("/api/v1/voices?language=es").await);
    assert_eq!(items("/api/v1/voices?language=tlh").await, Vec::<Value>::new());
    for wrong in ["lang=en".to_owned(), format!("language={}", "a".repeat(36))] {
        let (status, cache_control, problem) = get(&format!("/api/v1/voices?{wrong}")).await;
        assert_eq!((status, cache_control.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "no-store"));
        assert_eq!(problem["code"], "invalid", "{problem}");
    }
}

#[tokio::test]
async fn the_lexicon_is_for_callers_only() {
    let (status, _, problem) = get("/api/v1/lexicon").await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthorized")));
}
