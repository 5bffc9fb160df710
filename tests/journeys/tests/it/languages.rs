//! Languages and voices are listed, and a project takes what is listed.

use anyhow::{Context as _, Result};
use client::{Method, StatusCode};
use harness::{new_user, shared};
use serde_json::{Value, json};

#[tokio::test]
async fn every_default_voice_that_is_listed_exists_and_a_project_takes_it() -> Result<()> {
    let stack = shared()?;
    let nobody = stack.api();
    let languages: Value = nobody.get("/api/v1/languages").await?.json()?;
    let languages = languages["items"].as_array().context("no languages")?;
    let voices: Value = nobody.get("/api/v1/voices").await?.json()?;
    let voices = voices["items"].as_array().context("no voices")?;
    for language in languages {
        let of_language = |voice: &&Value| voice["language"] == language["tag"];
        let default = voices.iter().find(of_language).map_or(&Value::Null, |voice| &voice["id"]);
        assert_eq!(default, &language["voice"], "{language}");
    }

    let person = new_user(&stack).await?;
    for tag in ["hi", "ko"] {
        let language = languages.iter().find(|one| one["tag"] == tag).context("not listed")?;
        let project = json!({"text": "Amen.", "language": tag, "voice": language["voice"]});
        let created = person.api.call(Method::POST, "/api/v1/projects").json(&project).send().await?;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
        assert_eq!(created.json::<Value>()?["voice"], language["voice"]);
    }
    Ok(())
}

#[tokio::test]
async fn lists_may_be_cached_and_have_a_head() -> Result<()> {
    let stack = shared()?;
    for path in ["/api/v1/languages", "/api/v1/voices?language=pt-PT"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = stack.api().call(method, path).send().await?;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert_eq!(answer.header("cache-control"), Some("public, max-age=300"), "{path}");
        }
    }
    Ok(())
}
