//! The records of uploads, in races that no request can bring about by itself, and of files that have none.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use client::SceneEdit;
use cloud::table::{Key, Table};
use fault_proxy::{FaultProxy, Phase};
use harness::{Aws, new_user, shared, text};
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;
use storyboard::UploadId;
use studio::{Manuscript, ProjectId, Studio, StudioSettings, Uploads, UploadsInUse};
use tenancy::TenantId;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

const SCENE: &str = "The LORD is my light.";

/// A grey picture of 32 × 32 pixels.
const PICTURE: &[u8] = include_bytes!("uploads/grey.png");

/// The `studio` table behind a proxy.
async fn proxied(aws: &Aws) -> Result<(FaultProxy, Table)> {
    let proxy = FaultProxy::start().await?;
    let upstream = aws.config.endpoint_url().context("no endpoint")?;
    proxy.forward_to(upstream);
    let config = aws.config.to_builder().endpoint_url(proxy.url()).build();
    let table = Table::new(&config, aws.name("studio_table")?);
    Ok((proxy, table))
}

fn studio(aws: &Aws, table: Table) -> Result<Studio> {
    Ok(Studio::new(table, &aws.table("metering_table")?, StudioSettings::default()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_project_that_shows_an_upload_is_recorded_whatever_the_sweeper_found_meanwhile() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let project = person.api.create_project(&text(SCENE)).await?;
    let upload = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
    // The record knows the project, because its storyboard once showed the upload.
    let mut revision = project.revision;
    for image in [Some(upload.clone()), None] {
        let scene = SceneEdit { text: SCENE.into(), image, ..SceneEdit::default() };
        revision = person.api.put_storyboard(&project.id, revision, &[scene]).await?.revision;
    }

    // Between what the storyboard's request reads and writes, the sweeper finds that nothing shows the upload.
    let (proxy, table) = proxied(&aws).await?;
    let showing = Uploads::new(studio(&aws, table)?, aws.bucket()?);
    let sweeper = Uploads::new(studio(&aws, aws.table("studio_table")?)?, aws.bucket()?);
    let (id, sweeps) = (upload.parse::<UploadId>()?, Arc::new(AtomicUsize::new(0)));
    let counted = sweeps.clone();
    proxy.watch(move |phase, call| {
        if matches!(phase, Phase::Answered(_)) && call.operation == "BatchGetItem" {
            let mut in_use = UploadsInUse::default();
            let sweep = sweeper.sweep(&tenant, &id, &mut in_use);
            let swept = block_in_place(|| Handle::current().block_on(sweep));
            counted.fetch_add(usize::from(swept.is_ok()), Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    });
    let (project_id, now) = (project.id.parse::<ProjectId>()?, Timestamp::now());
    showing.show(&tenant, &project_id, now, &BTreeSet::new(), &BTreeSet::from([id])).await?;
    assert_eq!(sweeps.load(Ordering::Relaxed), 1);
    let key = Key::of(&tenant.partition(), format!("UPLOAD#{upload}"));
    let record: Value = aws.table("studio_table")?.get(&key).await?.context("no record")?;
    assert_eq!(record["shown_by"], serde_json::json!([project.id]));

    // However often it is shown, the project stands there once.
    let known: Value = {
        showing.show(&tenant, &project_id, now, &BTreeSet::new(), &BTreeSet::from([id])).await?;
        aws.table("studio_table")?.get(&key).await?.context("no record")?
    };
    assert_eq!(known["shown_by"], record["shown_by"]);
    Ok(())
}

/// One request has read a storyboard that shows an upload, and drops it late: after another has dropped it, and a third
/// has begun to show it again.
#[tokio::test]
async fn a_late_request_drops_no_upload_that_another_is_about_to_show() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let project = person.api.create_project(&text(SCENE)).await?;
    let upload = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
    let scene = SceneEdit { text: SCENE.into(), image: Some(upload.clone()), ..SceneEdit::default() };
    person.api.put_storyboard(&project.id, project.revision, &[scene]).await?;
    let table = aws.table("studio_table")?;
    let item = Key::of(&tenant.partition(), format!("PROJECT#{}", project.id));
    let read: Value = table.get(&item).await?.context("no project")?;
    let edited_at: Timestamp = serde_json::from_value(read["updated_at"].clone())?;

    let uploads = Uploads::new(studio(&aws, aws.table("studio_table")?)?, aws.bucket()?);
    let (project, id) = (project.id.parse::<ProjectId>()?, upload.parse::<UploadId>()?);
    let (none, shown) = (BTreeSet::new(), BTreeSet::from([id]));
    let key = Key::of(&tenant.partition(), format!("UPLOAD#{upload}"));
    uploads.show(&tenant, &project, edited_at, &shown, &none).await?;
    let dropped: Value = table.get(&key).await?.context("no record")?;
    assert_eq!(dropped.get("shown_at"), None, "the storyboard that showed it was read");

    uploads.show(&tenant, &project, edited_at, &none, &shown).await?;
    uploads.show(&tenant, &project, edited_at, &shown, &none).await?;
    let begun: Value = table.get(&key).await?.context("no record")?;
    assert!(begun["shown_at"].is_string(), "{begun}");
    Ok(())
}

#[tokio::test]
async fn the_jobs_of_a_tenant_are_read_once_however_many_of_its_uploads_a_sweep_deletes() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let project = person.api.create_project(&text(SCENE)).await?;
    let table = aws.table("studio_table")?;
    let mut discarded = Vec::new();
    for _ in 0..3 {
        let upload = person.api.upload(&project.id, "image/png", PICTURE.to_vec()).await?;
        let past = Timestamp::now().checked_sub(1.hour())?;
        // No sweep of another test finds it.
        let record =
            table.update(&Key::of(&tenant.partition(), format!("UPLOAD#{upload}"))).remove("due_shard");
        let record = record.set("state", "deleting").set("writable_until", past).set("kept_until", past);
        record.send::<Value>().await?;
        discarded.push(upload.parse::<UploadId>()?);
    }

    let (proxy, _) = proxied(&aws).await?;
    let config = aws.config.to_builder().endpoint_url(proxy.url()).build();
    let metering = Table::new(&config, aws.name("metering_table")?);
    let sweeper = Uploads::new(Studio::new(table, &metering, StudioSettings::default()), aws.bucket()?);
    let mut in_use = UploadsInUse::default();
    for id in &discarded {
        sweeper.sweep(&tenant, id, &mut in_use).await?;
    }
    let queries = proxy.take_calls().iter().filter(|call| call.operation == "Query").count();
    assert_eq!(queries, 1, "the holds, which name the jobs");
    let left = studio(&aws, aws.table("studio_table")?)?.uploads(&tenant, &discarded).await?;
    assert!(left.iter().all(Option::is_none), "{left:?}");
    Ok(())
}

#[tokio::test]
async fn a_file_without_a_record_is_adopted_for_all_projects_that_show_it_a_few_texts_at_a_time() -> Result<()>
{
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let project = person.api.create_project(&text(SCENE)).await?;
    let direct = aws.table("studio_table")?;
    let text_key = |project: &str| Key::of(&tenant.partition(), format!("MANUSCRIPT#{project}"));
    let mut manuscript: Manuscript = direct.get(&text_key(&project.id)).await?.context("no text")?;
    let stray = UploadId::new();
    manuscript.storyboard.scenes[0].image = Some(stray);
    let mut projects: Vec<String> = (0..40).map(|_| ProjectId::new().to_string()).collect();
    for project in &projects {
        direct.put(&text_key(project), &manuscript).await?;
    }

    let (proxy, table) = proxied(&aws).await?;
    assert_eq!(studio(&aws, table)?.adopt_uploads(&tenant, &[(stray, 100)]).await?, 1);
    let queries = proxy.take_calls().iter().filter(|call| call.operation == "Query").count();
    assert!(queries > 2, "{queries} queries: all texts were in memory at once");
    let key = Key::of(&tenant.partition(), format!("UPLOAD#{stray}"));
    let record: Value = direct.get(&key).await?.context("no record")?;
    let mut shown_by: Vec<String> = serde_json::from_value(record["shown_by"].clone())?;
    shown_by.sort();
    projects.sort();
    assert_eq!(shown_by, projects);
    Ok(())
}
