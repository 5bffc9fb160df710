//! The authorizer's decision about a credential. API Gateway caches a decision for a minute; invoking the function
//! itself goes past that cache.

use anyhow::{Context as _, Result};
use client::{LocalStack, Method};
use serde_json::{Value, json};

use crate::stack::repository_root;

/// What the authorizer answers to API Gateway for this bearer token or API key: `isAuthorized` and `context`.
///
/// # Errors
/// When the function's sample event cannot be read, or its invocation fails.
pub async fn authorize(stack: &LocalStack, credential: &str) -> Result<Value> {
    let event = std::fs::read_to_string(repository_root().join("events/authorizer.json"))?;
    let mut event: Value = serde_json::from_str(&event)?;
    event["identitySource"] = json!([format!("Bearer {credential}")]);
    let path = "/2015-03-31/functions/devotional-authorizer/invocations";
    let invoke = stack.api().call(Method::POST, &format!("{}{path}", stack.outputs.endpoint));
    Ok(invoke.json(&event).send().await?.json()?)
}

/// Whether the authorizer lets a request with this credential through as a caller. One that was good once passes without
/// a caller, for the functions to refuse.
///
/// # Errors
/// As [`authorize`], and when the answer holds no decision.
pub async fn is_authorized(stack: &LocalStack, credential: &str) -> Result<bool> {
    let decision = authorize(stack, credential).await?;
    let passes = decision["isAuthorized"].as_bool().with_context(|| format!("no decision in {decision}"))?;
    Ok(passes && decision["context"]["tenant"].is_string())
}
