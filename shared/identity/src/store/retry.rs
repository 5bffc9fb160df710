//! Trying a transaction again that another request got in the way of.

use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError, conflict_backoff};

/// How often an operation is attempted before it fails with [`TableError::Conflict`]. Fifty concurrent requests on the
/// same items all succeed within so many attempts.
const MAX_ATTEMPTS: usize = 12;

/// The outcome of one attempt at a read-decide-write operation.
pub(super) enum Attempt<T> {
    /// The operation succeeded, or needed no write.
    Done(T),
    /// Another request changed what the decision was based on: read again and decide anew.
    Retry,
}

/// Counts the attempts of one operation.
#[derive(Default)]
pub(super) struct Retries(usize);

impl Retries {
    /// Waits for a random time before the next attempt, so that concurrent requests can finish.
    ///
    /// # Errors
    /// [`TableError::Conflict`] when that was the last attempt.
    pub(super) async fn pause(&mut self) -> Result<(), TableError> {
        self.0 += 1;
        if self.0 == MAX_ATTEMPTS {
            return Err(TableError::Conflict);
        }
        conflict_backoff().await;
        Ok(())
    }
}

/// Carries out `deletes` in one transaction; returns whether the items existed. Every one of `deletes` must have the
/// condition that its item exists.
pub(super) async fn delete_if_there(
    table: &Table,
    deletes: Vec<TransactWriteItem>,
) -> Result<bool, TableError> {
    let mut retries = Retries::default();
    loop {
        match table.transact(deletes.clone()).await {
            Ok(()) => return Ok(true),
            Err(TableError::Condition { .. }) => return Ok(false),
            Err(TableError::Conflict) => retries.pause().await?,
            Err(error) => return Err(error),
        }
    }
}
