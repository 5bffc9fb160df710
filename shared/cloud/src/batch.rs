//! Items as they are, for whoever keeps, moves or erases them whatever they say.

use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, Select, WriteRequest};
use tenancy::Partition;

use crate::item::{Item, Key, TableError, conflict_backoff, refused};
use crate::table::{MAX_BATCH_ATTEMPTS, Table};

/// How many writes DynamoDB takes at once.
const BATCH: usize = 25;

/// A page of a partition.
#[derive(Clone, Debug)]
pub struct ItemPage {
    /// In the order of their sort keys.
    pub items: Vec<Item>,
    /// After which item the next page begins, when there is one.
    pub next: Option<Key>,
}

/// A page of keys.
#[derive(Clone, Debug)]
pub struct KeyPage {
    /// Those that were looked for.
    pub keys: Vec<Key>,
    /// After which item the next page begins, when there is one.
    pub next: Option<Key>,
}

impl Table {
    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A page of all items of a partition, strongly consistent; `after` is what the page before gave as
    /// [`next`](ItemPage::next). Cost: one query for up to 1 MB, one read for every 4 KB of it.
    ///
    /// # Errors
    /// [`TableError::Unavailable`], [`TableError::Refused`].
    pub async fn items(&self, partition: &Partition, after: Option<&Key>) -> Result<ItemPage, TableError> {
        let query = self.client.query().table_name(&self.name).key_condition_expression("pk = :pk");
        let query =
            query.expression_attribute_values(":pk", AttributeValue::S(partition.as_str().to_owned()));
        let query = query.consistent_read(true).set_exclusive_start_key(after.map(Key::to_item));
        let answer = query.send().await.map_err(refused)?;
        let next = answer.last_evaluated_key.as_ref().map(Key::of_item);
        Ok(ItemPage { items: answer.items.unwrap_or_default(), next })
    }

    /// A page of the keys of all items with this sort key, partition after partition in no order that means
    /// anything; `after` is what the page before gave as [`next`](KeyPage::next). It reads the whole table, in
    /// pages of 1 MB: for what runs once a night, and never for a request. Cost: one read for every 8 KB of the
    /// table.
    ///
    /// # Errors
    /// [`TableError::Unavailable`], [`TableError::Refused`].
    pub async fn scan_keys(&self, sort: &str, after: Option<&Key>) -> Result<KeyPage, TableError> {
        let scan = self.client.scan().table_name(&self.name).projection_expression("pk, sk");
        let scan = scan.filter_expression("sk = :sk");
        let scan = scan.expression_attribute_values(":sk", AttributeValue::S(sort.to_owned()));
        let scan = scan.set_exclusive_start_key(after.map(Key::to_item));
        let answer = scan.select(Select::SpecificAttributes).send().await.map_err(refused)?;
        let next = answer.last_evaluated_key.as_ref().map(Key::of_item);
        Ok(KeyPage { keys: answer.items().iter().map(Key::of_item).collect(), next })
    }

    /// Writes items over whatever is there. The keys must differ. Cost: one write for every KB of an item.
    ///
    /// # Errors
    /// [`TableError::Unavailable`], [`TableError::Refused`]; some may be written.
    pub async fn put_items(&self, items: impl IntoIterator<Item = Item>) -> Result<(), TableError> {
        let put = |item| PutRequest::builder().set_item(Some(item)).build();
        let requests = items.into_iter().map(put);
        let requests = requests.map(|put| put.map(|put| WriteRequest::builder().put_request(put).build()));
        self.write_batches(requests).await
    }

    /// Removes items; that one was not there is no error. The keys must differ. Cost: one write for every KB
    /// of an item.
    ///
    /// # Errors
    /// [`TableError::Unavailable`], [`TableError::Refused`]; some may be gone.
    pub async fn delete_items(&self, keys: impl IntoIterator<Item = Key>) -> Result<(), TableError> {
        let delete = |key: Key| DeleteRequest::builder().set_key(Some(key.to_item())).build();
        let requests = keys.into_iter().map(delete);
        let requests = requests
            .map(|delete| delete.map(|delete| WriteRequest::builder().delete_request(delete).build()));
        self.write_batches(requests).await
    }

    async fn write_batches(
        &self,
        requests: impl Iterator<Item = Result<WriteRequest, aws_sdk_dynamodb::error::BuildError>>,
    ) -> Result<(), TableError> {
        let requests: Result<Vec<WriteRequest>, _> = requests.collect();
        let requests = requests.map_err(|error| TableError::Unavailable(error.to_string()))?;
        for batch in requests.chunks(BATCH) {
            let mut left = batch.to_vec();
            for attempt in 0.. {
                if left.is_empty() {
                    break;
                }
                if attempt == MAX_BATCH_ATTEMPTS {
                    return Err(TableError::Unavailable("writes of a batch stay unprocessed".to_owned()));
                }
                if attempt > 0 {
                    conflict_backoff().await;
                }
                let request = self.client.batch_write_item().request_items(&self.name, left);
                let mut answer = request.send().await.map_err(refused)?;
                let unprocessed = answer.unprocessed_items.as_mut().and_then(|all| all.remove(&self.name));
                left = unprocessed.unwrap_or_default();
            }
        }
        Ok(())
    }
}
