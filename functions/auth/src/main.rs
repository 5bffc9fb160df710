//! Serves sign-in, sessions, and the public keys of access tokens.

use std::sync::Arc;

use auth::Auth;
use edge::Limiter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let limiter = Limiter::configured(&config)?;
    let auth = Auth::configured(&config, limiter.clone())?;
    let routes = auth::routes().with_state(Arc::new(auth));
    edge::serve(routes, Some(limiter)).await.map_err(anyhow::Error::from_boxed)
}
