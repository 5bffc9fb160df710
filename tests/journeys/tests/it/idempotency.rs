//! The header `Idempotency-Key`: a request that is sent again is answered as the first time, and done once.

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, Method, StatusCode};
use cloud::table::Key;
use futures_util::future::join_all;
use harness::{Aws, DRAFT, minutes, new_user, shared, unused_email, wait_for_job};
use serde_json::{Value, json};
use tenancy::{ContentHash, TenantId};

#[tokio::test]
async fn an_idempotency_key_stands_for_one_render() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let api = &person.api;
    let project = api.create_project(&harness::text("The LORD is my light.")).await?.id;
    let key = Some("a-key-of-the-clients-own");

    // Concurrently, as a client that retries may do.
    let (one, same) =
        tokio::join!(api.render(&project, Some(DRAFT), key), api.render(&project, Some(DRAFT), key));
    let (one, same) = (one?, same?);
    assert_eq!(one.id, same.id);
    let other = api.render(&project, Some("720p"), key).await;
    let error = other.err().context("another order under the same key was accepted")?;
    let problem = error.problem().with_context(|| error.to_string())?;
    assert_eq!((problem.status, problem.code.as_str()), (409, "idempotency_mismatch"));

    wait_for_job(api, &one, minutes(4)).await?;
    assert_eq!(api.render(&project, Some(DRAFT), key).await?.id, one.id, "also when it is done");
    assert_eq!(api.jobs().await?.items.len(), 1);
    assert_eq!(person.held().await?, 0.0, "one hold, and it is settled");

    // Another route is another request.
    let stitch = format!("/api/v1/projects/{project}/render/stitch");
    let order = json!({"resolution": DRAFT});
    let stitched: Value = keyed(api, &stitch, "a-key-of-the-clients-own", &order).await?.success()?.json()?;
    assert_ne!(stitched["id"], json!(one.id));
    Ok(())
}

/// Earlier versions recorded the key of a render by its value alone.
#[tokio::test]
async fn a_render_that_an_earlier_version_accepted_is_not_started_again() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let api = &person.api;
    let project = api.create_project(&harness::text("Be still.")).await?.id;
    let job = api.render(&project, Some(DRAFT), Some("k")).await?;
    let partition = person.signed_in.tenant.parse::<TenantId>()?.partition();
    let table = Aws::of(&stack)?.table("studio_table")?;
    let [record] = &table.query_all::<RecordOfRender>(&partition, "IDEMPOTENCY#").await?[..] else {
        panic!("not one record");
    };
    table.delete(&Key::of(&partition, &record.sk)).await?;
    let unscoped = format!("IDEMPOTENCY#{}", ContentHash::of(b"k"));
    let RecordOfRender { request, expires_at, .. } = record;
    let earlier = json!({"request": request, "job": record.job, "expires_at": expires_at});
    table.put(&Key::of(&partition, unscoped), &earlier).await?;
    assert_eq!(api.render(&project, Some(DRAFT), Some("k")).await?.id, job.id);
    assert_eq!(api.jobs().await?.items.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_request_that_is_repeated_with_its_key_makes_nothing_twice() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let api = &person.api;
    let guest = json!({"email": unused_email(), "role": "member"});
    for (path, body, other, list) in [
        ("/api/v1/projects", json!({"text": "Be still."}), json!({"text": "Rejoice."}), "/api/v1/projects"),
        (
            "/api/account/invitations",
            guest,
            json!({"email": unused_email(), "role": "owner"}),
            "/api/account/invitations",
        ),
        (
            "/api/account/rotate-api-key",
            json!({"name": "press", "scope": "read"}),
            json!({"name": "press", "scope": "all"}),
            "/api/account/api-keys",
        ),
        ("/api/account/export", json!({}), json!({"a": 1}), "/api/account/exports"),
    ] {
        let first = keyed(api, path, "k", &body).await?;
        let again = keyed(api, path, "k", &body).await?;
        assert!(first.status.is_success(), "{path}: {}", first.text());
        assert_eq!((first.header(REPLAYED), again.header(REPLAYED)), (None, Some("true")), "{path}");
        assert_eq!(
            (first.status, first.header("location")),
            (again.status, again.header("location")),
            "{path}"
        );
        let (mut made, mut same): (Value, Value) = (first.json()?, again.json()?);
        let secret = (made["key"].take(), same["key"].take());
        assert_eq!(made, same, "{path}");
        assert_eq!(length(api, list).await?, 1, "{path}");
        if path.ends_with("rotate-api-key") {
            let key = secret.0.as_str().context("no key")?;
            assert_eq!(secret.1, Value::Null, "a secret is shown once");
            assert_eq!(
                api.with_token(key).account().await?.tenant.id,
                person.signed_in.tenant,
                "it is valid"
            );
        }

        let mismatch = keyed(api, path, "k", &other).await?;
        let problem = mismatch.problem().with_context(|| mismatch.text())?;
        assert_eq!((problem.status, problem.code.as_str()), (409, "idempotency_mismatch"), "{path}");
        assert_eq!(length(api, list).await?, 1, "{path}");
    }
    // Another key, and none, are new requests.
    keyed(api, "/api/v1/projects", "l", &json!({"text": "Be still."})).await?.success()?;
    api.create_project(&harness::text("Be still.")).await?;
    assert_eq!(length(api, "/api/v1/projects").await?, 3);
    Ok(())
}

#[tokio::test]
async fn a_change_that_is_repeated_with_its_key_is_made_once() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let api = &person.api;
    let project = format!("/api/v1/projects/{}", api.create_project(&harness::text("Be still.")).await?.id);
    let upload = json!({"kind": "image", "content_type": "image/png", "bytes": 1000});
    let checkout = ("/api/billing/checkout".to_owned(), json!({"plan": "pro"}));
    for (path, body) in [
        (format!("{project}/scenes/0/regenerate"), json!({"revision": 1})),
        (format!("{project}/assets"), upload),
        checkout,
    ] {
        let (first, again) = (keyed(api, &path, "k", &body).await?, keyed(api, &path, "k", &body).await?);
        assert!(first.status.is_success(), "{path}: {}", first.text());
        assert_eq!((first.header(REPLAYED), again.header(REPLAYED)), (None, Some("true")), "{path}");
        assert_eq!(first.json::<Value>()?, again.json::<Value>()?, "{path}");
    }
    // Pages of Stripe are given again only for as long as they are of use.
    let portal = keyed(api, "/api/billing/portal", "k", &json!({})).await?;
    let again = keyed(api, "/api/billing/portal", "k", &json!({})).await?;
    portal.success()?;
    assert_eq!((again.header(REPLAYED), again.json::<Value>()?), (Some("true"), portal.json()?));
    let partition = person.signed_in.tenant.parse::<TenantId>()?.partition();
    let kept = Aws::of(&stack)?.table("billing_table")?;
    let kept = kept.query_all::<KeyedRequest>(&partition, "KEYED_REQUEST#").await?;
    let now = jiff::Timestamp::now().as_second();
    let mut seconds: Vec<i64> = kept.iter().map(|record| record.expires_at - now).collect();
    seconds.sort_unstable();
    assert!(seconds.len() == 2 && seconds[0] <= 120 && seconds[1] <= 3600, "{seconds:?}");

    let project: Value = api.get(&project).await?.json()?;
    assert_eq!(project["revision"], 2);

    let render = format!("/api/v1/projects/{}/render", project["id"].as_str().context("no id")?);
    let order = json!({"resolution": DRAFT});
    let (job, same) = (keyed(api, &render, "k", &order).await?, keyed(api, &render, "k", &order).await?);
    assert_eq!((job.header(REPLAYED), same.header(REPLAYED)), (None, Some("true")));
    let job: Value = job.json()?;
    assert_eq!(job["id"], same.json::<Value>()?["id"]);
    let cancel = format!("/api/v1/jobs/{}/cancel", job["id"].as_str().context("no id")?);
    let (cancelled, same) =
        (keyed(api, &cancel, "k", &json!({})).await?, keyed(api, &cancel, "k", &json!({})).await?);
    assert_eq!((cancelled.status, same.header(REPLAYED)), (StatusCode::OK, Some("true")));
    assert_eq!(cancelled.json::<Value>()?, same.json::<Value>()?);
    Ok(())
}

#[tokio::test]
async fn of_concurrent_requests_with_one_key_one_is_carried_out() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let (api, body) = (&person.api, json!({"text": "Be still."}));
    let answers = join_all((0..6).map(|_| keyed(api, "/api/v1/projects", "k", &body))).await;
    for answer in answers {
        let answer = answer?;
        match answer.problem() {
            None => answer.success().map(drop)?,
            Some(problem) => {
                assert_eq!((problem.status, problem.code.as_str()), (409, "conflict"), "{problem:?}");
                assert!(answer.header("retry-after").is_some(), "{problem:?}");
            }
        }
    }
    assert_eq!(length(api, "/api/v1/projects").await?, 1);
    let again = keyed(api, "/api/v1/projects", "k", &body).await?;
    assert_eq!((again.status, again.header(REPLAYED)), (StatusCode::CREATED, Some("true")));
    Ok(())
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let api = &person.api;
    let refused = keyed(api, "/api/v1/projects", "k", &json!({"text": ""})).await?;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let corrected = keyed(api, "/api/v1/projects", "k", &json!({"text": "Be still."})).await?;
    assert_eq!((corrected.status, corrected.header(REPLAYED)), (StatusCode::CREATED, None));
    for bad in ["", &"k".repeat(256)] {
        let refused = keyed(api, "/api/v1/projects", bad, &json!({"text": "Be still."})).await?;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text());
    }
    assert_eq!(length(api, "/api/v1/projects").await?, 1);
    Ok(())
}

/// As if the process had died between what it did and the answer, the answer is taken out of the record.
#[tokio::test]
async fn a_request_whose_process_died_is_neither_locked_out_nor_done_twice() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let (api, aws) = (&person.api, Aws::of(&stack)?);
    let partition = person.signed_in.tenant.parse::<TenantId>()?.partition();
    for (path, body, list, table) in [
        ("/api/v1/projects", json!({"text": "Be still."}), "/api/v1/projects", "studio_table"),
        (
            "/api/account/rotate-api-key",
            json!({"name": "press", "scope": "read"}),
            "/api/account/api-keys",
            "identity_table",
        ),
    ] {
        let made: Value = keyed(api, path, "k", &body).await?.json()?;
        let table = aws.table(table)?;
        let [record] = &table.query_all::<KeyedRequest>(&partition, "KEYED_REQUEST#").await?[..] else {
            panic!("{path}: not one record");
        };
        let key = Key::of(&partition, &record.sk);
        let soon = jiff::Timestamp::now().as_millisecond() + 60_000;
        table.update(&key).remove("answer").set("claimed_until", soon).send::<KeyedRequest>().await?;
        let at_work = keyed(api, path, "k", &body).await?;
        assert_eq!(
            (at_work.status, at_work.header("retry-after")),
            (StatusCode::CONFLICT, Some("2")),
            "{path}"
        );

        let past = jiff::Timestamp::now().as_millisecond() - 1;
        table.update(&key).set("claimed_until", past).send::<KeyedRequest>().await?;
        let retried: Value = keyed(api, path, "k", &body).await?.json()?;
        assert_eq!((&retried["id"], retried["key"].is_null()), (&made["id"], true), "{path}");
        assert_eq!(length(api, list).await?, 1, "{path}");

        if path.ends_with("rotate-api-key") {
            let made = format!("{list}/{}", made["id"].as_str().context("no id")?);
            api.call(Method::DELETE, &made).send().await?.success()?;
            table.update(&key).remove("answer").set("claimed_until", past).send::<KeyedRequest>().await?;
            let ended = keyed(api, path, "k", &body).await?.problem().context("made again")?;
            assert_eq!((ended.status, ended.code.as_str()), (409, "conflict"), "{ended:?}");
            assert_eq!(length(api, list).await?, 0, "a key that was deleted is not made again");
        }

        table
            .update(&key)
            .set("expires_at", jiff::Timestamp::now().as_second())
            .send::<KeyedRequest>()
            .await?;
        let next: Value = keyed(api, path, "k", &body).await?.json()?;
        assert_ne!(next["id"], made["id"], "{path}: after a day the key is new");
    }
    Ok(())
}

#[tokio::test]
async fn a_picture_whose_change_was_not_answered_is_changed_once() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let (api, table) = (&person.api, Aws::of(&stack)?.table("studio_table")?);
    let partition = person.signed_in.tenant.parse::<TenantId>()?.partition();
    let project = format!("/api/v1/projects/{}", api.create_project(&harness::text("Be still.")).await?.id);
    let (regenerate, change) = (format!("{project}/scenes/0/regenerate"), json!({"revision": 1}));
    let made: Value = keyed(api, &regenerate, "k", &change).await?.success()?.json()?;

    let died = async || -> Result<()> {
        for record in table.query_all::<KeyedRequest>(&partition, "KEYED_REQUEST#").await? {
            let record = table.update(&Key::of(&partition, &record.sk)).remove("answer");
            record.set("claimed_until", 0).send::<KeyedRequest>().await?;
        }
        Ok(())
    };
    died().await?;
    let retried: Value = keyed(api, &regenerate, "k", &change).await?.success()?.json()?;
    assert_eq!((&retried, &retried["revision"]), (&made, &json!(2)));

    // Once the storyboard was edited, nothing tells any more whether the picture was changed before.
    let edit = json!({"revision": 2, "scenes": made["scenes"]});
    api.call(Method::PUT, &format!("{project}/storyboard")).json(&edit).send().await?.success()?;
    died().await?;
    let refused = keyed(api, &regenerate, "k", &change).await?;
    let problem = refused.problem().with_context(|| refused.text())?;
    assert_eq!((problem.status, problem.code.as_str()), (409, "conflict"), "{problem:?}");
    Ok(())
}

/// The record of a render's key.
#[derive(serde::Deserialize)]
struct RecordOfRender {
    sk: String,
    request: String,
    job: String,
    expires_at: i64,
}

/// The record of a key; the rest of it is of no concern here.
#[derive(serde::Deserialize)]
struct KeyedRequest {
    sk: String,
    expires_at: i64,
}

/// The response header that marks an answer which is given again.
const REPLAYED: &str = "idempotent-replayed";

async fn keyed(api: &Api, path: &str, key: &str, body: &Value) -> Result<ApiResponse> {
    Ok(api.call(Method::POST, path).header("idempotency-key", key).json(body).send().await?)
}

/// The number of items on the first page of a list.
async fn length(api: &Api, list: &str) -> Result<usize> {
    let page: Value = api.get(list).await?.json()?;
    Ok(page["items"].as_array().context("no items")?.len())
}
