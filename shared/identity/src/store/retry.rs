//! Trying a transaction again that another request got in the way of.

use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError, conflict_pause};

/// How often something is tried that others keep changing: more often than 50 at once get in each
/// other's way.
const MAX_ATTEMPTS: usize = 12;

/// What one try came to.
pub(super) enum Attempt<T> {
    Done(T),
    /// Somebody else changed what it was based on: read again and decide anew.
    Again,
}

/// Counts the tries.
#[derive(Default)]
pub(super) struct Retries(usize);

impl Retries {
    /// Lets the others finish; an error when that was the last try.
    pub(super) async fn pause(&mut self) -> Result<(), TableError> {
        self.0 += 1;
        if self.0 == MAX_ATTEMPTS {
            return Err(TableError::Conflict);
        }
        conflict_pause().await;
        Ok(())
    }
}

/// Deletes what is there; whether it was. Every one of `deletes` has to demand that.
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
