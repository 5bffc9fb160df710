//! Sign-in by mail link, refresh, sessions, and the public keys of access tokens.

mod auth;
mod cookie;
mod key_set;
mod links;
mod own_page;
mod refresh;
mod sessions;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::routing::{delete, get, post};
use cloud::{queue::Queue, secrets::Secret, settings, table::Table};
use edge::{Limiter, Router};
use identity::{AccessTokens, Directory, Lifetimes};

use crate::auth::Auth;
use crate::cookie::RefreshCookie;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let lifetimes = Lifetimes::configured()?;
    let config = cloud::config().await;
    let keys = Arc::new(Secret::new(&config, settings::text("SIGNING_KEYS_SECRET")?));
    let issuer = settings::text("TOKEN_ISSUER")?;
    let table = Table::new(&config, settings::text("IDENTITY_TABLE")?);
    let auth = Auth {
        directory: Directory::new(table, lifetimes.link, lifetimes.session),
        tokens: AccessTokens::new(Arc::clone(&keys), issuer, lifetimes.access_token),
        keys,
        mail_queue: Queue::new(&config, settings::text("MAIL_QUEUE_URL")?),
        frontend_origin: settings::text("FRONTEND_ORIGIN")?,
        cookie: RefreshCookie::new(settings::parsed("SECURE_COOKIES", true)?),
    };
    edge::serve(router(auth), Some(Limiter::configured(&config)?)).await.map_err(anyhow::Error::from_boxed)
}

fn router(auth: Auth) -> Router {
    Router::new()
        .route("/api/auth/magic-link/request", post(links::request))
        .route("/api/auth/magic-link/verify", post(links::verify))
        .route("/api/auth/refresh", post(refresh::refresh))
        .route("/api/auth/logout", post(refresh::log_out))
        .route("/api/auth/sessions", get(sessions::list))
        .route("/api/auth/sessions/{id}", delete(sessions::revoke))
        .route("/.well-known/jwks.json", get(key_set::show))
        .with_state(Arc::new(auth))
}
