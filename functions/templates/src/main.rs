//! The public catalogue of project templates.

mod catalogue;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    edge::serve(catalogue::router()).await.map_err(anyhow::Error::from_boxed)
}
