//! Items, their keys, and the errors of a table.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use tenancy::Partition;

use crate::cause::sdk_cause;

/// An item as the SDK represents it: attributes by name.
pub type Item = HashMap<String, AttributeValue>;

/// Why a table did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A condition did not hold.
    #[error("a condition did not hold")]
    Condition {
        /// For each item of the transaction in order, whether its own condition failed. A single
        /// write has one.
        failed: Vec<bool>,
    },
    /// Another transaction held one of the items. Nothing was written; the call can be tried again.
    #[error("another transaction is at the same items")]
    Conflict,
    /// DynamoDB throttled the request, did not answer in time, or failed.
    #[error("the table is not answering: {0}")]
    Unavailable(String),
    /// DynamoDB rejects the request, and would again: it is too large, malformed, or not permitted.
    #[error("the table refuses the request: {0}")]
    Refused(String),
    /// An item does not have the form that this version of the code expects, or a value does not serialise to one.
    #[error("an item has an unexpected form: {0}")]
    Shape(#[from] serde_dynamo::Error),
}

/// The primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    /// The key of an item in a partition.
    #[must_use]
    pub fn of(partition: &Partition, sk: impl Into<String>) -> Self {
        Self { pk: partition.as_str().to_owned(), sk: sk.into() }
    }

    /// The key of an item that is found before its tenant is known, such as a sign-in link: `{kind}#{digest}`. Because
    /// `kind` is a constant and `digest` a hash, no such key can be in a tenant's partition.
    #[must_use]
    pub fn global(kind: &'static str, digest: &tenancy::ContentHash) -> Self {
        Self { pk: format!("{kind}#{digest}"), sk: kind.to_owned() }
    }

    /// The key of an item that was read.
    #[must_use]
    pub fn of_item(item: &Item) -> Self {
        let (pk, sk) = key_of(item);
        Self { pk, sk }
    }

    /// The partition key, `pk`.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.pk
    }

    /// The sort key, `sk`.
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

/// How often a write of one item is repeated while a transaction holds that item; the SDK does not retry these.
const MAX_CONFLICT_RETRIES: usize = 8;

/// Carries out `write`, and repeats it while it fails with [`TableError::Conflict`].
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

/// Waits 10 to 50 ms, so that the other transaction can finish. The jitter is taken from the clock's nanoseconds, which
/// differ between callers.
pub async fn conflict_backoff() {
    let jitter = u64::from(crate::clock::now().subsec_nanosecond().unsigned_abs() % 40);
    tokio::time::sleep(std::time::Duration::from_millis(10 + jitter)).await;
}
