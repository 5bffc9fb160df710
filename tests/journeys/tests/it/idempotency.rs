//! The `Idempotency-Key` of a render.

use anyhow::{Context as _, Result};
use harness::{DRAFT, minutes, new_user, shared, wait_for_job};

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
    Ok(())
}
