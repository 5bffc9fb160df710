//! The sample events in `events/`: each function runs on its own, through the stack's Invoke API.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use client::Method;
use harness::{functions, repository_root, shared};
use serde_json::Value;

#[tokio::test]
async fn every_function_has_an_event_and_runs_on_it() -> Result<()> {
    let stack = shared()?;
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(repository_root().join("events"))? {
        let file = entry?.path();
        let name = file.file_stem().context("an event without a name")?.to_string_lossy().into_owned();
        let event = std::fs::read_to_string(&file)?;
        let path = format!("/2015-03-31/functions/devotional-{name}/invocations");
        let invoke = stack.api().call(Method::POST, &format!("{}{path}", stack.outputs.endpoint)).raw(event);
        let answer = invoke.send().await?;
        let failed = answer.header("x-amz-function-error");
        assert!(answer.status.is_success() && failed.is_none(), "{name}: {failed:?} {}", answer.text());
        // An HTTP function answers an internal error with a status, not with a function error.
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        assert!(said["statusCode"].as_u64().is_none_or(|status| status < 500), "{name}: {said}");
        found.insert(name);
    }
    assert_eq!(found, functions()?.into_iter().collect());
    Ok(())
}
