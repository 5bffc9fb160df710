//! Tenant isolation: another tenant's resources do not exist for a user. The attempts are the operations of
//! `openapi.json`, so that a new route is tried on the day it is described.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use client::{ApiResponse, Method, Project, StatusCode};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use harness::{Operation, Parameter, TenantFixture, TestUser, new_user, operations, routes, shared};
use serde_json::{Value, json};

/// How many requests are sent concurrently.
const AT_ONCE: usize = 4;

const SCENE: &str = "The LORD is my light.";

#[tokio::test]
async fn an_id_gives_access_to_the_own_tenant_only() -> Result<()> {
    let stack = shared()?;
    let (owner, other) = (TenantFixture::create(&stack).await?, new_user(&stack).await?);
    let operations: Vec<Operation> =
        operations()?.into_iter().filter(|one| !one.parameters.is_empty()).collect();
    let before = state(&owner).await?;

    for operation in operations.iter().filter(|operation| !operation.public) {
        let path = owner.path_of(operation)?;
        assert_not_found(&send(&other, operation, &path).await?);
    }
    assert_eq!(state(&owner).await?, before, "nothing of it did anything");

    let mut malformed: Vec<(&Operation, String)> = Vec::new();
    for operation in &operations {
        malformed.extend(malformed_paths(operation, &owner)?.into_iter().map(|path| (operation, path)));
    }
    let tried = stream::iter(malformed).map(async |(operation, path)| {
        assert_not_found(&send(&owner.person, operation, &path).await?);
        anyhow::Ok(())
    });
    tried.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    assert_eq!(state(&owner).await?, before, "nothing of it did anything");

    // Except for the id all these requests were good: with the owner's credential they succeed.
    let mut own: Vec<&Operation> = operations.iter().filter(|operation| !operation.public).collect();
    // What is deleted last holds what is deleted before.
    own.sort_by_key(|operation| {
        let is_deletion = operation.method == Method::DELETE;
        (is_deletion, operation.path.contains("/tenants/"), Reverse(operation.parameters.len()))
    });
    for operation in own {
        let answer = send(&owner.person, operation, &owner.path_of(operation)?).await?;
        let found = answer.status.is_success() || matches!(answer.status.as_u16(), 402 | 409 | 422);
        assert!(found, "{}: {} {}", answer.request, answer.status, answer.text());
    }
    for job in owner.person.api.jobs().await?.items {
        owner.person.api.cancel(&job.id).await.ok();
    }
    Ok(())
}

#[tokio::test]
async fn another_tenants_data_is_in_no_list_and_no_body() -> Result<()> {
    let stack = shared()?;
    let (owner, other) = (TenantFixture::create(&stack).await?, new_user(&stack).await?);
    // In a body, another tenant's id is answered like one that never existed.
    let own = other.api.create_project(&harness::text(SCENE)).await?;
    let never = owner.upload.chars().rev().filter(char::is_ascii_hexdigit).take(32).collect::<String>();
    let foreign = with_image(&other, &own, &owner.upload).await?;
    let unknown = with_image(&other, &own, &format!("up_{never}")).await?;
    assert!(foreign.status.is_client_error(), "{foreign:?}");
    assert_eq!(
        (foreign.status, foreign.problem().map(|p| p.code)),
        (unknown.status, unknown.problem().map(|p| p.code))
    );

    // Every list of the API, also with another tenant's id as the cursor.
    let lists = operations()?.into_iter().filter(|operation| {
        operation.method == Method::GET && operation.parameters.is_empty() && !operation.public
    });
    let theirs = owner.ids().chain([owner.person.email.as_str()]);
    let theirs: Vec<&str> = theirs.collect();
    let mut tried = 0;
    for list in lists {
        for query in [String::new(), format!("?after={}", owner.id("ProjectId")?)] {
            let listed = other.api.get(&format!("{}{query}", list.path)).await?.text();
            // A problem may repeat the query.
            let leaked: Vec<&&str> =
                theirs.iter().filter(|id| listed.contains(**id) && !query.contains(**id)).collect();
            assert!(leaked.is_empty(), "{list}{query}: {leaked:?} in {listed}");
            tried += 1;
        }
    }
    assert!(tried >= 10, "{tried}");
    Ok(())
}

#[tokio::test]
async fn a_presigned_url_gives_access_to_its_film_only() -> Result<()> {
    let stack = shared()?;
    let (one, other) = (TenantFixture::create(&stack).await?, TenantFixture::create(&stack).await?);
    let address = one.person.api.download(one.id("VideoId")?).await?.url;
    let aimed_at = other.person.api.download(other.id("VideoId")?).await?.url;
    assert_eq!(stack.api().get(&address).await?.status, StatusCode::OK);

    let (path, signature) = address.split_once('?').context("no signature")?;
    let (foreign_path, _) = aimed_at.split_once('?').context("no signature")?;
    assert_ne!(path, foreign_path, "even equal films are stored apart");
    let forged = stack.api().get(&format!("{foreign_path}?{signature}")).await?;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.text());
    // The URL allows nothing but GET.
    let replaced = stack.api().call(Method::PUT, &address).raw("x").send().await?;
    assert_eq!(replaced.status, StatusCode::FORBIDDEN, "{}", replaced.text());
    Ok(())
}

#[test]
fn every_route_with_an_id_is_described() -> Result<()> {
    let routes = routes()?.into_iter().filter(|route| route.path.contains('{'));
    let deployed: BTreeSet<(String, String)> = routes.map(|route| (route.method, route.path)).collect();
    let described = operations()?.into_iter().filter(|operation| !operation.parameters.is_empty());
    assert_eq!(deployed, described.map(|operation| (operation.method.to_string(), operation.path)).collect());
    Ok(())
}

/// The operation's path with one id at a time that is none; the others are the owner's.
fn malformed_paths(operation: &Operation, owner: &TenantFixture) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for at in &operation.parameters {
        for value in malformed(operation, at, owner)? {
            paths.push(operation.path_with(|parameter| match (parameter == at, &parameter.kind) {
                (false, Some(kind)) => Ok(owner.id(kind)?.to_owned()),
                _ => Ok(value.clone()),
            })?);
        }
    }
    Ok(paths)
}

/// Values for the place of an id that are none, or that differ from the owner's id by little.
fn malformed(operation: &Operation, parameter: &Parameter, owner: &TenantFixture) -> Result<Vec<String>> {
    // Public resources have a name instead of an id.
    let kind = parameter.kind.as_deref().with_context(|| format!("{operation}: an id without a kind"))?;
    let id = if operation.public { "psalm" } else { owner.id(kind)? };
    let other_kind = owner.id(if kind == "ProjectId" { "VideoId" } else { "ProjectId" })?;
    let tenant = owner.id("TenantId")?;
    let mut malformed: Vec<String> = [
        "x",
        "%20",
        "..%2F",
        "..%2F..%2Fetc%2Fpasswd",
        "%2e%2e%2fprojects",
        "..%5C..",
        "%7F%1B%5B2J",
        "%FF%FE",
        "%E2%80%AE%F0%9F%95%8A",
        "0198f0c5-a1b2-7c3d-8e4f-5a6b7c8d9e01",
        other_kind,
    ]
    .map(str::to_owned)
    .into();
    malformed.extend([
        format!("..%2F{tenant}%2F{id}"),
        format!("{id}%2F.."),
        // Values close to an existing id.
        format!("{id}0"),
        format!("{id}-copy"),
        id[..id.len() - 1].to_owned(),
        id.to_uppercase(),
        format!("%20{id}"),
        format!("{id}%00"),
        format!("{id}%0A"),
        format!("{id}%0D%0Ax-injected:%201"),
        // `#` would continue into the next part of a table key.
        format!("{id}%23REVISION"),
        "a".repeat(2000),
    ]);
    if let Some(prefix) = &parameter.prefix {
        malformed.extend([format!("{prefix}{}", "0".repeat(32)), parameter.unused()?]);
    }
    Ok(malformed)
}

/// Sends the operation's example request to a path.
async fn send(person: &TestUser, operation: &Operation, path: &str) -> Result<ApiResponse> {
    let mut call = person.api.call(operation.method.clone(), path);
    if operation.path.starts_with("/api/auth/") {
        call = call.header("sec-fetch-site", "same-origin").header("cookie", &person.browser.cookies());
    }
    if let Some(body) = &operation.body {
        call = call.json(body);
    }
    Ok(call.send().await?)
}

/// Asserts a 404 with the code `not_found`.
#[track_caller]
fn assert_not_found(answer: &ApiResponse) {
    let problem = answer.problem();
    let code = problem.as_ref().map(|problem| problem.code.as_str());
    assert!(
        answer.status == StatusCode::NOT_FOUND && code == Some("not_found"),
        "{}: {} {}",
        answer.request,
        answer.status,
        answer.text()
    );
}

async fn with_image(person: &TestUser, project: &Project, upload: &str) -> Result<ApiResponse> {
    let scenes = json!({"revision": project.revision, "scenes": [{"text": SCENE, "image": upload}]});
    let path = format!("/api/v1/projects/{}/storyboard", project.id);
    Ok(person.api.call(Method::PUT, &path).json(&scenes).send().await?)
}

/// Everything of a tenant that another user's request could have changed.
async fn state(of: &TenantFixture) -> Result<Vec<Value>> {
    let mut state = Vec::new();
    for operation in operations()? {
        // The audit log changes with every attempt.
        if operation.method != Method::GET || operation.public || operation.path.ends_with("/audit") {
            continue;
        }
        let answer = of.person.api.get(&of.path_of(&operation)?).await?;
        // A presigned URL is another one every time.
        state.push(if operation.path.contains("/download") {
            json!(answer.status.as_u16())
        } else {
            shown(&answer)
        });
    }
    Ok(state)
}

/// The body of an answer, as JSON where it is JSON.
fn shown(answer: &ApiResponse) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| json!(answer.text()))
}
