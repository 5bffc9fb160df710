//! Items and their keys, and what a table answers instead of doing what was asked.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use tenancy::Partition;

use crate::cause::sdk_cause;

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// What a table answers instead of doing what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A condition did not hold; in a transaction, which of its items failed theirs.
    #[error("a condition did not hold")]
    Condition {
        /// For each item of the transaction in order, whether its own condition failed. A single
        /// write has one.
        failed: Vec<bool>,
    },
    /// Another transaction was at the same items: nothing was written, try again.
    #[error("another transaction is at the same items")]
    Conflict,
    /// Throttled, timed out or down.
    #[error("the table is not answering: {0}")]
    Unavailable(String),
    /// The table refuses the request itself, now and later: too large, malformed, not permitted.
    #[error("the table refuses the request: {0}")]
    Refused(String),
    /// An item does not have the form that this version of the code expects.
    #[error("an item has an unexpected form: {0}")]
    Shape(#[from] serde_dynamo::Error),
}

/// The key of one item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    /// An item of a tenant.
    #[must_use]
    pub fn of(partition: &Partition, sk: impl Into<String>) -> Self {
        Self { pk: partition.as_str().to_owned(), sk: sk.into() }
    }

    /// An item that belongs to no tenant yet, such as a sign-in link: `kind` names what it is and
    /// `digest` which one, so that no such key can fall into a tenant's partition.
    #[must_use]
    pub fn global(kind: &'static str, digest: &tenancy::ContentHash) -> Self {
        Self { pk: format!("{kind}#{digest}"), sk: kind.to_owned() }
    }

    /// The key of an item as it is.
    #[must_use]
    pub fn of_item(item: &Item) -> Self {
        let (pk, sk) = key_of(item);
        Self { pk, sk }
    }

    /// The partition.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.pk
    }

    /// The place in its partition.
    #[must_use]
    pub fn sort(&self) -> &str {
        &self.sk
    }

    pub(crate) fn to_item(&self) -> Item {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        Item::from([("pk".to_owned(), text(&self.pk)), ("sk".to_owned(), text(&self.sk))])
    }
}

pub(crate) fn to_item<T: Serialize>(key: &Key, value: &T) -> Result<Item, TableError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    item.extend(key.to_item());
    Ok(item)
}

pub(crate) fn key_of(item: &Item) -> (String, String) {
    let text =
        |name| item.get(name).and_then(|v: &AttributeValue| v.as_s().ok()).cloned().unwrap_or_default();
    (text("pk"), text("sk"))
}

pub(crate) fn refused<E>(error: SdkError<E>) -> TableError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some("ConditionalCheckFailedException") => TableError::Condition { failed: vec![true] },
        Some("TransactionConflictException") => TableError::Conflict,
        Some(
            "ValidationException" | "AccessDeniedException" | "ItemCollectionSizeLimitExceededException",
        ) => TableError::Refused(sdk_cause(&error)),
        _ => TableError::Unavailable(sdk_cause(&error)),
    }
}

pub(crate) fn cancelled(error: SdkError<TransactWriteItemsError>) -> TableError {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
    else {
        return refused(error);
    };
    let codes: Vec<&str> = cancelled.cancellation_reasons().iter().filter_map(|r| r.code()).collect();
    let failed: Vec<bool> = codes.iter().map(|code| *code == "ConditionalCheckFailed").collect();
    if failed.contains(&true) {
        TableError::Condition { failed }
    } else if codes.contains(&"TransactionConflict") {
        TableError::Conflict
    } else if codes.contains(&"ValidationError") {
        TableError::Refused(sdk_cause(&error))
    } else {
        TableError::Unavailable(sdk_cause(&error))
    }
}

/// How often a write of one item gives way to transactions at the same item; the SDK does not retry these.
const MAX_CONFLICT_RETRIES: usize = 8;

/// Does `write`, and does it again while transactions are at the item.
pub(crate) async fn after_conflicts<T, F>(write: impl Fn() -> F) -> Result<T, TableError>
where
    F: Future<Output = Result<T, TableError>>,
{
    for _ in 0..MAX_CONFLICT_RETRIES {
        match write().await {
            Err(TableError::Conflict) => conflict_backoff().await,
            other => return other,
        }
    }
    write().await
}

/// Lets whoever was faster at the same items finish. Callers differ in when they look again, because
/// their clocks do.
pub async fn conflict_backoff() {
    let jitter = u64::from(crate::clock::now().subsec_nanosecond().unsigned_abs() % 40);
    tokio::time::sleep(std::time::Duration::from_millis(10 + jitter)).await;
}
