//! Invalid input is refused with a problem that says what to do, and has no effect.

use anyhow::{Context as _, Result};
use client::{Method, Problem, SceneEdit};
use harness::{TestUser, new_user, shared};
use serde_json::{Value, json};

#[tokio::test]
async fn a_text_has_one_to_fifty_thousand_characters() -> Result<()> {
    let person = new_user(&shared()?).await?;
    assert_eq!(refusal(&person, json!({"text": ""})).await?.code, "invalid");
    assert_eq!(refusal(&person, json!({"text": " \n\t"})).await?.code, "invalid");
    // Counted in characters, not in bytes.
    let word = "amén ".repeat(10_000);
    assert_eq!(word.chars().count(), 50_000);
    assert_eq!(refusal(&person, json!({"text": format!("{word}x")})).await?.code, "invalid");

    for text in ["a", word.as_str()] {
        let project = person.api.create_project(&harness::text(text)).await?;
        let storyboard = person.api.storyboard(&project.id).await?;
        let spoken = storyboard.scenes.iter().flat_map(|scene| scene.text.split_whitespace());
        assert!(spoken.eq(text.split_whitespace()), "the storyboard has every word in order");
    }
    Ok(())
}

#[tokio::test]
async fn a_character_that_no_font_has_is_named() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let problem = refusal(&person, json!({"text": "Praise 𓀀 the LORD"})).await?;
    assert_eq!(problem.code, "unsupported_character");
    assert_eq!(problem.members["characters"], json!(["U+13000"]));
    assert!(problem.detail.contains("𓀀") || problem.detail.contains("U+13000"), "{}", problem.detail);
    Ok(())
}

#[tokio::test]
async fn what_is_not_known_or_out_of_bounds_is_refused() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let psalm = json!({"number": "Psalm 1", "verses": "Blessed is the man"});
    for (body, mentions) in [
        (json!({"template": "no-such", "values": {}}), "no-such"),
        (json!({"template": "psalm", "values": {"number": "1", "verses": "v", "colour": "blue"}}), "colour"),
        (json!({"template": "psalm", "values": {"number": "1"}}), "verses"),
        (json!({"template": "psalm", "values": psalm, "text": "and a text"}), "text"),
        (json!({}), "text"),
        (json!({"text": "Amen", "aspect": "4:3"}), ""),
        (json!({"text": "Amen", "language": "English!"}), ""),
        (json!({"text": "Amen", "pace": 9}), ""),
        (json!({"text": "Amen", "title": ""}), ""),
        (json!({"text": "Amen", "titel": "mistyped"}), "titel"),
    ] {
        let problem = refusal(&person, body.clone()).await?;
        let told = format!("{} {:?}", problem.detail, problem.members);
        assert!(told.contains(mentions), "{body}: {told}");
    }
    assert_eq!(person.api.projects().await?.items.len(), 0, "nothing was made");
    Ok(())
}

#[tokio::test]
async fn what_is_not_json_is_a_bad_request() -> Result<()> {
    let person = new_user(&shared()?).await?;
    for body in ["{", r#"{"text": "Amen""#, "\u{0}"] {
        let answer = person.api.call(Method::POST, "/api/v1/projects").raw(body).send().await?;
        assert_eq!(answer.status.as_u16(), 400, "{body:?}: {}", answer.text());
        let problem = answer.problem().context("no problem")?;
        assert_eq!(problem.members["errors"][0]["pointer"], "#", "{body:?}: {problem:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_body_in_another_encoding_is_refused_as_such() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let post = |content_type: &str, encoding: Option<&str>, body: &[u8]| {
        let call = person.api.call(Method::POST, "/api/v1/projects").bytes(body.to_vec());
        let call = call.header("content-type", content_type);
        encoding.into_iter().fold(call, |call, encoding| call.header("content-encoding", encoding)).send()
    };
    let latin1 = b"{\"text\": \"caf\xe9\"}".as_slice();
    for (content_type, encoding, body) in [
        ("application/json; charset=iso-8859-1", None, latin1),
        ("application/json; charset=utf-16", None, latin1),
        ("application/json", Some("gzip"), b"\x1f\x8b\x08".as_slice()),
    ] {
        let answer = post(content_type, encoding, body).await?;
        let problem = answer.problem().with_context(|| answer.text())?;
        assert_eq!((problem.status, problem.code.as_str()), (415, "unsupported_encoding"), "{content_type}");
        let offered = answer.header("accept-encoding");
        assert_eq!(offered, encoding.map(|_| "identity"), "{content_type}");
    }
    let answer = post("application/json", None, "\u{feff}{\"text\": \"Amen\"}".as_bytes()).await?;
    assert_eq!(answer.status.as_u16(), 201, "a byte order mark is skipped: {}", answer.text());
    assert_eq!(person.api.projects().await?.items.len(), 1, "nothing else was made");
    Ok(())
}

#[tokio::test]
async fn where_all_is_optional_no_body_and_null_are_as_nothing() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let project = person.api.create_project(&harness::text("The LORD is my light.")).await?;
    let quote = format!("/api/v1/projects/{}/render/quote", project.id);
    let (bare, posted) = (person.api.call(Method::POST, &quote), person.api.call(Method::POST, &quote));
    let typed = person.api.call(Method::POST, &quote).header("content-type", "text/plain").bytes(vec![]);
    let mut quotes = Vec::new();
    for call in [bare, typed, posted.raw(r#"{"resolution": null}"#)] {
        quotes.push(call.send().await?.json::<Value>()?);
    }
    assert_eq!(quotes[0]["resolution"], "1080p");
    assert!(quotes.iter().all(|quote| *quote == quotes[0]), "{quotes:?}");

    // No subscription: the order was read, and is refused for that.
    let portal = person.api.call(Method::POST, "/api/billing/portal").send().await?;
    assert_eq!(portal.problem().map(|problem| problem.code), Some("not_subscribed".into()));

    let nulls =
        r#"{"text": "A b.", "template": null, "values": null, "title": null, "music": null, "pace": null}"#;
    let made = person.api.call(Method::POST, "/api/v1/projects").raw(nulls).send().await?;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    Ok(())
}

#[tokio::test]
async fn an_edit_of_an_older_revision_is_a_conflict() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let project = person.api.create_project(&harness::text("The LORD is my light.")).await?;
    let path = format!("/api/v1/projects/{}", project.id);
    let rename = |revision: u64, title: &str| {
        person.api.call(Method::PATCH, &path).json(&json!({"revision": revision, "title": title})).send()
    };
    rename(project.revision, "First").await?.success()?;
    let stale = rename(project.revision, "Second").await?;
    let problem = stale.problem().context("no problem")?;
    assert_eq!((problem.status, problem.code.as_str()), (409, "conflict"));

    let scenes = [SceneEdit { text: "The LORD is my light.".into(), ..SceneEdit::default() }];
    let stale = person.api.put_storyboard(&project.id, project.revision, &scenes).await;
    assert_eq!(stale.err().and_then(|e| e.problem().map(|p| p.status)), Some(409));
    let now = person.api.project(&project.id).await?;
    assert_eq!((now.title.as_str(), now.revision), ("First", project.revision + 1));
    Ok(())
}

#[tokio::test]
async fn a_touched_word_is_refused_with_its_verse() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let text = "The LORD is my shepherd; I shall not want. He leadeth me beside the still waters.";
    let project = person.api.create_project(&harness::text(text)).await?;
    for (changed, verse) in [
        (text.replace("not want", "want"), 1),
        (text.replace("still waters", "waters still"), 2),
        (text.replace("still", "quiet"), 2),
        (format!("{text} Amen."), 2),
    ] {
        let scenes = [SceneEdit { text: changed.clone(), ..SceneEdit::default() }];
        let refused = person.api.put_storyboard(&project.id, project.revision, &scenes).await;
        let error = refused.err().with_context(|| format!("accepted: {changed}"))?;
        let problem = error.problem().with_context(|| error.to_string())?;
        assert_eq!((problem.status, problem.code.as_str()), (422, "scripture_changed"));
        assert_eq!(problem.members["verse"], verse, "{changed}: {problem:?}");
    }
    assert_eq!(person.api.project(&project.id).await?.revision, project.revision);
    Ok(())
}

/// The problem (422) with which a new project is refused.
async fn refusal(person: &TestUser, body: Value) -> Result<Problem> {
    let answer = person.api.call(Method::POST, "/api/v1/projects").json(&body).send().await?;
    let problem = answer.problem().with_context(|| format!("{body}: {} {}", answer.status, answer.text()))?;
    assert_eq!((answer.status.as_u16(), problem.status), (422, 422), "{body}: {problem:?}");
    Ok(problem)
}
