//! Two tenants: for each, what is the other's does not exist.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use client::{Answer, Api, LocalStack, Method, Project, StatusCode};
use journeys::{Reader, Route, film_of, reader, routes, shared};
use serde_json::{Value, json};

/// Every kind of thing that has an id.
struct Belongings {
    person: Reader,
    project: String,
    upload: String,
    job: String,
    video: String,
}

/// One route with an id, and a body that is good, so that nothing but the id is refused.
struct Attempt {
    method: Method,
    /// With `{id}` where an id goes.
    path: &'static str,
    body: Option<Value>,
}

const SCENE: &str = "The LORD is my light.";

#[tokio::test]
async fn what_is_anothers_does_not_exist() -> Result<()> {
    let stack = shared()?;
    let (owner, other) = (belongings(&stack).await?, reader(&stack).await?);
    let before = state(&owner).await?;

    for attempt in attempts() {
        let id = owner.id_for(attempt.path);
        assert_not_found(&send(&other.api, &attempt, id).await?);
    }
    // In a body, an id of another's is as good as one that never was.
    let own = other.api.create_project(&journeys::text(SCENE)).await?;
    let never = owner.upload.chars().rev().filter(char::is_ascii_hexdigit).take(32).collect::<String>();
    let foreign = with_image(&other.api, &own, &owner.upload).await?;
    let unknown = with_image(&other.api, &own, &format!("up_{never}")).await?;
    assert!(foreign.status.is_client_error(), "{foreign:?}");
    assert_eq!(
        (foreign.status, foreign.problem().map(|p| p.code)),
        (unknown.status, unknown.problem().map(|p| p.code))
    );

    assert_eq!(state(&owner).await?, before, "nothing of it did anything");
    for route in ["/api/v1/jobs", "/api/v1/videos"] {
        let listed: Value = other.api.get(route).await?.json()?;
        assert_eq!(listed["items"], json!([]), "{route}");
    }
    let projects = other.api.projects().await?.items;
    assert_eq!(projects.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), [own.id]);
    let sessions: Value = other.api.get("/api/auth/sessions").await?.json()?;
    assert!(!sessions.to_string().contains(&owner.person.signed_in.session), "{sessions}");
    // A cursor is an id too.
    let after = format!("/api/v1/projects?after={}", owner.project);
    assert!(!other.api.get(&after).await?.text().contains(&owner.project));
    Ok(())
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found_either() -> Result<()> {
    let stack = shared()?;
    let person = reader(&stack).await?;
    let project = person.api.create_project(&journeys::text(SCENE)).await?.id;
    let tenant = &person.signed_in.tenant;
    let malformed = [
        "x".to_owned(),
        "%20".to_owned(),
        "..%2F".to_owned(),
        "..%2F..%2Fetc%2Fpasswd".to_owned(),
        "%2e%2e%2fprojects".to_owned(),
        "..%5C..".to_owned(),
        format!("..%2F{tenant}%2F{project}"),
        format!("{project}%2F.."),
        // Neighbours of an id that is there.
        format!("{project}0"),
        format!("{project}-copy"),
        project[..project.len() - 1].to_owned(),
        project.to_uppercase(),
        format!("%20{project}"),
        format!("{project}%00"),
        format!("{project}%0A"),
        format!("{project}%0D%0Ax-injected:%201"),
        // What would leave its own part of a key.
        format!("{project}%23REVISION"),
        "%7F%1B%5B2J".to_owned(),
        "%FF%FE".to_owned(),
        "%E2%80%AE%F0%9F%95%8A".to_owned(),
        "0198f0c5-a1b2-7c3d-8e4f-5a6b7c8d9e01".to_owned(),
        format!("proj_{}", "0".repeat(32)),
        "a".repeat(2000),
    ];
    for attempt in attempts() {
        for id in &malformed {
            assert_not_found(&send(&person.api, &attempt, id).await?);
        }
        // One's own id, but of another kind.
        if !attempt.path.starts_with("/api/v1/projects") {
            assert_not_found(&send(&person.api, &attempt, &project).await?);
        }
    }
    for id in &malformed {
        assert_not_found(&stack.api().get(&format!("/api/v1/templates/{id}")).await?);
    }
    Ok(())
}

#[tokio::test]
async fn an_address_for_one_film_opens_no_other() -> Result<()> {
    let stack = shared()?;
    let (one, other) = (belongings(&stack).await?, belongings(&stack).await?);
    let address = one.person.api.download(&one.video).await?.url;
    let aimed_at = other.person.api.download(&other.video).await?.url;
    assert_eq!(stack.api().get(&address).await?.status, StatusCode::OK);

    let (path, signature) = address.split_once('?').context("no signature")?;
    let (foreign_path, _) = aimed_at.split_once('?').context("no signature")?;
    assert_ne!(path, foreign_path, "even equal films are stored apart");
    let forged = stack.api().get(&format!("{foreign_path}?{signature}")).await?;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "{}", forged.text());
    // Nor does it allow anything but fetching.
    let replaced = stack.api().call(Method::PUT, &address).raw("x").send().await?;
    assert_eq!(replaced.status, StatusCode::FORBIDDEN, "{}", replaced.text());
    Ok(())
}

#[test]
fn every_route_with_an_id_is_tried() -> Result<()> {
    let with_id = |route: &Route| route.path.contains('{') && !route.public;
    let deployed: BTreeSet<(String, String)> =
        routes()?.into_iter().filter(with_id).map(|route| (route.method, route.path)).collect();
    let tried =
        attempts().into_iter().map(|attempt| (attempt.method.to_string(), attempt.path.to_owned())).collect();
    assert_eq!(deployed, tried);
    Ok(())
}

fn attempts() -> Vec<Attempt> {
    let without_body = |method, path| Attempt { method, path, body: None };
    let with_body = |method, path, body| Attempt { method, path, body: Some(body) };
    let scenes = json!({"revision": 1, "scenes": [{"text": SCENE}]});
    let asset = json!({"kind": "image", "content_type": "image/png", "bytes": 1000});
    vec![
        without_body(Method::DELETE, "/api/auth/sessions/{id}"),
        without_body(Method::GET, "/api/v1/projects/{id}"),
        with_body(Method::PATCH, "/api/v1/projects/{id}", json!({"revision": 1, "title": "taken"})),
        without_body(Method::DELETE, "/api/v1/projects/{id}"),
        without_body(Method::GET, "/api/v1/projects/{id}/storyboard"),
        with_body(Method::PUT, "/api/v1/projects/{id}/storyboard", scenes),
        with_body(Method::POST, "/api/v1/projects/{id}/assets", asset),
        with_body(Method::POST, "/api/v1/projects/{id}/render/quote", json!({})),
        with_body(Method::POST, "/api/v1/projects/{id}/render", json!({"resolution": "480p"})),
        without_body(Method::GET, "/api/v1/jobs/{id}"),
        without_body(Method::POST, "/api/v1/jobs/{id}/cancel"),
        without_body(Method::GET, "/api/v1/jobs/{id}/receipt"),
        without_body(Method::GET, "/api/v1/videos/{id}"),
        without_body(Method::DELETE, "/api/v1/videos/{id}"),
        without_body(Method::GET, "/api/v1/videos/{id}/download"),
        without_body(Method::GET, "/api/v1/videos/{id}/captions.srt"),
        without_body(Method::GET, "/api/v1/videos/{id}/captions.vtt"),
        without_body(Method::GET, "/api/v1/videos/{id}/thumbnail"),
    ]
}

async fn send(api: &Api, attempt: &Attempt, id: &str) -> Result<Answer> {
    let mut call = api.call(attempt.method.clone(), &attempt.path.replace("{id}", id));
    if let Some(body) = &attempt.body {
        call = call.json(body);
    }
    Ok(call.send().await?)
}

/// A 404 that says nothing but that.
#[track_caller]
fn assert_not_found(answer: &Answer) {
    let problem = answer.problem();
    let code = problem.as_ref().map(|problem| problem.code.as_str());
    // A slash in an id makes a path that no route has: then the gateway answers, in its own words.
    let by_gateway = answer.text() == r#"{"message":"Not Found"}"#;
    assert!(
        answer.status == StatusCode::NOT_FOUND && (code == Some("not_found") || by_gateway),
        "{}: {} {}",
        answer.request,
        answer.status,
        answer.text()
    );
}

async fn with_image(api: &Api, project: &Project, upload: &str) -> Result<Answer> {
    let scenes = json!({"revision": project.revision, "scenes": [{"text": SCENE, "image": upload}]});
    Ok(api
        .call(Method::PUT, &format!("/api/v1/projects/{}/storyboard", project.id))
        .json(&scenes)
        .send()
        .await?)
}

async fn belongings(stack: &LocalStack) -> Result<Belongings> {
    let person = reader(stack).await?;
    let (project, job, video) = film_of(&person.api, &[SCENE]).await?;
    let asset = json!({"kind": "image", "content_type": "image/png", "bytes": PIXEL.len()});
    let path = format!("/api/v1/projects/{}/assets", project.id);
    let upload: Value = person.api.call(Method::POST, &path).json(&asset).send().await?.json()?;
    let address = upload["upload_url"].as_str().context("no address")?;
    let put = person.api.call(Method::PUT, address).header("content-type", "image/png").bytes(PIXEL.to_vec());
    put.send().await?.success()?;
    let upload = upload["id"].as_str().context("no id")?.to_owned();
    Ok(Belongings { person, project: project.id, upload, job: job.id, video: video.id })
}

/// The eight bytes by which a PNG is known.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n";

impl Belongings {
    fn id_for(&self, path: &str) -> &str {
        match path.split('/').nth(3) {
            Some("projects") => &self.project,
            Some("jobs") => &self.job,
            Some("videos") => &self.video,
            _ => &self.person.signed_in.session,
        }
    }
}

/// Everything of a person that somebody else's request could have changed.
async fn state(of: &Belongings) -> Result<Vec<Value>> {
    let mut state = Vec::new();
    for path in [
        format!("/api/v1/projects/{}", of.project),
        format!("/api/v1/projects/{}/storyboard", of.project),
        "/api/v1/jobs".to_owned(),
        format!("/api/v1/videos/{}", of.video),
        "/api/auth/sessions".to_owned(),
        "/api/account/usage".to_owned(),
    ] {
        state.push(of.person.api.get(&path).await?.json()?);
    }
    Ok(state)
}
