//! The HTTP API's authorizer: says who a request's bearer is, or that the request may not pass.

mod authorizer;
mod bearer;

use std::sync::Arc;

use cloud::{secrets::Secret, settings, table::Table};
use identity::{AccessTokens, IdentityStore, Lifetimes};
use lambda_runtime::{Error, LambdaEvent, service_fn};

use crate::authorizer::{Authorizer, Request};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let lifetimes = Lifetimes::configured()?;
    let config = cloud::config().await;
    let keys = Arc::new(Secret::new(&config, settings::text("SIGNING_KEYS_SECRET")?));
    let tokens = AccessTokens::new(keys, settings::text("TOKEN_ISSUER")?, lifetimes.access_token);
    let table = Table::new(&config, settings::text("IDENTITY_TABLE")?);
    let identity = IdentityStore::new(table, lifetimes);

    let authorizer = &Authorizer::new(tokens, identity);
    let handle = service_fn(async |event: LambdaEvent<Request>| {
        Ok::<_, Error>(authorizer.decide(&event.payload).await)
    });
    lambda_runtime::run(handle).await.map_err(anyhow::Error::from_boxed)
}
