//! Heeds Stripe's events: looks up how the subscription stands now, and keeps that.

use std::time::Duration;

use billing::{Billing, Hint, SyncError, Synced, sync_customer};
use cloud::queue::{self, Queue};
use cloud::settings::{self, QueueName};
use cloud::table::TableError;

/// Why an event is to come again.
#[derive(Debug, thiserror::Error)]
enum HeedError {
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error(transparent)]
    Table(#[from] TableError),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let billing = &Billing::from_settings(&config)?;
    let queue = Queue::from_settings(&config, QueueName::StripeSync)?;
    let pause = Duration::from_secs(settings::parsed("STRIPE_RETRY_S", 30)?);
    let heed = async |hint: Hint| heed(billing, &hint).await;
    queue::serve_with_backoff(queue, pause, heed).await.map_err(anyhow::Error::from_boxed)
}

/// That an event was heeded is noted when all is done: who dies on the way lets it come again.
///
/// Reads: two items. Writes: one transaction of two items, one item; one request to Stripe. For an event that
/// was heeded: one read.
async fn heed(billing: &Billing, hint: &Hint) -> Result<(), HeedError> {
    let Hint { event, kind, customer, .. } = hint;
    let Some(customer) = customer else { return Ok(()) };
    if billing.table.is_heeded(event).await? {
        tracing::info!(event, "{event} was heeded before");
        return Ok(());
    }
    match sync_customer(&billing.stripe, &billing.table, &billing.prices, customer).await? {
        Synced::Followed(account) => {
            let (tenant, version) = (account.tenant, account.version);
            let status = account.subscription.as_ref().map_or("none", |it| it.status.as_str());
            tracing::info!(event, kind, %tenant, status, version, "{tenant} is {status}");
        }
        Synced::Stranger => tracing::info!(event, kind, customer, "{customer} is nobody here"),
    }
    Ok(billing.table.heed(event).await?)
}
