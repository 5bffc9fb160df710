//! What is said and shown of a text: in the storyboard, by choices and lexicons, and in the film's captions.

use anyhow::{Context as _, Result, ensure};
use client::{Method, NewProject, SceneEdit};
use harness::{DRAFT, VOICE, minutes, new_user, shared, text, wait_for_job};
use serde_json::{Value, json};

#[tokio::test]
async fn a_psalm_is_read_as_a_reader_does_and_its_captions_leave_labels_out() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let scenes = [
        "[Verse 1]\n[1] The LORD is my light; [2] whom shall I fear?",
        "Bless the LORD, O my soul (x2)\nPs. 103:1",
    ];
    let project = api.create_project(&text(&scenes.join("\n\n"))).await?;
    let edits = scenes.map(|text| SceneEdit { text: text.to_owned(), ..SceneEdit::default() });
    api.put_storyboard(&project.id, project.revision, &edits).await?;
    let path = format!("/api/v1/projects/{}", project.id);
    let board = format!("{path}/storyboard");
    let storyboard: Value = api.call(Method::GET, &board).send().await?.json()?;
    let (first, second) = (&storyboard["scenes"][0], &storyboard["scenes"][1]);
    assert_eq!(first["read_as"], "The LORD is my light; whom shall I fear?");
    assert_eq!(first["shown"], "[1] The LORD is my light; [2] whom shall I fear?");
    let said = second["read_as"].as_str().context("the refrain is read otherwise")?;
    assert_eq!(said.matches("Bless the LORD").count(), 2, "{said}");
    assert!(said.contains("Psalm 103, verse 1"), "{said}");
    assert_eq!(second["shown"], "Bless the LORD, O my soul\nBless the LORD, O my soul\nPs. 103:1");
    let kinds = |scene: &Value| -> Vec<String> {
        let told = scene["rewrites"].as_array().into_iter().flatten();
        told.map(|one| one["kind"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(kinds(first).contains(&"label".to_owned()) && kinds(first).contains(&"verse_number".to_owned()));
    assert!(kinds(second).contains(&"repeat".to_owned()) && kinds(second).contains(&"reference".to_owned()));

    // What GET answers can be sent back, and changes nothing.
    let mut back = storyboard.clone();
    back.as_object_mut().context("an object")?.retain(|name, _| name == "revision" || name == "scenes");
    let answer: Value = api.call(Method::PUT, &board).json(&back).send().await?.json()?;
    assert_eq!(answer["scenes"], storyboard["scenes"]);

    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    let video = job.video.as_deref().context("no video")?;
    let srt = api.captions(video, "srt").await?;
    assert!(srt.contains("[1] The LORD is my light") && srt.contains("Ps. 103:1"), "{srt}");
    assert!(!srt.contains("[Verse 1]") && !srt.contains("x2"), "{srt}");
    assert_eq!(srt.matches("Bless the LORD").count(), 2, "what is sung again is shown again: {srt}");

    // Another choice for verse numbers: captions without them, and no word is spoken again.
    let revision = api.project(&project.id).await?.revision;
    let change = json!({"revision": revision, "reading": {"verse_numbers": "leave_out"}});
    let changed: Value = api.call(Method::PATCH, &path).json(&change).send().await?.json()?;
    assert_eq!(
        (&changed["reading"]["verse_numbers"], &changed["reading"]["repeats"]),
        (&json!("leave_out"), &json!("as_marked"))
    );
    let quote = api.quote(&project.id, Some(DRAFT)).await?;
    assert_eq!(quote.images, 0);
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    assert_eq!(api.receipt(&job.id).await?.totals.speech_ms, 0);
    let srt = api.captions(job.video.as_deref().context("no video")?, "srt").await?;
    assert!(srt.contains("whom shall I fear?") && !srt.contains("[1]") && !srt.contains("[2]"), "{srt}");
    Ok(())
}

#[tokio::test]
async fn pause_marks_of_the_quran_are_shown_and_silent() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let verse = "ذَٰلِكَ ٱلْكِتَٰبُ لَا رَيْبَ ۛ فِيهِ ۛ هُدًى لِّلْمُتَّقِينَ ۝٢";
    let new = NewProject {
        text: Some(verse.into()),
        language: Some("ar".into()),
        voice: Some(VOICE.into()),
        ..NewProject::default()
    };
    let project = api.create_project(&new).await?;
    let board = format!("/api/v1/projects/{}/storyboard", project.id);
    let storyboard: Value = api.call(Method::GET, &board).send().await?.json()?;
    let scene = &storyboard["scenes"][0];
    let said = scene["read_as"].as_str().context("it is read otherwise than written")?;
    assert!(!said.contains(['\u{6db}', '\u{6dd}', '٢']) && said.contains("فِيهِ"), "{said}");
    assert_eq!(scene["shown"], Value::Null, "captions leave nothing out");
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    let srt = api.captions(job.video.as_deref().context("no video")?, "srt").await?;
    assert_eq!(srt.matches('\u{6db}').count(), 2, "{srt}");
    Ok(())
}

#[tokio::test]
async fn a_projects_lexicon_says_how_its_words_are_read() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let project = api.create_project(&text("Arise, get thee to Zarephath.")).await?;
    let path = format!("/api/v1/projects/{}/lexicon", project.id);
    let empty: Value = api.call(Method::GET, &path).send().await?.json()?;
    assert_eq!((&empty["entries"], &empty["revision"]), (&json!([]), &json!(1)));

    let entries = json!([{"written": "Zarephath", "spoken": "Zarra fath"}]);
    let order = json!({"revision": 1, "entries": entries});
    let kept: Value = api.call(Method::PUT, &path).json(&order).send().await?.json()?;
    assert_eq!((&kept["entries"], &kept["revision"]), (&entries, &json!(2)));
    let board = format!("/api/v1/projects/{}/storyboard", project.id);
    let storyboard: Value = api.call(Method::GET, &board).send().await?.json()?;
    let scene = &storyboard["scenes"][0];
    assert_eq!(scene["read_as"], "Arise, get thee to Zarra fath.");
    assert_eq!(
        scene["rewrites"],
        json!([{"written": "Zarephath", "spoken": "Zarra fath", "kind": "lexicon"}])
    );
    assert_eq!(scene["text"], "Arise, get thee to Zarephath.");

    let stale = api.call(Method::PUT, &path).json(&order).send().await?;
    assert_eq!(stale.problem().context("a problem")?.code, "conflict");
    let many: Vec<Value> = (0..201).map(|i| json!({"written": format!("a{i}"), "spoken": "b"})).collect();
    for bad in
        [json!([{"written": "a\nb", "spoken": "c"}]), json!([{"written": "", "spoken": "c"}]), json!(many)]
    {
        let answer =
            api.call(Method::PUT, &path).json(&json!({"revision": 2, "entries": bad})).send().await?;
        ensure!(answer.status == 422, "{}", answer.text());
    }
    Ok(())
}

#[tokio::test]
async fn words_that_no_voice_reads_are_told_before_anything_is_spent() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let new = NewProject {
        text: Some("主は私の羊飼い。".into()),
        language: Some("ja".into()),
        ..NewProject::default()
    };
    let project = api.create_project(&new).await?;
    let board = format!("/api/v1/projects/{}/storyboard", project.id);
    let storyboard: Value = api.call(Method::GET, &board).send().await?.json()?;
    let unread = &storyboard["scenes"][0]["unread"][0];
    assert_eq!((&unread["script"], &unread["own_script"]), (&json!("Hani"), &json!(true)));
    let refused = api.quote(&project.id, Some(DRAFT)).await;
    let problem = refused.err().and_then(|error| error.problem().cloned()).context("a problem")?;
    assert_eq!((problem.status, problem.code.as_str()), (422, "invalid"));
    assert_eq!(problem.members["scene"], 0);
    Ok(())
}
