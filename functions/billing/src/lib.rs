//! `/api/billing`: subscribing, changing, and what a subscription gives.
//!
//! No card number comes near: what is paid is paid on Stripe's pages. What a tenant has is never decided here, but
//! by [`billing::sync_subscription`].

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
        .routes(routes!(checkout::begin))
        .routes(routes!(checkout::portal))
        .routes(routes!(revenue::show_revenue))
}
