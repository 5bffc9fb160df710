//! A tenant with one of everything that has an id, for suites that walk through the routes of `openapi.json`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{LocalStack, Method};
use serde_json::{Value, json};

use crate::api_description::Operation;
use crate::render::{minutes, render_film};
use crate::test_user::{TestUser, new_user};

/// The text of the film's only scene.
const SCENE: &str = "The LORD is my light.";

/// The beginning of a PNG of 16 × 9 pixels: enough for a storyboard to name it, though not to render it.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x09\x08\x02\0\0\0";

/// A user's tenant, and one of everything in it that has an id.
#[derive(Debug)]
pub struct TenantFixture {
    /// The tenant's owner.
    pub person: TestUser,
    /// The id of an uploaded picture, which also goes into bodies.
    pub upload: String,
    ids: BTreeMap<&'static str, String>,
}

impl TenantFixture {
    /// Signs up a user and creates a film, an upload, a second session, an invitation, an API key and an export.
    ///
    /// # Errors
    /// When a request is refused, or the render job fails.
    pub async fn create(stack: &LocalStack) -> Result<Self> {
        let person = new_user(stack).await?;
        let (project, job, video) = render_film(&person.api, &[SCENE]).await?;
        let upload = person.api.upload(&project.id, "image/png", PNG.to_vec()).await?;

        let (_, elsewhere) = stack.sign_in(&person.email).await?;
        let guest = json!({"email": format!("guest-{}", person.email), "role": "member"});
        let invitation = create(&person, "/api/account/invitations", &guest).await?;
        let key = json!({"name": "press", "scope": "read"});
        let key = create(&person, "/api/account/rotate-api-key", &key).await?;
        let export = export_of(&person).await?;
        let ids = BTreeMap::from([
            ("ExportFile", export),
            ("ProjectId", project.id),
            ("JobId", job.id),
            ("VideoId", video.id),
            ("SessionId", elsewhere.session),
            ("TenantId", person.signed_in.tenant.clone()),
            ("UserId", person.signed_in.user.clone()),
            ("InvitationId", id(&invitation)?),
            ("ApiKeyId", id(&key)?),
            ("UploadId", upload.clone()),
        ]);
        Ok(Self { upload, person, ids })
    }

    /// An id, by the name of its schema in `openapi.json`: `ProjectId`.
    ///
    /// # Errors
    /// When the fixture has no such id. A new kind of id in the API needs a line in [`TenantFixture::create`].
    pub fn id(&self, kind: &str) -> Result<&str> {
        self.ids.get(kind).map(String::as_str).with_context(|| format!("nobody here has a {kind}"))
    }

    /// Every id of the fixture.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.values().map(String::as_str)
    }

    /// An operation's path with the ids of this fixture.
    ///
    /// # Errors
    /// When the fixture has no id of a kind, or a parameter is described without a named schema.
    pub fn path_of(&self, operation: &Operation) -> Result<String> {
        operation.path_with(|parameter| {
            let kind = parameter.kind.as_deref();
            let kind = kind.with_context(|| format!("{operation}: {{{}}} has no kind", parameter.name))?;
            Ok(self.id(kind)?.to_owned())
        })
    }
}

/// Orders an export and waits until it is ready, so that it does not change any more; gives its file name.
async fn export_of(person: &TestUser) -> Result<String> {
    let export = create(person, "/api/account/export", &json!({})).await?;
    let began = Instant::now();
    loop {
        let exports: Value = person.api.get("/api/account/exports").await?.json()?;
        if exports["items"][0]["state"] == "ready" {
            return export["file_name"].as_str().map(str::to_owned).context("no name");
        }
        ensure!(began.elapsed() < minutes(2), "{exports}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Creates something by a POST of this body, and gives what the API answers.
async fn create(user: &TestUser, path: &str, body: &Value) -> Result<Value> {
    Ok(user.api.call(Method::POST, path).json(body).send().await?.json()?)
}

fn id(made: &Value) -> Result<String> {
    made["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {made}"))
}
