//! Serves sign-in, sessions, and the public keys of access tokens.

use std::sync::Arc;

use auth::Auth;
use edge::{Limiter, Middleware};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let limiter = Limiter::from_settings(&config)?;
    let auth = Auth::from_settings(&config, limiter.clone())?;
    let routes = auth::routes().with_state(Arc::new(auth));
    // Signing in happens without a tenant whose credentials could be assumed, so the audit log uses the function's own.
    let middleware = Middleware::from_settings(&config, &config)?;
    edge::serve(routes, middleware).await.map_err(anyhow::Error::from_boxed)
}
