//! Serves the tenant's account.

use std::sync::Arc;
use std::time::Duration;

use account::{Accounts, InvitationLimits};
use audit::AuditLog;
use cloud::bucket::{API_TIMEOUT, Bucket};
use cloud::queue::Queue;
use cloud::settings::{self, BucketName, FRONTEND_ORIGIN, QueueName, TableName};
use cloud::table::Table;
use edge::{Limiter, Middleware};
use identity::{IdentityStore, MailQueue};
use metering::{Entitlements, UsageCounter};
use protection::Exports;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let limiter = Limiter::from_settings(&config)?;
    // The role reaches the whole identity table: the items outside of the tenant's partition have a digest as their
    // key.
    let identity = Table::from_settings(&scoped, TableName::Identity)?;
    let answers = identity.clone();
    let metering = Table::from_settings(&scoped, TableName::Metering)?;
    let audit = AuditLog::from_settings(&scoped)?;
    let accounts = Accounts {
        exports: Exports::new(identity),
        audit: audit.clone(),
        identity: IdentityStore::from_settings(&scoped)?,
        entitlements: Entitlements::from_settings(&scoped, &config)?,
        counter: UsageCounter::new(metering),
        mail_queue: MailQueue::from_settings(&config)?,
        limiter: limiter.clone(),
        invitation_limits: InvitationLimits::from_settings()?,
        frontend_origin: settings::text(FRONTEND_ORIGIN)?,
        export_queue: Queue::from_settings(&config, QueueName::Export)?,
        erasure_queue: Queue::from_settings(&config, QueueName::Erasure)?,
        bucket: Bucket::from_settings(&scoped, BucketName::Media, API_TIMEOUT)?,
        recent_sign_in: Duration::from_secs(60 * settings::parsed("RECENT_SIGN_IN_MINUTES", 15)?),
    };
    let router = account::routes().with_state(Arc::new(accounts));
    let middleware = Middleware { limiter: Some(limiter), audit: Some(audit), idempotency: None };
    let middleware = middleware.with_idempotency(answers);
    edge::serve(router, middleware).await.map_err(anyhow::Error::from_boxed)
}
