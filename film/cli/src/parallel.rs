//! Runs the same work on many items in parallel.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::error::RenderError;

/// Calls `work` for `0 .. count` on up to `jobs` threads, and returns the results in order.
///
/// # Errors
/// The first error in the order of the items; after a failure no further item is begun.
pub(crate) fn in_parallel<T: Send>(
    jobs: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T, RenderError> + Sync,
) -> Result<Vec<T>, RenderError> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let results: Vec<Mutex<Option<Result<T, RenderError>>>> = (0..count).map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, count.max(1)) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(slot) = results.get(i) else { return };
                    let result = work(i);
                    failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    if let Ok(mut slot) = slot.lock() {
                        *slot = Some(result);
                    }
                }
            });
        }
    });
    let mut done = Vec::with_capacity(count);
    let mut missing = false;
    for slot in results {
        match slot.into_inner().ok().flatten() {
            Some(Ok(result)) => done.push(result),
            Some(Err(error)) => return Err(error),
            // Not begun, because a later item had failed.
            None => missing = true,
        }
    }
    if missing { Err(RenderError::Interrupted) } else { Ok(done) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order() {
        let squares = in_parallel(3, 50, |i| Ok(i * i)).unwrap();
        assert_eq!(squares, (0..50).map(|i| i * i).collect::<Vec<_>>());
        assert!(in_parallel(4, 0, |_| Ok(())).unwrap().is_empty());
    }

    #[test]
    fn a_failure_ends_the_work_and_is_told() {
        let done = AtomicUsize::new(0);
        let error = in_parallel(1, 100, |i| {
            done.fetch_add(1, Ordering::Relaxed);
            if i == 4 { Err(RenderError::NoScenes) } else { Ok(()) }
        });
        assert!(matches!(error, Err(RenderError::NoScenes)));
        assert_eq!(done.into_inner(), 5);
    }
}
