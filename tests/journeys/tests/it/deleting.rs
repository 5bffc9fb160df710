//! Deleting a film: artefacts that no other film uses are deleted with it, shared ones stay.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use client::SceneEdit;
use harness::{Aws, DRAFT, TestUser, minutes, new_user, render_film, shared, wait_for_job};
use tenancy::TenantId;
use tokio::time::{sleep, timeout};

#[tokio::test]
async fn what_no_film_uses_is_deleted_and_what_another_shows_stays() -> Result<()> {
    let stack = shared()?;
    let aws = Aws::of(&stack)?;
    let person = new_user(&stack).await?;
    let api = &person.api;
    let (project, _, first) = render_film(api, &["The heavens declare.", "Day unto day."]).await?;
    let of_first = media(&aws, &person).await?;
    let stored_first = person.usage("storage_bytes").await?.used;

    let storyboard = api.storyboard(&project.id).await?;
    let mut edits: Vec<SceneEdit> = storyboard.scenes.into_iter().map(SceneEdit::from).collect();
    edits[1].prompt = Some("a lighthouse above a calm sea at dusk".into());
    api.put_storyboard(&project.id, storyboard.revision, &edits).await?;
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(api, &job, minutes(4)).await?;
    let second = job.video.context("no video")?;
    let of_both = media(&aws, &person).await?;
    let stored_both = person.usage("storage_bytes").await?.used;
    assert!(of_both.is_superset(&of_first) && of_both.len() > of_first.len());
    assert!(stored_both > stored_first);

    // With the first film its own picture, its clips and its files are deleted, but no narration and no soundtrack.
    delete(&person, &first.id).await?;
    let left = swept(&aws, &person, |left| left.len() < of_both.len()).await?;
    let gone: Vec<&String> = of_both.difference(&left).collect();
    // One picture, two clips, and four files: MP4, two captions, thumbnail.
    assert_eq!(gone.len(), 1 + 2 + 4, "{gone:?}");
    assert!(gone.iter().all(|key| of_first.contains(*key) && !key.contains("/audio/")), "{gone:?}");
    let stored = person.usage("storage_bytes").await?.used;
    assert!(stored < stored_both, "{stored} of {stored_both}");
    let folder = tempfile::tempdir()?;
    let download = api.download(&second).await?;
    let bytes = api.fetch(&download.url, &folder.path().join("film.mp4")).await?;
    assert_eq!(bytes, api.video(&second).await?.bytes);

    // With the second film everything is deleted.
    delete(&person, &second).await?;
    let left = swept(&aws, &person, BTreeSet::is_empty).await?;
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(person.usage("storage_bytes").await?.used, 0.0);
    Ok(())
}

async fn delete(person: &TestUser, video: &str) -> Result<()> {
    let path = format!("/api/v1/videos/{video}");
    person.api.call(client::Method::DELETE, &path).send().await?.success()?;
    Ok(())
}

/// The keys of a user's pictures, sounds and films. Plans and summaries of jobs (`jobs/`) stay as records.
async fn media(aws: &Aws, person: &TestUser) -> Result<BTreeSet<String>> {
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let (bucket, mut keys, mut after) = (aws.bucket()?, BTreeSet::new(), None);
    loop {
        let page = bucket.objects(&tenant, after).await?;
        let known = page.objects.into_iter().filter_map(|object| object.key);
        keys.extend(known.map(|key| key.as_str().to_owned()).filter(|key| !key.contains("/jobs/")));
        after = page.next;
        if after.is_none() {
            return Ok(keys);
        }
    }
}

/// Invokes the sweeper until the remaining objects are as expected, and then once more: it must delete nothing else.
async fn swept(
    aws: &Aws,
    person: &TestUser,
    is_done: impl Fn(&BTreeSet<String>) -> bool,
) -> Result<BTreeSet<String>> {
    let done = timeout(minutes(2), async {
        loop {
            aws.invoke("sweeper").await?;
            if is_done(&media(aws, person).await?) {
                return anyhow::Ok(());
            }
            sleep(Duration::from_millis(500)).await;
        }
    });
    ensure!(done.await.is_ok_and(|done| done.is_ok()), "left: {:?}", media(aws, person).await?);
    aws.invoke("sweeper").await?;
    media(aws, person).await
}
