//! The Lambda authorizer of the HTTP API: looks up the credential of a request and returns the caller's tenant, user
//! and role, or refuses the request. The sample event `events/authorizer.json` shows what it is asked.

mod authorizer;
mod bearer;

use std::sync::Arc;

use cloud::secrets::Secret;
use cloud::settings::{self, SecretName, TOKEN_ISSUER};
use identity::{AccessTokens, IdentityStore, Lifetimes};
use lambda_runtime::{Error, LambdaEvent, service_fn};

use crate::authorizer::{Authorizer, Request};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let lifetimes = Lifetimes::from_settings()?;
    let config = cloud::config().await;
    let keys = Arc::new(Secret::from_settings(&config, SecretName::SigningKeys)?);
    let tokens = AccessTokens::new(keys, settings::text(TOKEN_ISSUER)?, lifetimes.access_token);
    let identity = IdentityStore::from_settings(&config)?;

    let authorizer = &Authorizer::new(tokens, identity);
    let handle = service_fn(async |event: LambdaEvent<Request>| {
        Ok::<_, Error>(authorizer.decide(&event.payload).await)
    });
    lambda_runtime::run(handle).await.map_err(anyhow::Error::from_boxed)
}
