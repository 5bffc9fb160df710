//! What people upload: held against the storage quota when it is asked for, written once, charged when it arrives,
//! listed, and gone when it is deleted, when its project is, or when no storyboard has shown it for a week.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use client::{LocalStack, Project, SceneEdit, StatusCode};
use cloud::table::Key;
use futures_util::future::join_all;
use harness::{Aws, DRAFT, TestUser, new_user, shared, text};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use studio::{JobId, Manuscript};
use tenancy::{Month, ObjectKey, TenantId};

const SCENE: &str = "The LORD is my light.";

/// The free plan's storage in bytes.
const STORAGE: u64 = 100_000_000_000;

/// A grey picture of 32 × 32 pixels.
const PICTURE: &[u8] = include_bytes!("uploads/grey.png");

#[tokio::test]
async fn bytes_are_held_when_they_are_asked_for_and_not_one_beyond_the_quota() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let project = person.api.create_project(&text(SCENE)).await?.id;
    let bytes = 10_000_000;
    let stored = STORAGE - 3 * bytes - 1;
    let level = json!({"bytes_total": stored, "bytes_used": stored});
    aws.table("metering_table")?.put(&Key::of(&tenant(&person)?.partition(), "STORAGE"), &level).await?;

    let asked = (0..12).map(|_| async {
        person
            .api
            .ask_for_upload(&project, "image/png", usize::try_from(bytes)?)
            .await
            .map_err(anyhow::Error::from)
    });
    let answers = join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    for error in answers.into_iter().filter_map(Result::err) {
        let error: client::ApiError = error.downcast()?;
        let problem = error.problem().with_context(|| error.to_string())?;
        assert_eq!((problem.status, problem.code.as_str()), (402, "quota_exceeded"), "{problem:?}");
        assert_eq!(problem.members["metric"], "storage_bytes");
        assert_eq!((&problem.members["limit"], &problem.members["asked"]), (&json!(STORAGE), &json!(bytes)));
        assert!(problem.members["upgrade_url"].is_string(), "{problem:?}");
    }
    let usage = person.usage("storage_bytes").await?;
    assert_eq!((usage.used, usage.held), (stored as f64, 3.0 * bytes as f64));
    assert_eq!(person.api.uploads(&project).await?.items.len(), 3, "a refused request leaves nothing");
    // What is left fits to the byte.
    person.api.ask_for_upload(&project, "image/png", 1).await?;
    assert!(person.api.ask_for_upload(&project, "image/png", 1).await.is_err());
    Ok(())
}

#[tokio::test]
async fn what_arrives_is_charged_once_and_what_does_not_is_released() -> Result<()> {
    let (aws, person, project) = begin(&shared()?).await?;
    let arrives = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
    let never = person.api.ask_for_upload(&project.id, "image/png", 4711).await?.id;
    assert_eq!(storage(&person).await?, (0, PICTURE.len() + 4711));
    let states = |assets: Vec<client::Asset>| -> Vec<(String, String)> {
        assets.into_iter().map(|asset| (asset.id, asset.state)).collect()
    };
    let listed = states(person.api.uploads(&project.id).await?.items);
    let expected = [(never.clone(), "pending".to_owned()), (arrives.clone(), "stored".to_owned())];
    assert_eq!(listed, expected);

    // A measurement while both are pending puts right what was miscounted, stored or held.
    let level = Key::of(&tenant(&person)?.partition(), "STORAGE");
    let miscounted = aws.table("metering_table")?.update(&level).add("bytes_total", 800);
    miscounted.add("bytes_used", 500).send::<Value>().await?;
    assert_eq!(storage(&person).await?, (500, PICTURE.len() + 4711 + 300));
    aws.invoke("usage").await?;
    assert_eq!(storage(&person).await?, (0, PICTURE.len() + 4711));

    // Too early: the transfer may still be on its way.
    set(&aws, &person, &never, json!({"due_at": 0})).await?;
    aws.invoke("sweeper").await?;
    assert_eq!(person.api.uploads(&project.id).await?.items.len(), 2);

    for upload in [&arrives, &never] {
        expire(&aws, &person, upload).await?;
    }
    for _ in 0..2 {
        sweep(&aws, &person, &[&arrives, &never]).await?;
        assert_eq!(storage(&person).await?, (PICTURE.len(), 0));
    }
    assert_eq!(states(person.api.uploads(&project.id).await?.items), [(arrives, "stored".to_owned())]);
    // What is measured in the bucket agrees.
    aws.invoke("usage").await?;
    assert_eq!(storage(&person).await?, (PICTURE.len(), 0));
    Ok(())
}

#[tokio::test]
async fn an_upload_is_written_once() -> Result<()> {
    let (aws, person, project) = begin(&shared()?).await?;
    let upload = person.api.ask_for_upload(&project.id, "image/png", PICTURE.len()).await?;
    person.api.put_upload(&upload, PICTURE.to_vec()).await?.success()?;
    let again = person.api.put_upload(&upload, vec![1; PICTURE.len()]).await?;
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED, "{}", again.text());
    // The header is signed: without it the URL is worth nothing.
    let bare = person.api.call(client::Method::PUT, &upload.upload_url).header("content-type", "image/png");
    let bare = bare.bytes(vec![1; PICTURE.len()]).send().await?;
    assert_eq!(bare.status, StatusCode::FORBIDDEN, "{}", bare.text());

    let versions = versions(&aws, &person, &upload.id).await?;
    assert_eq!(versions, [u64::try_from(PICTURE.len())?]);
    Ok(())
}

#[tokio::test]
async fn what_no_storyboard_shows_is_deleted_after_a_week_with_every_version() -> Result<()> {
    let (aws, person, project) = begin(&shared()?).await?;
    let mut uploads = Vec::new();
    for _ in 0..3 {
        uploads.push(person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?);
    }
    let [shown, dropped, unused] = uploads.as_slice() else { anyhow::bail!("{uploads:?}") };
    let revision = show(&person, &project, project.revision, Some(dropped)).await?;
    show(&person, &project, revision, Some(shown)).await?;
    let all = [shown.as_str(), dropped, unused];
    for upload in all {
        expire(&aws, &person, upload).await?;
    }
    // Not a week yet.
    sweep(&aws, &person, &all).await?;
    assert_eq!(person.api.uploads(&project.id).await?.items.len(), 3);
    // Before there was a condition on writing, an object could be replaced.
    let key = ObjectKey::upload(&tenant(&person)?, uuid(unused)?);
    aws.bucket()?.put(&key, vec![0; 100], "image/png").await?;

    for upload in all {
        let past = Timestamp::now().checked_sub(1.hour())?;
        set(&aws, &person, upload, json!({"kept_until": past})).await?;
    }
    sweep(&aws, &person, &all).await?;
    let listed = person.api.uploads(&project.id).await?.items;
    assert_eq!(listed.iter().map(|asset| asset.id.as_str()).collect::<Vec<_>>(), [shown.as_str()]);
    for gone in [dropped, unused] {
        assert!(versions(&aws, &person, gone).await?.is_empty());
    }
    assert_eq!(versions(&aws, &person, shown).await?.len(), 1);
    assert_eq!(storage(&person).await?, (PICTURE.len(), 0));
    // One that is gone cannot be shown.
    let project = person.api.project(&project.id).await?;
    let refused = show(&person, &project, project.revision, Some(dropped)).await;
    let refused = refused.err().context("it was shown")?;
    let problem = refused.downcast_ref::<client::ApiError>().and_then(client::ApiError::problem);
    assert!(problem.is_some_and(|problem| problem.status == 422), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn deleting_frees_the_storage_and_waits_for_the_storyboards() -> Result<()> {
    uploads_and_deletes(&shared()?).await
}

/// Uploads, shows and deletes pictures.
pub async fn uploads_and_deletes(stack: &LocalStack) -> Result<()> {
    let (aws, person, project) = begin(stack).await?;
    let upload = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
    let revision = show(&person, &project, project.revision, Some(&upload)).await?;
    let refused = person.api.delete_upload(&project.id, &upload).await.err().context("it was deleted")?;
    let problem = refused.problem().with_context(|| refused.to_string())?;
    assert_eq!((problem.status, problem.code.as_str()), (409, "conflict"));
    assert_eq!(problem.members["projects"], json!([project.id]));

    // Out of the storyboard and past the time of its URL, it goes at once.
    show(&person, &project, revision, None).await?;
    expire(&aws, &person, &upload).await?;
    person.api.delete_upload(&project.id, &upload).await?;
    assert!(person.api.uploads(&project.id).await?.items.is_empty());
    assert!(versions(&aws, &person, &upload).await?.is_empty());
    assert_eq!(storage(&person).await?, (0, 0));
    let again = person.api.delete_upload(&project.id, &upload).await.err().context("it was there again")?;
    assert_eq!(again.problem().context("no problem")?.status, 404);

    // Within the time of its URL the bytes stay held, because they could be sent again.
    let young = person.api.ask_for_upload(&project.id, "image/png", PICTURE.len()).await?;
    person.api.put_upload(&young, PICTURE.to_vec()).await?.success()?;
    person.api.delete_upload(&project.id, &young.id).await?;
    assert!(person.api.uploads(&project.id).await?.items.is_empty());
    assert_eq!(storage(&person).await?, (0, PICTURE.len()));
    expire(&aws, &person, &young.id).await?;
    sweep(&aws, &person, &[&young.id]).await?;
    assert_eq!(storage(&person).await?, (0, 0));
    assert!(versions(&aws, &person, &young.id).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_project_takes_its_uploads_with_it_except_those_that_another_shows() -> Result<()> {
    let (aws, person, project) = begin(&shared()?).await?;
    let shared = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
    let own = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
    show(&person, &project, project.revision, Some(&shared)).await?;
    let body = json!({"text": "Whom shall I fear?", "pictures_of": project.id});
    let other = person.api.call(client::Method::POST, "/api/v1/projects").json(&body).send().await?;
    let other: Project = other.json()?;
    for upload in [&shared, &own] {
        expire(&aws, &person, upload).await?;
    }

    delete_project(&person, &project).await?;
    swept_until(&aws, &person, (PICTURE.len(), 0)).await?;
    assert!(versions(&aws, &person, &own).await?.is_empty());
    assert_eq!(versions(&aws, &person, &shared).await?.len(), 1, "another project shows it");

    delete_project(&person, &other).await?;
    expire(&aws, &person, &shared).await?;
    set(&aws, &person, &shared, json!({"shown_at": Value::Null})).await?;
    sweep(&aws, &person, &[&shared]).await?;
    assert_eq!(storage(&person).await?, (0, 0));
    assert!(versions(&aws, &person, &shared).await?.is_empty());
    Ok(())
}

/// The request of another project has recorded that its storyboard is about to show the upload, and has not written
/// that storyboard yet.
#[tokio::test]
async fn an_upload_that_a_storyboard_is_about_to_show_is_not_deleted() -> Result<()> {
    let (aws, person, project) = begin(&shared()?).await?;
    let upload = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
    let revision = show(&person, &project, project.revision, Some(&upload)).await?;
    let other = person.api.create_project(&text(SCENE)).await?;
    // A minute ahead, so that the request lasts as long as this test takes.
    let begun_at = Timestamp::now().checked_add(1.minute())?;
    let begun = json!({"shown_by": [project.id, other.id], "shown_at": begun_at});
    set(&aws, &person, &upload, begun).await?;

    // Dropping it here does not make it free for deletion there.
    show(&person, &project, revision, None).await?;
    expire(&aws, &person, &upload).await?;
    let refused = person.api.delete_upload(&project.id, &upload).await.err().context("it was deleted")?;
    let problem = refused.problem().with_context(|| refused.to_string())?;
    assert_eq!((problem.status, problem.code.as_str()), (409, "conflict"));
    delete_project(&person, &project).await?;
    sweep(&aws, &person, &[&upload]).await?;
    assert_eq!(versions(&aws, &person, &upload).await?.len(), 1, "it is about to be shown");

    // Now the storyboard is written, and the request has ended.
    let key = Key::of(&tenant(&person)?.partition(), format!("MANUSCRIPT#{}", other.id));
    let table = aws.table("studio_table")?;
    let mut manuscript: Manuscript = table.get(&key).await?.context("no text")?;
    manuscript.storyboard.scenes[0].image = Some(upload.parse()?);
    table.put(&key, &manuscript).await?;
    set(&aws, &person, &upload, json!({"shown_at": Timestamp::now().checked_sub(1.minute())?})).await?;
    sweep(&aws, &person, &[&upload]).await?;
    assert_eq!(versions(&aws, &person, &upload).await?.len(), 1, "it is shown");

    delete_project(&person, &other).await?;
    expire(&aws, &person, &upload).await?;
    sweep(&aws, &person, &[&upload]).await?;
    assert!(versions(&aws, &person, &upload).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_a_running_job_was_planned_with_is_deleted_when_the_job_has_ended() -> Result<()> {
    let (aws, person) = (Aws::of(&shared()?)?, new_user(&shared()?).await?);
    let lines = [SCENE, "Whom shall I fear?"];
    let project = person.api.create_project(&text(&lines.join("\n\n"))).await?;
    let mut uploads = Vec::new();
    for _ in lines {
        uploads.push(person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?);
    }
    let [removed, left] = uploads.as_slice() else { anyhow::bail!("{uploads:?}") };
    let scenes = |first: Option<&String>| {
        let images = [first, Some(left)];
        let scene = |(text, image): (&&str, Option<&String>)| SceneEdit {
            text: (*text).to_owned(),
            image: image.cloned(),
            ..SceneEdit::default()
        };
        lines.iter().zip(images).map(scene).collect::<Vec<_>>()
    };
    let board = person.api.put_storyboard(&project.id, project.revision, &scenes(Some(removed))).await?;

    let (job, hold) = lasting_job(&aws, &person, &project).await?;

    // One is deleted by itself, the other with its project.
    person.api.put_storyboard(&project.id, board.revision, &scenes(None)).await?;
    expire(&aws, &person, removed).await?;
    person.api.delete_upload(&project.id, removed).await?;
    let listed = person.api.uploads(&project.id).await?.items;
    assert_eq!(listed.iter().map(|asset| &asset.id).collect::<Vec<_>>(), [left]);
    delete_project(&person, &project).await?;
    expire(&aws, &person, left).await?;
    let all = [removed.as_str(), left];
    sweep(&aws, &person, &all).await?;
    for upload in all {
        assert_eq!(versions(&aws, &person, upload).await?.len(), 1, "the job may read it yet");
        let minutes = due_in_minutes(&aws, &person, upload).await?;
        assert!((50..=60).contains(&minutes), "the sweeper looks at it again in {minutes} minutes");
    }

    aws.table("studio_table")?.update(&job).set("status", "cancelled").send::<Value>().await?;
    aws.table("metering_table")?.delete(&hold).await?;
    sweep(&aws, &person, &all).await?;
    for upload in all {
        assert!(versions(&aws, &person, upload).await?.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn the_uploads_of_a_project_are_listed_in_pages() -> Result<()> {
    let (_, person, project) = begin(&shared()?).await?;
    let mut made = Vec::new();
    for bytes in 1..=3 {
        made.push(person.api.ask_for_upload(&project.id, "image/png", bytes).await?.id);
    }
    made.reverse();
    let path = format!("/api/v1/projects/{}/assets?limit=2", project.id);
    let first: Value = person.api.get(&path).await?.json()?;
    let after = first["next"].as_str().context("no second page")?;
    let second: Value = person.api.get(&format!("{path}&after={after}")).await?.json()?;
    let ids = [&first, &second].map(|page| page["items"].as_array().cloned().unwrap_or_default()).concat();
    let ids: Vec<&str> = ids.iter().filter_map(|item| item["id"].as_str()).collect();
    assert_eq!(ids, made);
    assert_eq!(second["next"], Value::Null);
    Ok(())
}

/// A new user with a project.
async fn begin(stack: &LocalStack) -> Result<(Aws, TestUser, Project)> {
    let (aws, person) = (Aws::of(stack)?, new_user(stack).await?);
    let project = person.api.create_project(&text(SCENE)).await?;
    Ok((aws, person, project))
}

/// Makes the project's only scene show an upload, or none; gives the new revision.
async fn show(person: &TestUser, project: &Project, revision: u64, upload: Option<&str>) -> Result<u64> {
    let image = upload.map(str::to_owned);
    let scene = SceneEdit { text: SCENE.into(), image, ..SceneEdit::default() };
    Ok(person.api.put_storyboard(&project.id, revision, &[scene]).await?.revision)
}

async fn delete_project(person: &TestUser, project: &Project) -> Result<()> {
    let path = format!("/api/v1/projects/{}", project.id);
    Ok(person.api.call(client::Method::DELETE, &path).send().await?.success().map(drop)?)
}

/// A job that runs and comes to no end: a copy of one that was cancelled, without its steps. Gives the keys of the job
/// and of its hold.
async fn lasting_job(aws: &Aws, person: &TestUser, project: &Project) -> Result<(Key, Key)> {
    let job = person.api.render(&project.id, Some(DRAFT), None).await?.id;
    let (partition, copy) = (tenant(person)?.partition(), JobId::new());
    let dynamodb = aws_sdk_dynamodb::Client::new(&aws.config);
    let table = aws.name("studio_table")?;
    for (from, to) in
        [(format!("JOB#{job}"), format!("JOB#{copy}")), (format!("PLAN#{job}#00"), format!("PLAN#{copy}#00"))]
    {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let item = dynamodb.get_item().table_name(&table).key("pk", text(partition.as_str()));
        let item = item.key("sk", text(&from)).consistent_read(true).send().await?.item;
        let mut item = item.with_context(|| format!("no item {from}"))?;
        item.insert("sk".to_owned(), text(&to));
        if from.starts_with("JOB#") {
            item.insert("id".to_owned(), text(&copy.to_string()));
            // On a busy machine it may have come to its end already.
            item.insert("status".to_owned(), text("running"));
            // So the sweeper does not find it.
            item.remove("due_shard");
        }
        dynamodb.put_item().table_name(&table).set_item(Some(item)).send().await?;
    }
    let key = Key::of(&partition, format!("HOLD#{}", copy.uuid().simple()));
    let hold = json!({"job": copy.uuid(), "month": Month::of(Timestamp::now()), "amounts": {}});
    aws.table("metering_table")?.put(&key, &hold).await?;
    person.api.cancel(&job).await?;
    Ok((Key::of(&partition, format!("JOB#{copy}")), key))
}

/// The bytes that are stored, and those that are held.
async fn storage(person: &TestUser) -> Result<(usize, usize)> {
    let usage = person.usage("storage_bytes").await?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand bytes")]
    Ok((usage.used as usize, usage.held as usize))
}

/// Lets a day pass: nothing can be written to an upload any more, and no request still runs that has seen it in a
/// storyboard which does not show it now.
async fn expire(aws: &Aws, person: &TestUser, upload: &str) -> Result<()> {
    let now = Timestamp::now();
    let (past, a_week_but_a_day) = (now.checked_sub(1.hour())?, now.checked_add((6 * 24).hours())?);
    set(aws, person, upload, json!({"writable_until": past, "kept_until": a_week_but_a_day})).await
}

/// Makes the sweeper look at these uploads now, until it has nothing more to do about them.
async fn sweep(aws: &Aws, person: &TestUser, uploads: &[&str]) -> Result<()> {
    // An upload that has just been charged is looked at a second time.
    for _ in 0..2 {
        for upload in uploads {
            set(aws, person, upload, json!({"due_at": 0, "due_shard": shard(person)?})).await?;
        }
        aws.invoke("sweeper").await?;
    }
    Ok(())
}

/// Lets the sweeper run until the storage is as expected.
async fn swept_until(aws: &Aws, person: &TestUser, expected: (usize, usize)) -> Result<()> {
    for _ in 0..20 {
        aws.invoke("sweeper").await?;
        if storage(person).await? == expected {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    assert_eq!(storage(person).await?, expected);
    Ok(())
}

/// Changes attributes of an upload's record, if it has one.
async fn set(aws: &Aws, person: &TestUser, upload: &str, attributes: Value) -> Result<()> {
    let key = Key::of(&tenant(person)?.partition(), format!("UPLOAD#{upload}"));
    let mut update = aws.table("studio_table")?.update(&key).when_present();
    for (name, value) in attributes.as_object().into_iter().flatten() {
        update = update.set(name, value);
    }
    match update.send::<Value>().await {
        Ok(_) | Err(cloud::table::TableError::Condition { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// In how many minutes the sweeper looks at an upload.
async fn due_in_minutes(aws: &Aws, person: &TestUser, upload: &str) -> Result<i64> {
    let key = Key::of(&tenant(person)?.partition(), format!("UPLOAD#{upload}"));
    let record: Value = aws.table("studio_table")?.get(&key).await?.context("no record")?;
    let due_at = record["due_at"].as_i64().context("it is not due")?;
    Ok((due_at - Timestamp::now().as_millisecond()) / 60_000)
}

/// The shard of the index `due` that has the tenant's entries.
fn shard(person: &TestUser) -> Result<String> {
    Ok((tenancy::ContentHash::of(tenant(person)?.to_string().as_bytes()).seed() % 8).to_string())
}

/// The sizes of an upload's versions.
async fn versions(aws: &Aws, person: &TestUser, upload: &str) -> Result<Vec<u64>> {
    let key = ObjectKey::upload(&tenant(person)?, uuid(upload)?);
    let page = aws.bucket()?.versions(key.as_str(), None).await?;
    Ok(page.versions.iter().map(|version| version.bytes.unwrap_or_default()).collect())
}

fn uuid(upload: &str) -> Result<uuid::Uuid> {
    Ok(upload.strip_prefix("up_").context("an id without a prefix")?.parse()?)
}

fn tenant(person: &TestUser) -> Result<TenantId> {
    Ok(person.signed_in.tenant.parse()?)
}
