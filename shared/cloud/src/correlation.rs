//! One id that follows a request from the API through queues to the last step it causes.
//!
//! The id is bound to the task that handles the request: log lines carry it in their span and messages as an
//! attribute, so that no function takes it as a parameter.

use std::future::Future;

use tracing::Instrument;

tokio::task_local! {
    static ID: String;
}

/// The name of the id in log lines and in message attributes.
pub const FIELD: &str = "correlation_id";

/// Runs `work` on behalf of the request with this id.
pub async fn scope<F: Future>(id: String, work: F) -> F::Output {
    let span = tracing::info_span!("request", correlation_id = id);
    ID.scope(id, work.instrument(span)).await
}

/// The id of the request that the calling task handles; none outside of [`scope`].
#[must_use]
pub fn current() -> Option<String> {
    ID.try_with(Clone::clone).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn concurrent_requests_keep_their_ids_apart() {
        let seen = |id: &'static str| {
            scope(id.to_owned(), async move {
                tokio::task::yield_now().await;
                (id, current())
            })
        };
        let (one, two) = tokio::join!(seen("one"), seen("two"));
        for (id, current) in [one, two] {
            assert_eq!(current.as_deref(), Some(id));
        }
        assert_eq!(current(), None);
    }
}
