//! Serves the public catalogue of project templates.

use edge::Limiter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let limiter = Limiter::configured(&cloud::config().await)?;
    edge::serve(templates::routes(), limiter).await.map_err(anyhow::Error::from_boxed)
}
