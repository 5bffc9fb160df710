//! Journeys on a stack that checks every AWS call against the IAM policies of its role: the policies allow enough, and
//! the functions do assume the role of the tenant that they work for. That the policies allow no more is what
//! `tests/policies` evaluates.

use anyhow::Result;
use client::{Api, Method, StatusCode};
use harness::{Aws, OwnStack, StackOption, UNLIMITED, new_user};
use serde_json::json;

use crate::api_keys::rotates;
use crate::main_journey::from_template_to_film;
use crate::members::joins_and_is_removed;
use crate::uploads::uploads_and_deletes;

#[tokio::test]
async fn the_policies_allow_all_that_people_do() -> Result<()> {
    let options = [UNLIMITED, &[StackOption::EnforcedPolicies]].concat();
    let own = OwnStack::start("policies", &options)?;

    from_template_to_film(&own.stack).await?;
    joins_and_is_removed(&own.stack).await?;
    rotates(&own.stack).await?;
    uploads_and_deletes(&own.stack).await?;

    // A scheduled function fails as a whole when one of its calls is refused.
    Aws::of(&own.stack)?.invoke("usage").await?;

    let person = new_user(&own.stack).await?;
    let rename = person.api.call(Method::PATCH, "/api/account").json(&json!({"name": "Choir"}));
    assert_eq!(rename.send().await?.status, StatusCode::OK);
    for path in [
        "/api/auth/sessions",
        "/api/account/usage",
        "/api/v1/jobs",
        "/api/v1/videos",
        "/api/v1/templates",
        "/openapi.json",
        "/readyz",
    ] {
        let answer = person.api.get(path).await?;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn without_an_identity_nothing_is_allowed() -> Result<()> {
    let own = OwnStack::start("no-identity", &[StackOption::EnforcedPolicies])?;
    let unsigned = Api::at(&own.stack.outputs.endpoint)?
        .call(Method::POST, "")
        .header("x-amz-target", "DynamoDB_20120810.ListTables")
        .header("content-type", "application/x-amz-json-1.0")
        .raw("{}");
    let answer = unsigned.send().await?;
    assert!(answer.status.is_client_error(), "the stack enforces nothing: {answer:?}");
    Ok(())
}
