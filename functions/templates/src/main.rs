//! The public catalogue of project templates.

mod catalogue;

use edge::Limiter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let limiter = Limiter::configured(&config)?;
    edge::serve(catalogue::router(), Some(limiter)).await.map_err(anyhow::Error::from_boxed)
}
