//! Lines of free text, texts that were damaged on their way, and the names of files that titles become.

use anyhow::{Context as _, Result, ensure};
use client::{Method, NewProject};
use cloud::table::Key;
use harness::{Aws, DRAFT, minutes, new_user, shared, text, wait_for_job};
use serde_json::{Value, json};
use studio::Manuscript;
use tenancy::TenantId;

/// What no line may be: nothing that can be seen, controls, line separators, and changes of direction.
const NO_LINES: [&str; 9] = [
    "",
    "   ",
    "\u{200b}\u{2060}",
    "a\0b",
    "a\nb",
    "a\u{85}b",
    "a\u{2028}b",
    "invoice\u{202e}4pm",
    "\u{2067}a\u{2069}",
];

#[tokio::test]
async fn every_line_of_free_text_has_the_same_rules() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let scene = "The LORD is my light.";
    let project = person.api.create_project(&text(scene)).await?;
    let path = format!("/api/v1/projects/{}", project.id);
    let board = format!("{path}/storyboard");
    let scenes = |member: &str, value: Value| {
        let mut one = json!({"text": scene});
        one[member] = value;
        json!({"revision": 1, "scenes": [one]})
    };
    let verse =
        |value: &str| json!({"template": "gospel-verse", "values": {"reference": value, "verse": scene}});
    for bad in NO_LINES {
        for (method, path, body) in [
            (Method::POST, "/api/v1/projects", json!({"text": scene, "title": bad})),
            (Method::POST, "/api/v1/projects", json!({"text": scene, "voice": bad})),
            (Method::POST, "/api/v1/projects", verse(bad)),
            (Method::PATCH, &path, json!({"revision": 1, "title": bad})),
            (Method::PATCH, &path, json!({"revision": 1, "voice": bad})),
            (Method::PUT, &board, scenes("prompt", json!(bad))),
            (Method::PUT, &board, scenes("keywords", json!(["sea", bad]))),
            (Method::PATCH, "/api/account", json!({"name": bad})),
            (Method::POST, "/api/account/rotate-api-key", json!({"name": bad, "scope": "read"})),
        ] {
            let answer = person.api.call(method, path).json(&body).send().await?;
            // An invisible value of a template is white space to a text: its line is left out.
            let is_text = body["values"].is_object() && bad == NO_LINES[2];
            ensure!(is_text || answer.status == 422, "{path} {body}: {} {}", answer.status, answer.text());
        }
    }
    let unchanged = person.api.project(&project.id).await?;
    assert_eq!((unchanged.title, unchanged.revision), (project.title, 1));

    let change = json!({"revision": 1, "title": " Bu\u{308}cher \u{200f}שלום ", "voice": "default"});
    let changed: Value = person.api.call(Method::PATCH, &path).json(&change).send().await?.json()?;
    assert_eq!(
        changed["title"], "Bücher \u{200f}שלום",
        "in normalisation form C, without white space at its ends"
    );
    assert_eq!(changed["voice"], Value::Null, "back to the language's own voice");
    Ok(())
}

#[tokio::test]
async fn a_text_that_lost_a_character_is_refused_with_the_place() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let values = json!({"reference": "John 8", "verse": "caf\u{fffd} is good."});
    for (path, body, pointer) in [
        ("/api/v1/projects", json!({"text": "caf\u{fffd} is good."}), "#/text"),
        ("/api/v1/projects", json!({"text": "Be still.", "title": "caf\u{fffd}"}), "#/title"),
        ("/api/v1/projects", json!({"template": "gospel-verse", "values": values}), "#/values/verse"),
        ("/api/account/rotate-api-key", json!({"name": "caf\u{fffd}", "scope": "read"}), "#/name"),
    ] {
        let answer = person.api.call(Method::POST, path).json(&body).send().await?;
        let problem = answer.problem().with_context(|| answer.text())?;
        assert_eq!((problem.status, problem.code.as_str()), (422, "unsupported_character"), "{problem:?}");
        assert!(problem.detail.contains("Character 4 is U+FFFD"), "{}", problem.detail);
        assert_eq!(
            (&problem.members["errors"][0]["pointer"], &problem.members["position"]),
            (&json!(pointer), &json!(4))
        );
    }
    assert_eq!(person.api.projects().await?.items.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_title_that_was_stored_before_these_rules_fails_no_job() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let api = &person.api;
    let project = api.create_project(&text("The LORD is my light.")).await?;
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let key = Key::of(&tenant.partition(), format!("PROJECT#{}", project.id));
    let stored = Aws::of(&stack)?.table("studio_table")?.update(&key).set("title", "Psalm\0 23:\u{202e}1.");
    stored.send::<Value>().await?;

    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(api, &job, minutes(4)).await?;
    let video = job.video.context("no film")?;
    let download = api.download(&video).await?;
    assert_eq!(download.file_name, "Psalm  23-1.mp4");
    // Job and film have the title as it is stored, and show it as the project does.
    for path in [format!("jobs/{}", job.id), format!("videos/{video}"), format!("projects/{}", project.id)] {
        let shown: Value = api.get(&format!("/api/v1/{path}")).await?.json()?;
        assert_eq!(shown["title"], "Psalm  23:1.", "{path}");
    }
    let receipt: Value = api.get(&format!("/api/v1/jobs/{}/receipt", job.id)).await?.json()?;
    assert_eq!(receipt["job"]["title"], "Psalm  23:1.");
    Ok(())
}

#[tokio::test]
async fn what_was_stored_before_these_rules_can_be_sent_back_as_it_was_read() -> Result<()> {
    let stack = shared()?;
    let (table, person) = (Aws::of(&stack)?.table("studio_table")?, new_user(&stack).await?);
    let api = &person.api;
    let project = api.create_project(&text("The LORD is my light… whom shall I fear?")).await?;
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let key = Key::of(&tenant.partition(), format!("MANUSCRIPT#{}", project.id));
    let mut stored: Manuscript = table.get(&key).await?.context("no text")?;
    // As many bytes, so that the scenes stay where they are.
    stored.text = stored.text.replace('…', "\u{fffd}");
    stored.storyboard.scenes[0].prompt = "A\0 light\u{202e} \u{fffd}".to_owned();
    stored.storyboard.scenes[0].keywords = ["sea\n", "", "hill"].map(str::to_owned).to_vec();
    table.put(&key, &stored).await?;
    let item = Key::of(&tenant.partition(), format!("PROJECT#{}", project.id));
    table.update(&item).set("title", "Psalm\0 27").set("voice", "heart\n").send::<Value>().await?;

    let path = format!("/api/v1/projects/{}", project.id);
    let board: Value = api.get(&format!("{path}/storyboard")).await?.json()?;
    assert_eq!(board["scenes"][0]["prompt"], "A  light");
    assert_eq!(board["scenes"][0]["keywords"], json!(["sea", "hill"]));
    let again = json!({"revision": board["revision"], "scenes": board["scenes"]});
    let answer = api.call(Method::PUT, &format!("{path}/storyboard")).json(&again).send().await?;
    let answer: Value = answer.success()?.json()?;
    assert_eq!(answer["scenes"], board["scenes"]);
    let read: Value = api.get(&path).await?.json()?;
    assert_eq!((&read["title"], &read["voice"]), (&json!("Psalm  27"), &json!("heart")));
    let same = json!({"revision": read["revision"], "title": read["title"], "voice": read["voice"]});
    api.call(Method::PATCH, &path).json(&same).send().await?.success()?;

    // What comes back unchanged keeps the name of its artefacts, which are made from what is stored.
    let kept: Manuscript = table.get(&key).await?.context("no text")?;
    assert_eq!((kept.text, kept.storyboard), (stored.text, stored.storyboard));
    let kept: Value = table.get(&item).await?.context("no project")?;
    assert_eq!((&kept["title"], &kept["voice"]), (&json!("Psalm\0 27"), &json!("heart\n")));
    Ok(())
}

#[tokio::test]
async fn files_are_saved_under_a_name_that_every_system_takes() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let api = &person.api;
    let new = NewProject { title: Some("भजन: “a/b?”.".into()), ..text("The LORD is my light.") };
    let project = api.create_project(&new).await?;
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let video = wait_for_job(api, &job, minutes(4)).await?.video.context("no film")?;

    let download = api.download(&video).await?;
    assert_eq!(download.file_name, "भजन- “a-b-”.mp4");
    let film = api.get(&download.url).await?;
    let full = "%E0%A4%AD%E0%A4%9C%E0%A4%A8-%20%E2%80%9Ca-b-%E2%80%9D";
    let names =
        |extension: &str| format!("filename=\"bhjn- -a-b.{extension}\"; filename*=UTF-8''{full}.{extension}");
    assert_eq!(film.header("content-disposition"), Some(format!("attachment; {}", names("mp4")).as_str()));
    for (path, extension) in [("thumbnail", "jpg"), ("captions.srt", "srt"), ("captions.vtt", "vtt")] {
        let file = api.get(&format!("/api/v1/videos/{video}/{path}")).await?;
        let expected = format!("inline; {}", names(extension));
        assert_eq!(file.header("content-disposition"), Some(expected.as_str()), "{path}");
    }
    Ok(())
}
