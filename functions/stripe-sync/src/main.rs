//! Processes Stripe's webhook notifications from the queue: fetches the customer's subscriptions and stores the account.

use std::time::Duration;

use billing::{Billing, SyncError, Synced, WebhookNotification, sync_customer};
use cloud::queue::{self, Queue};
use cloud::settings::{self, QueueName};
use cloud::table::TableError;

/// Why a message must be delivered again.
#[derive(Debug, thiserror::Error)]
enum SyncMessageError {
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
    let process_message = async |notification: WebhookNotification| process(billing, &notification).await;
    queue::serve_with_backoff(queue, pause, process_message).await.map_err(anyhow::Error::from_boxed)
}

/// Synchronises the customer's account. The event is marked as processed only after that, so that SQS delivers the message
/// again to another process if this one dies.
///
/// Reads: two items. Writes: one transaction of two items, one item; one request to Stripe. For an event that
/// was processed before: one read.
async fn process(billing: &Billing, notification: &WebhookNotification) -> Result<(), SyncMessageError> {
    let WebhookNotification { event, kind, customer, .. } = notification;
    let Some(customer) = customer else { return Ok(()) };
    if billing.table.is_processed(event).await? {
        tracing::info!(event, "{event} was processed before");
        return Ok(());
    }
    match sync_customer(&billing.stripe, &billing.table, &billing.prices, customer).await? {
        Synced::Updated(account) => {
            let (tenant, version) = (account.tenant, account.version);
            let status = account.subscription.as_ref().map_or("none", |it| it.status.as_str());
            tracing::info!(event, kind, %tenant, status, version, "{tenant} is {status}");
        }
        Synced::UnknownCustomer => tracing::info!(event, kind, customer, "{customer} is nobody here"),
    }
    Ok(billing.table.mark_processed(event).await?)
}
