//! What people do, with every call of every function held against the policies of its role, leading keys
//! included: the policies allow enough, and the functions do take the role of the tenant that they work for.
//! That they allow no more is what `tests/policies` evaluates.

use anyhow::Result;
use client::{Api, Method, StatusCode};
use harness::{Aws, OwnStack, StackOption, UNLIMITED, new_user};
use serde_json::json;

use crate::api_keys::rotates;
use crate::main_journey::from_template_to_film;
use crate::members::comes_and_goes;

#[tokio::test]
async fn the_policies_allow_all_that_people_do() -> Result<()> {
    let options = [UNLIMITED, &[StackOption::EnforcedPolicies]].concat();
    let own = OwnStack::start("policies", &options)?;

    from_template_to_film(&own.stack).await?;
    comes_and_goes(&own.stack).await?;
    rotates(&own.stack).await?;

    // What a schedule starts fails as a whole when a call of it is refused.
    Aws::of(&own.stack)?.invoke("usage").await?;

    let person = new_user(&own.stack).await?;
    let rename = person.api.call(Method::PATCH, "/api/account").json(&json!({"name": "Choir"}));
    assert_eq!(rename.send().await?.status, StatusCode::OK);
    for path in ["/api/auth/sessions", "/api/account/usage", "/api/v1/jobs", "/api/v1/videos", "/readyz"] {
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
