//! Serves how texts are read: languages and voices.

use edge::Limiter;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    cloud::telemetry::init();
    let limiter = Limiter::from_settings(&cloud::config().await)?;
    edge::serve(reading::routes(), limiter).await
}
