//! Serves what a tenant pays, and for what.

use std::sync::Arc;

use billing::Billing;
use billing_routes::{App, routes};
use cloud::{settings, tenant_role};
use edge::Middleware;
use metering::Entitlements;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let app = App {
        billing: Billing::from_settings(&config)?,
        entitlements: Entitlements::from_settings(&scoped, &config)?,
        operator: settings::optional_parsed("OPERATOR_TENANT")?,
    };
    let middleware = Middleware::from_settings(&config, &scoped)?;
    edge::serve(routes().with_state(Arc::new(app)), middleware).await.map_err(anyhow::Error::from_boxed)
}
