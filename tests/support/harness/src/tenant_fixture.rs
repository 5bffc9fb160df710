use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{LocalStack, Method};
use serde_json::{Value, json};

use crate::api_description::Operation;
use crate::render::{minutes, render_film};
use crate::test_user::{TestUser, new_user};

/// What the one scene of the one film says.
const SCENE: &str = "The LORD is my light.";

/// The eight bytes by which a PNG is known.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A person, and one of everything of theirs that has an id.
#[derive(Debug)]
pub struct TenantFixture {
    /// The person.
    pub person: TestUser,
    /// A picture that they have uploaded; its id is for bodies, no path has it.
    pub upload: String,
    ids: BTreeMap<&'static str, String>,
}

impl TenantFixture {
    /// A new person with a film, a second session, an invitation, an API key and an export.
    ///
    /// # Errors
    /// When a request fails, or the film does.
    pub async fn create(stack: &LocalStack) -> Result<Self> {
        let person = new_user(stack).await?;
        let (project, job, video) = render_film(&person.api, &[SCENE]).await?;
        let assets = format!("/api/v1/projects/{}/assets", project.id);
        let picture = json!({"kind": "image", "content_type": "image/png", "bytes": PNG.len()});
        let upload = create(&person, &assets, &picture).await?;
        let address = upload["upload_url"].as_str().context("no address")?;
        let put =
            person.api.call(Method::PUT, address).header("content-type", "image/png").bytes(PNG.to_vec());
        put.send().await?.success()?;

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
        ]);
        Ok(Self { upload: id(&upload)?, person, ids })
    }

    /// The id of the thing of this kind, by the name that `openapi.json` has for such ids.
    ///
    /// # Errors
    /// When there is none: whoever adds a kind of id to the API makes one here.
    pub fn id(&self, kind: &str) -> Result<&str> {
        self.ids.get(kind).map(String::as_str).with_context(|| format!("nobody here has a {kind}"))
    }

    /// All their ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.values().map(String::as_str)
    }

    /// The path of an operation with this person's ids.
    ///
    /// # Errors
    /// When they have none of a kind, or the description does not say of which kind an id is.
    pub fn path_of(&self, operation: &Operation) -> Result<String> {
        operation.path_with(|parameter| {
            let kind = parameter.kind.as_deref();
            let kind = kind.with_context(|| format!("{operation}: {{{}}} has no kind", parameter.name))?;
            Ok(self.id(kind)?.to_owned())
        })
    }
}

/// An export that is ready, so that it stays as it is.
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
