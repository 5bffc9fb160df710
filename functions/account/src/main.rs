//! Serves the tenant's account.

use std::sync::Arc;
use std::time::Duration;

use account::{Accounts, InvitationLimits};
use audit::AuditLog;
use cloud::bucket::{API_PATIENCE, Bucket};
use cloud::{queue::Queue, settings, table::Table};
use edge::{Limiter, Middleware};
use identity::{IdentityStore, Lifetimes};
use metering::{Entitlements, UsageCounter};
use protection::Exports;

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
    let path_style = settings::parsed("S3_PATH_STYLE", false)?;
    let audit = AuditLog::configured(&scoped)?;
    let accounts = Accounts {
        exports: Exports::new(identity.clone()),
        audit: audit.clone(),
        identity: IdentityStore::new(identity, Lifetimes::configured()?),
        entitlements: Entitlements::new(own_usage.clone(), Table::new(&config, metering)),
        counter: UsageCounter::new(own_usage),
        mail_queue: Queue::new(&config, settings::text("MAIL_QUEUE_URL")?),
        limiter: limiter.clone(),
        invitation_limits: InvitationLimits::configured()?,
        frontend_origin: settings::text("FRONTEND_ORIGIN")?,
        export_queue: Queue::new(&config, settings::text("EXPORT_QUEUE_URL")?),
        erasure_queue: Queue::new(&config, settings::text("ERASURE_QUEUE_URL")?),
        bucket: Bucket::new(&scoped, settings::text("MEDIA_BUCKET")?, path_style, API_PATIENCE),
        recent_sign_in: Duration::from_secs(60 * settings::parsed("RECENT_SIGN_IN_MINUTES", 15)?),
    };
    let router = account::routes().with_state(Arc::new(accounts));
    let middleware = Middleware { limiter: Some(limiter), audit: Some(audit) };
    edge::serve(router, middleware).await.map_err(anyhow::Error::from_boxed)
}
