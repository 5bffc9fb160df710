//! Who speaks a film is said before anything is spent, and nobody need speak it.

use anyhow::{Context as _, Result};
use client::{Method, NewProject, StatusCode, StepKind};
use harness::{DRAFT, minutes, new_user, shared, wait_for_job};
use serde_json::{Value, json};

const YORUBA: &str = "Olúwa ni olùṣọ́ àgùntàn mi; èmi kì yóò ṣe aláìní.";

#[tokio::test]
async fn a_language_without_a_voice_is_told_and_refused_until_one_or_none_is_chosen() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let new = json!({"text": YORUBA, "language": "yo"});
    let previewed: Value =
        api.call(Method::POST, "/api/v1/imports/preview").json(&new).send().await?.json()?;
    let created = api.call(Method::POST, "/api/v1/projects").json(&new).send().await?;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let project: Value = created.json()?;
    assert_eq!(project["narration"], json!({"quality": "none", "voice": null, "provider": null}));
    let notice = &project["notices"][0];
    assert_eq!(notice["code"], "no_voice", "{project}");
    let voices = notice["voices"].as_array().context("no voices")?;
    let neighbour = voices.first().and_then(Value::as_str).context("no neighbour")?;
    assert_eq!(voices.last(), Some(&json!("none")));
    assert_eq!(project["notices"], previewed["notices"], "the preview says the same");

    let id = project["id"].as_str().context("no id")?;
    let path = format!("/api/v1/projects/{id}");
    for render in ["render/quote", "render"] {
        let refused = api.call(Method::POST, &format!("{path}/{render}")).json(&json!({})).send().await?;
        let problem = refused.problem().context("a problem")?;
        assert_eq!((problem.status, problem.code.as_str()), (422, "no_voice"), "{problem:?}");
        assert_eq!(problem.members["voices"], notice["voices"]);
    }

    for (revision, voice, codes, quality) in [
        (1, neighbour, &["draft_voice"][..], "draft"),
        (2, "none", &[], "none"),
        (3, "default", &["no_voice"], "none"),
    ] {
        let change = json!({"revision": revision, "voice": voice});
        let changed: Value = api.call(Method::PATCH, &path).json(&change).send().await?.json()?;
        let told: Vec<&str> = changed["notices"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["code"].as_str())
            .collect();
        assert_eq!(
            (told.as_slice(), &changed["narration"]["quality"]),
            (codes, &json!(quality)),
            "{changed}"
        );
        let read: Value = api.get(&path).await?.json()?;
        assert_eq!(read, changed);
        if voice != "default" {
            let quote: Value = api
                .call(Method::POST, &format!("{path}/render/quote"))
                .json(&json!({"resolution": DRAFT}))
                .send()
                .await?
                .json()?;
            assert_eq!(
                (&quote["narration"], &quote["notices"]),
                (&changed["narration"], &changed["notices"])
            );
            let seconds = quote["narration_seconds"].as_f64().context("no seconds")?;
            assert_eq!(seconds == 0.0, voice == "none", "{quote}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_text_that_is_in_another_language_is_asked_about_and_its_pictures_follow_the_answer() -> Result<()>
{
    let api = new_user(&shared()?).await?.api;
    let text = "यहोवा मेरा चरवाहा है, मुझे कुछ घटी न होगी।\n\nवह मुझे सुखदाई जल के पास ले चलता है।";
    let create = |language: &str| {
        let new = json!({"text": text, "language": language, "tradition": "christian"});
        api.call(Method::POST, "/api/v1/projects").json(&new).send()
    };
    let wrong: Value = create("en").await?.json()?;
    let right: Value = create("hi").await?.json()?;
    let asked = &wrong["notices"][0];
    assert_eq!((&asked["code"], &asked["suggested"]), (&json!("language_mismatch"), &json!("hi")), "{wrong}");
    assert_eq!(right["notices"], json!([]));

    let path = format!("/api/v1/projects/{}", wrong["id"].as_str().context("no id")?);
    let tag = json!({"revision": 1, "language": "Hindi"});
    let refused = api.call(Method::PATCH, &path).json(&tag).send().await?;
    assert_eq!(refused.problem().context("a problem")?.code, "invalid");
    let change = json!({"revision": 1, "language": asked["suggested"]});
    let changed: Value = api.call(Method::PATCH, &path).json(&change).send().await?.json()?;
    assert_eq!((&changed["language"], &changed["notices"]), (&json!("hi"), &json!([])));

    let board = async |project: &Value| -> Result<Value> {
        let id = project["id"].as_str().context("no id")?;
        Ok(api.get(&format!("/api/v1/projects/{id}/storyboard")).await?.json::<Value>()?["scenes"].clone())
    };
    assert_eq!(board(&changed).await?, board(&right).await?, "as if it had been right from the beginning");
    Ok(())
}

/// Kanji, in a project that wants no voice; neither voice nor music is heard, and no speech is charged.
#[tokio::test]
async fn a_film_of_captions_only_is_made_where_no_voice_reads_the_text() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let new =
        json!({"text": "主は私の羊飼い。\n\n私は乏しいことがない。", "language": "ja", "music": "none"});
    let spoken: Value = api.call(Method::POST, "/api/v1/projects").json(&new).send().await?.json()?;
    let codes = |project: &Value| -> Vec<String> {
        let notices = project["notices"].as_array().into_iter().flatten();
        notices.filter_map(|one| one["code"].as_str().map(str::to_owned)).collect()
    };
    assert!(codes(&spoken).contains(&"unread".to_owned()), "{spoken}");
    let id = spoken["id"].as_str().context("no id")?;
    let change = json!({"revision": 1, "voice": "none"});
    let path = format!("/api/v1/projects/{id}");
    let silent: Value = api.call(Method::PATCH, &path).json(&change).send().await?.json()?;
    assert_eq!((codes(&silent), &silent["narration"]["provider"]), (Vec::new(), &json!("silence")));

    let job = api.render(id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    let receipt = api.receipt(&job.id).await?;
    assert_eq!(receipt.totals.speech_ms, 0, "silence is free");
    assert!(receipt.steps.iter().any(|step| step.kind == StepKind::Narration));
    let srt = api.captions(job.video.as_deref().context("no video")?, "srt").await?;
    assert!(srt.contains("羊飼い"), "{srt}");

    // The same film with music is another soundtrack under the same clips.
    let change = json!({"revision": 2, "music": "pad"});
    api.call(Method::PATCH, &path).json(&change).send().await?.json::<Value>()?;
    let job = api.render(id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    for step in api.receipt(&job.id).await?.steps {
        assert_eq!(step.reused, !matches!(step.kind, StepKind::Soundtrack | StepKind::Stitch), "{step:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_project_in_a_language_with_a_good_voice_has_nothing_to_look_at() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let new = NewProject { text: Some("The LORD is my shepherd.".into()), ..NewProject::default() };
    let project = api.create_project(&new).await?;
    let read: Value = api.get(&format!("/api/v1/projects/{}", project.id)).await?.json()?;
    assert_eq!((&read["notices"], &read["narration"]["quality"]), (&json!([]), &json!("good")));
    Ok(())
}
