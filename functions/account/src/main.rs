//! The tenant's account and what it has used.

mod account;
mod app;
mod name;
#[cfg(test)]
mod tests;
mod usage;

use std::sync::Arc;

use axum::routing::get;
use cloud::{settings, table::Table};
use edge::{Limiter, Router};
use identity::{Directory, Lifetimes};
use metering::Meter;

use crate::app::Accounts;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let lifetimes = Lifetimes::configured()?;
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let identity = settings::text("IDENTITY_TABLE")?;
    let directory = Directory::new(Table::new(&config, identity.clone()), lifetimes);
    let metering = Table::new(&scoped, settings::text("METERING_TABLE")?);
    let accounts =
        Accounts { directory: directory.scoped(Table::new(&scoped, identity)), meter: Meter::new(metering) };
    edge::serve(router(accounts), Some(Limiter::configured(&config)?))
        .await
        .map_err(anyhow::Error::from_boxed)
}

fn router(accounts: Accounts) -> Router {
    Router::new()
        .route("/api/account", get(account::show).patch(account::change))
        .route("/api/account/usage", get(usage::show))
        .with_state(Arc::new(accounts))
}
