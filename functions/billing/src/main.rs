//! Serves what a tenant pays, and for what.

use std::sync::Arc;

use billing::Billing;
use billing_routes::{App, routes};
use cloud::settings::{self, TableName};
use cloud::table::Table;
use cloud::tenant_role;
use edge::{Limiter, Middleware};
use metering::Entitlements;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let answers = Table::from_settings(&scoped, TableName::Billing)?;
    let middleware = Middleware::from_settings(&config, &scoped)?.with_idempotency(answers);
    let app = App {
        billing: Billing::from_settings(&config)?,
        entitlements: Entitlements::from_settings(&scoped, &config)?,
        limiter: Limiter::from_settings(&config)?,
        operator: settings::optional_parsed("OPERATOR_TENANT")?,
    };
    edge::serve(routes().with_state(Arc::new(app)), middleware).await.map_err(anyhow::Error::from_boxed)
}
