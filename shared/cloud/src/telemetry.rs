//! Logs: one JSON object a line, as CloudWatch Logs Insights reads them.

use tracing_subscriber::EnvFilter;

/// Starts logging for this process. The environment variable `LOG_LEVEL` is a filter such as `info` or
/// `warn,studio=debug`; `info` when it is unset or invalid.
///
/// Lines are JSON without colours. Lines that are logged while a request is handled carry its id as
/// `span.correlation_id`; request bodies, tokens and addresses are never logged.
pub fn init() {
    let filter = crate::settings::optional_text("LOG_LEVEL").unwrap_or_else(|| "info".to_owned());
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_ansi(false)
        .with_target(false)
        .with_env_filter(filter)
        .finish();
    // A second call in one process (tests) keeps the first subscriber.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
