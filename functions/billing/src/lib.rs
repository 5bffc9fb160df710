//! Routes below `/api/billing`: checkout, customer portal, subscription, revenue.
//!
//! Card numbers are entered on Stripe's pages only. Which plan a tenant has is decided by
//! [`billing::sync_subscription`], never here.

mod app;
mod checkout;
mod revenue;
mod subscription;

use std::sync::Arc;

use edge::{Router, routes};

pub use app::App;

/// The routes of this function.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .routes(routes!(subscription::show_subscription))
        .routes(routes!(subscription::refresh_subscription))
        .routes(routes!(checkout::begin))
        .routes(routes!(checkout::portal))
        .routes(routes!(revenue::show_revenue))
}
