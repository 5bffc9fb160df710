//! The control interface of the mock of Stripe that runs beside a stack: see `tests/support/stripe`.

use anyhow::{Context as _, Result, ensure};
use client::{Api, LocalStack, Method};
use serde_json::{Value, json};

use crate::aws::Aws;

/// The mock of Stripe beside one stack.
#[derive(Clone, Debug)]
pub struct MockStripe {
    api: Api,
    url: String,
}

impl MockStripe {
    /// The mock beside a stack.
    ///
    /// # Errors
    /// When the stack's outputs do not name its URL.
    pub fn of(stack: &LocalStack) -> Result<Self> {
        Ok(Self { api: stack.api().clone(), url: Aws::of(stack)?.name("stripe")? })
    }

    /// Posts a command to the mock, for example `clock` or `fault`; gives its answer.
    ///
    /// # Errors
    /// When the mock refuses the command.
    pub async fn command(&self, command: &str, given: &Value) -> Result<Value> {
        let call = self.api.call(Method::POST, &format!("{}/_mock/{command}", self.url));
        Ok(call.json(given).send().await?.json()?)
    }

    /// Reads part of the mock's state, for example `state`, `deliveries` or `held`.
    ///
    /// # Errors
    /// When the mock refuses the request.
    pub async fn inspect(&self, command: &str) -> Result<Value> {
        Ok(self.api.get(&format!("{}/_mock/{command}", self.url)).await?.json()?)
    }

    /// Calls Stripe's API with the account's secret key, for changes that a person would make in the Dashboard.
    ///
    /// # Errors
    /// When the request is refused.
    pub async fn call(&self, method: Method, path: &str, form: &str) -> Result<Value> {
        let call = self.api.call(method, &format!("{}/v1/{path}", self.url));
        let call = call.header("authorization", "Bearer sk_test_local");
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        Ok(call.bytes(form.as_bytes().to_vec()).send().await?.json()?)
    }

    /// Advances the mock's clock; renewals that become due are charged.
    ///
    /// # Errors
    /// When the mock refuses the command.
    pub async fn advance(&self, days: f64) -> Result<()> {
        #[allow(clippy::cast_possible_truncation, reason = "whole seconds")]
        let seconds = (days * 86_400.0) as i64;
        self.command("clock", &json!({ "advance_s": seconds })).await.map(drop)
    }

    /// Completes a checkout page with a successful payment.
    ///
    /// # Errors
    /// When the URL is not that of an open checkout session.
    pub async fn pay(&self, checkout_url: &str) -> Result<()> {
        let session = session_of(checkout_url)?;
        let paid = json!({ "payment": "succeeds" });
        self.command(&format!("checkout/{session}/complete"), &paid).await.map(drop)
    }

    /// The objects of a kind whose metadata name this tenant, the oldest first.
    ///
    /// # Errors
    /// When the mock does not answer.
    pub async fn objects(&self, kind: &str, tenant: &str) -> Result<Vec<Value>> {
        let state = self.inspect("state").await?;
        let all = state["objects"][kind].as_array().cloned().unwrap_or_default();
        Ok(all.into_iter().filter(|object| object["metadata"]["tenant"] == tenant).collect())
    }

    /// The id of the tenant's only subscription.
    ///
    /// # Errors
    /// When the tenant has none, or several.
    pub async fn subscription(&self, tenant: &str) -> Result<String> {
        let all = self.objects("subscription", tenant).await?;
        ensure!(all.len() == 1, "{} subscriptions", all.len());
        all[0]["id"].as_str().map(str::to_owned).context("a subscription without an id")
    }
}

/// The id of the session (`cs_…`) in the URL of a checkout page.
fn session_of(url: &str) -> Result<&str> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let session = path.rsplit('/').find(|part| part.starts_with("cs_"));
    session.with_context(|| format!("{url} is no page of a checkout session"))
}
