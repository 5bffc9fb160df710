//! Serves what a tenant pays, and for what.

use std::sync::Arc;

use billing::Billing;
use billing_routes::{App, routes};
use cloud::{settings, table::Table, tenant_role};
use edge::Middleware;
use metering::Entitlements;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let metering = settings::text("METERING_TABLE")?;
    let app = App {
        billing: Billing::configured(&config)?,
        entitlements: Entitlements::new(Table::new(&scoped, metering.clone()), Table::new(&config, metering)),
        operator: settings::optional_parsed("OPERATOR_TENANT")?,
    };
    let middleware = Middleware::configured(&config, &scoped)?;
    edge::serve(routes().with_state(Arc::new(app)), middleware).await.map_err(anyhow::Error::from_boxed)
}
