//! Serves how texts are read: previews of imports, languages, voices, and the tenant's lexicon.

use edge::Middleware;
use reading::App;
use studio::Studio;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let app = App { studio: Studio::from_settings(&scoped)? };
    edge::serve(reading::routes().with_state(app), Middleware::from_settings(&config, &scoped)?).await
}
