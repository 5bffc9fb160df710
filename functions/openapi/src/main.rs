//! Serves the API's description, and answers requests for which there is no route.

use edge::Limiter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let limiter = Limiter::from_settings(&cloud::config().await)?;
    edge::serve(openapi::catch_all()?, limiter).await.map_err(anyhow::Error::from_boxed)
}
