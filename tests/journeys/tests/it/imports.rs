//! A text is pasted, looked at as a preview, and becomes a project just as it was previewed.

use anyhow::{Context as _, Result};
use client::{Method, StatusCode};
use harness::{new_user, shared};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/imports/preview";

/// A page as it is copied from a web site: a heading, numbers in the text, callers of notes, and the notes.
const PAGE: &str = "Psalm 23\n\nThe LORD Is My Shepherd\n\n1 The LORD is my shepherd; I shall not want.[a]\n\
    2 He maketh me to lie down in green pastures: he leadeth me beside the still waters.\n\
    3 He restoreth my soul: he leadeth me in the paths of righteousness for his name's sake.\n\n\
    Footnotes\na. Psalm 23:1 Or lack\n";

#[tokio::test]
async fn a_project_of_a_previewed_page_has_the_scenes_of_the_preview() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let before = person.api.usage().await?;
    let preview: Value =
        person.api.call(Method::POST, PATH).json(&json!({"text": PAGE})).send().await?.json()?;
    assert_eq!((&preview["problems"], &preview["language"]), (&json!([]), &json!("en")), "{preview}");
    let text = preview["text"].as_str().context("no text")?;
    assert!(text.contains("I shall not want.") && !text.contains("Or lack"), "{text}");
    assert!(person.api.projects().await?.items.is_empty(), "nothing is stored");
    assert_eq!(person.api.usage().await?.metrics.len(), before.metrics.len());

    let project = json!({
        "text": text,
        "title": preview["title"],
        "language": preview["language"],
        "tradition": preview["tradition"],
    });
    let created = person.api.call(Method::POST, "/api/v1/projects").json(&project).send().await?;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let id = created.json::<Value>()?["id"].as_str().context("no id")?.to_owned();
    let storyboard: Value = person.api.get(&format!("/api/v1/projects/{id}/storyboard")).await?.json()?;
    let seen = |board: &Value| -> Vec<[Value; 3]> {
        let scenes = board["scenes"].as_array().into_iter().flatten();
        scenes.map(|scene| ["text", "prompt", "keywords"].map(|name| scene[name].clone())).collect()
    };
    assert!(!seen(&preview).is_empty());
    assert_eq!(seen(&preview), seen(&storyboard));
    Ok(())
}

#[tokio::test]
async fn a_preview_is_made_for_callers_and_says_what_is_wrong_with_its_request() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let nobody = stack.api().call(Method::POST, PATH).json(&json!({"text": PAGE})).send().await?;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    for (body, pointer) in [
        (json!({}), "#/text"),
        (json!({"text": ""}), "#/text"),
        (json!({"text": "a".repeat(400_001)}), "#/text"),
        (json!({"text": PAGE, "format": "word"}), "#/format"),
        (json!({"text": PAGE, "choices": {"verse_number": "hide"}}), "#/choices/verse_number"),
        (json!({"text": PAGE, "language": "english"}), "#/language"),
        (json!({"text": "<!DOCTYPE usx><usx version=\"3.0\"/>", "format": "usx"}), "#/text"),
    ] {
        let answer = person.api.call(Method::POST, PATH).json(&body).send().await?;
        let problem = answer.problem().context("no problem")?;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert_eq!(problem.members["errors"][0]["pointer"], pointer, "{}", answer.text());
    }
    // What a project would be refused for is no error of the preview.
    let unseen = json!({"text": "Amen \u{13000}"});
    let told: Value = person.api.call(Method::POST, PATH).json(&unseen).send().await?.json()?;
    assert_eq!(told["problems"][0]["code"], "unsupported_character", "{told}");
    Ok(())
}
