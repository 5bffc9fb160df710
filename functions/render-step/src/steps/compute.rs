//! Computation off the async threads.

use crate::error::StepError;

/// Runs `work` on the pool of blocking threads, so that the lease of the step can be renewed meanwhile.
///
/// # Errors
/// Those of `work`, and [`StepError::Panic`] when it panicked.
pub async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StepError> + Send + 'static,
) -> Result<T, StepError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StepError::Panic))
}
