//! Serves the public catalogue of project templates.

use edge::Limiter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let limiter = Limiter::from_settings(&cloud::config().await)?;
    edge::serve(templates::routes(), limiter).await.map_err(anyhow::Error::from_boxed)
}
