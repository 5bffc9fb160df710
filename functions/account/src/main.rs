//! Serves the tenant's account.

use std::sync::Arc;

use account::{Accounts, InvitationLimits};
use cloud::{queue::Queue, settings, table::Table};
use edge::Limiter;
use identity::{Directory, Lifetimes};
use metering::{Entitlements, UsageCounter};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let limiter = Limiter::configured(&config)?;
    // All of it: what lies outside the tenant's partition here is found by a digest alone.
    let identity = Table::new(&scoped, settings::text("IDENTITY_TABLE")?);
    let metering = settings::text("METERING_TABLE")?;
    let own_usage = Table::new(&scoped, metering.clone());
    let accounts = Accounts {
        directory: Directory::new(identity, Lifetimes::configured()?),
        entitlements: Entitlements::new(own_usage.clone(), Table::new(&config, metering)),
        counter: UsageCounter::new(own_usage),
        mail_queue: Queue::new(&config, settings::text("MAIL_QUEUE_URL")?),
        limiter: limiter.clone(),
        invitation_limits: InvitationLimits::configured()?,
        frontend_origin: settings::text("FRONTEND_ORIGIN")?,
    };
    let router = account::routes().with_state(Arc::new(accounts));
    edge::serve(router, Some(limiter)).await.map_err(anyhow::Error::from_boxed)
}
