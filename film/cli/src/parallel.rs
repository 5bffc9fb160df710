//! The same work on many things at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::error::RenderError;

/// Does work on `0 .. count`, `jobs` at a time, and gives the results in order. After a failure nothing new is begun.
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
            // Left out after a failure, which stands further on.
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
