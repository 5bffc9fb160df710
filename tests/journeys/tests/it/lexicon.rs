//! The lexicon of an account: who may change it, and what is refused.

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, Method, StatusCode};
use harness::{new_user, shared};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/lexicon";

async fn put(api: &Api, body: &Value) -> Result<ApiResponse> {
    Ok(api.call(Method::PUT, PATH).json(body).send().await?)
}

fn entry(language: &str, written: &str, spoken: &str) -> Value {
    json!({"language": language, "written": written, "spoken": spoken})
}

#[tokio::test]
async fn a_lexicon_is_replaced_as_a_whole_and_no_change_is_lost() -> Result<()> {
    let stack = shared()?;
    let (person, other) = (new_user(&stack).await?, new_user(&stack).await?);
    let empty: Value = person.api.get(PATH).await?.json()?;
    assert_eq!(empty, json!({"revision": 0, "updated_at": null, "entries": []}));

    let entries = json!([entry("en", "Keturah", "keh-TOO-rah"), entry("hi", "ॐ", "ओम")]);
    let written: Value = put(&person.api, &json!({"revision": 0, "entries": entries})).await?.json()?;
    assert_eq!((&written["revision"], &written["entries"]), (&json!(1), &entries));
    assert_eq!(person.api.get(PATH).await?.json::<Value>()?, written);
    assert_eq!(other.api.get(PATH).await?.json::<Value>()?["revision"], 0, "another account has its own");

    // Of two people who edit the same revision the second is told, and nothing is overwritten.
    for base in [0, 2] {
        let answer = put(&person.api, &json!({"revision": base, "entries": []})).await?;
        let problem = answer.problem().context("no problem")?;
        assert_eq!((answer.status, problem.code.as_str()), (StatusCode::CONFLICT, "conflict"));
        assert_eq!(problem.members["revision"], 1, "{}", answer.text());
    }
    let shorter: Value = put(&person.api, &json!({"revision": 1, "entries": []})).await?.json()?;
    assert_eq!((&shorter["revision"], &shorter["entries"]), (&json!(2), &json!([])));
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_an_entry_is_told_at_its_place() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let good = entry("en", "Keturah", "keh-TOO-rah");
    let many: Vec<Value> = (0..=1000).map(|i| entry("en", &format!("word {i}"), "word")).collect();
    for (entries, pointer) in [
        (json!([good, entry("english", "Job", "Jobe")]), "#/entries/1/language"),
        (json!([good, entry("en", "Job\u{0}", "Jobe")]), "#/entries/1/written"),
        (json!([good, entry("en", "Job", "")]), "#/entries/1/spoken"),
        (json!([good, entry("en", "Job", &"e".repeat(161))]), "#/entries/1/spoken"),
        (json!([good, {"language": "en", "written": "Job"}]), "#/entries/1/spoken"),
        (
            json!([good, {"language": "en", "written": "Job", "spoken": "Jobe", "said": 1}]),
            "#/entries/1/said",
        ),
        (json!(many), "#/entries"),
    ] {
        let answer = put(&person.api, &json!({"revision": 0, "entries": entries})).await?;
        let problem = answer.problem().context("no problem")?;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert_eq!(problem.members["errors"][0]["pointer"], pointer, "{}", answer.text());
    }
    assert_eq!(person.api.get(PATH).await?.json::<Value>()?["revision"], 0);
    Ok(())
}

#[tokio::test]
async fn a_key_that_may_only_read_reads_the_lexicon_and_changes_nothing() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let order = json!({"name": "reader", "scope": "read"});
    let key = person.api.call(Method::POST, "/api/account/rotate-api-key").json(&order).send().await?;
    let reader = person.api.with_token(key.json::<Value>()?["key"].as_str().context("no key")?);
    assert_eq!(reader.get(PATH).await?.status, StatusCode::OK);
    let refused = put(&reader, &json!({"revision": 0, "entries": []})).await?;
    assert_eq!(refused.problem().context("no problem")?.code, "scope_required");

    put(&person.api, &json!({"revision": 0, "entries": []})).await?.success()?;
    let log: Value = person.api.get("/api/account/audit?action=PUT").await?.json()?;
    let statuses: Vec<&Value> =
        log["items"].as_array().context("no items")?.iter().map(|entry| &entry["status"]).collect();
    assert_eq!(statuses, [&json!(200), &json!(403)], "both are in the audit log: {log}");
    Ok(())
}

#[tokio::test]
async fn the_storyboard_of_a_project_says_what_the_accounts_lexicon_asks_for() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let text = json!({"text": "Abraham took Keturah to wife.", "language": "en-GB"});
    let project = person.api.call(Method::POST, "/api/v1/projects").json(&text).send().await?;
    let id = project.json::<Value>()?["id"].as_str().context("no id")?.to_owned();
    let said = async || -> Result<Value> {
        let board: Value = person.api.get(&format!("/api/v1/projects/{id}/storyboard")).await?.json()?;
        Ok(board["scenes"][0]["read_as"].clone())
    };
    let before = said().await?;
    assert!(!before.as_str().unwrap_or_default().contains("kehtoorah"), "{before}");
    let entries = json!([entry("en", "Keturah", "kehtoorah"), entry("hi", "Abraham", "x")]);
    put(&person.api, &json!({"revision": 0, "entries": entries})).await?.success()?;
    let after = said().await?;
    let after = after.as_str().context("nothing is read otherwise")?;
    assert!(
        after.contains("Abraham took kehtoorah to wife"),
        "another language's entry is not read: {after}"
    );
    Ok(())
}
