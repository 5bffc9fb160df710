//! The tenant's account and what it has used.

mod account;
mod name;
#[cfg(test)]
mod tests;
mod usage;

use cloud::{settings, table::Table};
use identity::{Directory, Lifetimes};
use metering::Meter;

use crate::account::Accounts;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let lifetimes = Lifetimes::configured()?;
    let config = cloud::config().await;
    let identity = Table::new(&config, settings::text("IDENTITY_TABLE")?);
    let metering = Table::new(&config, settings::text("METERING_TABLE")?);
    let accounts = Accounts {
        directory: Directory::new(identity, lifetimes.link, lifetimes.session),
        meter: Meter::new(metering),
    };
    edge::serve(account::router(accounts)).await.map_err(anyhow::Error::from_boxed)
}
