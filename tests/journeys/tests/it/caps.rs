//! How many projects and pending uploads an account may have: exact, however many requests come at once.

use anyhow::{Context as _, Result};
use client::{ApiError, Project, Upload};
use cloud::table::{Key, Table};
use futures_util::future::join_all;
use harness::{Aws, TestUser, new_user, shared, text};
use serde_json::{Value, json};
use tenancy::TenantId;

/// The free plan's most projects.
const PROJECTS: u64 = 1_000;
/// The free plan's most uploads that have not arrived.
const PENDING: u64 = 50;

const TEXT: &str = "The LORD is my light.";

#[tokio::test]
async fn projects_are_accepted_up_to_the_plans_cap_and_not_one_more() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let first = person.api.create_project(&text(TEXT)).await?;
    set_count(&aws, &person, "projects", PROJECTS - 2).await?;

    let asked = (0..8).map(|_| async { person.api.create_project(&text(TEXT)).await });
    let answers: Vec<Result<Project, ApiError>> = join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 2);
    for error in answers.into_iter().filter_map(Result::err) {
        assert_too_many(&error, PROJECTS)?;
    }
    assert_eq!(person.api.projects().await?.items.len(), 3, "a refused request leaves nothing");

    // A project less, and one more fits.
    delete_project(&person, &first.id).await?;
    person.api.create_project(&text(TEXT)).await?;
    let refused = person.api.create_project(&text(TEXT)).await.err().context("one more than the cap")?;
    assert_too_many(&refused, PROJECTS)
}

#[tokio::test]
async fn projects_that_were_there_before_they_were_counted_are_counted() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let mut projects = Vec::new();
    for _ in 0..3 {
        projects.push(person.api.create_project(&text(TEXT)).await?.id);
    }
    for deletes in [false, true] {
        studio(&aws)?.delete(&counts(&person)?).await?;
        match deletes {
            false => drop(person.api.create_project(&text(TEXT)).await?),
            true => delete_project(&person, &projects[0]).await?,
        }
        let item: Value = studio(&aws)?.get(&counts(&person)?).await?.context("nothing is counted")?;
        assert_eq!(item["projects"], person.api.projects().await?.items.len(), "{item}");
    }
    Ok(())
}

#[tokio::test]
async fn uploads_may_be_pending_up_to_the_plans_cap_and_what_has_arrived_is_none() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let project = person.api.create_project(&text(TEXT)).await?.id;
    set_count(&aws, &person, "pending_uploads", PENDING - 2).await?;

    let asked = (0..8).map(|_| async { person.api.ask_for_upload(&project, "image/png", 8).await });
    let answers: Vec<Result<Upload, ApiError>> = join_all(asked).await;
    let accepted: Vec<&Upload> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(accepted.len(), 2);
    for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_too_many(error, PENDING)?;
    }
    assert_eq!(person.usage("storage_bytes").await?.held, 16.0, "a refused request holds nothing");

    // One has arrived, so that another one fits.
    person.api.put_upload(accepted[0], vec![0; 8]).await?.success()?;
    person.api.ask_for_upload(&project, "image/png", 8).await?;
    let usage = person.usage("storage_bytes").await?;
    assert_eq!((usage.used, usage.held), (8.0, 16.0));
    let refused = person.api.ask_for_upload(&project, "image/png", 8).await;
    assert_too_many(&refused.err().context("one more than the cap")?, PENDING)
}

fn assert_too_many(error: &ApiError, limit: u64) -> Result<()> {
    let problem = error.problem().with_context(|| format!("neither accepted nor refused: {error}"))?;
    assert_eq!((problem.status, problem.code.as_str()), (409, "too_many"), "{problem:?}");
    assert_eq!(problem.members["limit"], limit);
    Ok(())
}

async fn delete_project(person: &TestUser, project: &str) -> Result<()> {
    let path = format!("/api/v1/projects/{project}");
    Ok(person.api.call(client::Method::DELETE, &path).send().await?.success().map(drop)?)
}

async fn set_count(aws: &Aws, person: &TestUser, name: &str, count: u64) -> Result<()> {
    let update = studio(aws)?.update(&counts(person)?).set(name, count);
    update.send::<Value>().await.map(drop).with_context(|| json!({ name: count }).to_string())
}

fn studio(aws: &Aws) -> Result<Table> {
    aws.table("studio_table")
}

fn counts(person: &TestUser) -> Result<Key> {
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    Ok(Key::of(&tenant.partition(), "COUNTS"))
}
