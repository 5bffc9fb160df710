//! The public routes, answered without a table.

use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

async fn get(path: &str) -> (StatusCode, String, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = edge::layer(crate::routes(), edge::Middleware::default()).oneshot(request).await.unwrap();
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
            assert!(!items(&voices).await.is_empty(), "{language}");
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
