//! Pages and batches of raw items, for backups, exports, restores and erasures, which do not parse what they move.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, Select, WriteRequest};
use futures_util::FutureExt;
use tenancy::Partition;

use crate::item::{Item, Key, TableError, after_conflicts, conflict_backoff, refused};
use crate::table::{MAX_BATCH_ATTEMPTS, Table};

/// How many writes one `BatchWriteItem` takes: DynamoDB's limit.
const BATCH: usize = 25;

/// A page of a partition's items.
#[derive(Clone, Debug)]
pub struct ItemPage {
    /// The items, in the order of their sort keys.
    pub items: Vec<Item>,
    /// The key after which the next page begins; none on the last page.
    pub next: Option<Key>,
}

/// A page of the keys that a scan found.
#[derive(Clone, Debug)]
pub struct KeyPage {
    /// The matching keys of the page; may be empty on any page, also before the last.
    pub keys: Vec<Key>,
    /// The key after which the next page begins; none on the last page.
    pub next: Option<Key>,
}

/// The condition that an item is there and some of its attributes are as they were read. DynamoDB rejects empty lists
/// of names and values, which are none instead.
struct Unchanged {
    condition: String,
    names: Option<HashMap<String, String>>,
    values: Option<Item>,
}

impl Unchanged {
    fn of(before: &Item, attributes: &[&str]) -> Self {
        let mut condition = "attribute_exists(pk)".to_owned();
        let (mut names, mut values) = (HashMap::new(), Item::new());
        for (at, name) in attributes.iter().enumerate() {
            names.insert(format!("#a{at}"), (*name).to_owned());
            if let Some(value) = before.get(*name) {
                values.insert(format!(":a{at}"), value.clone());
                condition.push_str(&format!(" AND #a{at} = :a{at}"));
            } else {
                condition.push_str(&format!(" AND attribute_not_exists(#a{at})"));
            }
        }
        let (names, values) = ((!names.is_empty()).then_some(names), (!values.is_empty()).then_some(values));
        Self { condition, names, values }
    }
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
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Refused`] when it
    /// rejects the request.
    pub async fn items(&self, partition: &Partition, after: Option<&Key>) -> Result<ItemPage, TableError> {
        let query = self.client.query().table_name(&self.name).key_condition_expression("pk = :pk");
        let query =
            query.expression_attribute_values(":pk", AttributeValue::S(partition.as_str().to_owned()));
        let query = query.consistent_read(true).set_exclusive_start_key(after.map(Key::to_item));
        let answer = query.send().await.map_err(refused)?;
        let next = answer.last_evaluated_key.as_ref().map(Key::of_item);
        Ok(ItemPage { items: answer.items.unwrap_or_default(), next })
    }

    /// A page of all items of the table, in no particular order of their partitions; `after` is what the page before
    /// gave as [`next`](ItemPage::next). It is a scan in pages of 1 MB: for a table that is being restored, never for a
    /// request. Cost: one read for every 4 KB of the table.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Refused`] when it
    /// rejects the request.
    pub async fn scan_items(&self, after: Option<&Key>) -> Result<ItemPage, TableError> {
        let scan = self.client.scan().table_name(&self.name).consistent_read(true);
        let answer = scan.set_exclusive_start_key(after.map(Key::to_item)).send().await.map_err(refused)?;
        let next = answer.last_evaluated_key.as_ref().map(Key::of_item);
        Ok(ItemPage { items: answer.items.unwrap_or_default(), next })
    }

    /// A page of the keys of all items with this sort key, in no particular order of their partitions; `after` is
    /// what the page before gave as [`next`](KeyPage::next). It is a scan of the whole table, in pages of 1 MB: for
    /// the nightly backup, never for a request. Cost: one read for every 8 KB of the table.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Refused`] when it
    /// rejects the request.
    pub async fn scan_keys(&self, sort: &str, after: Option<&Key>) -> Result<KeyPage, TableError> {
        let scan = self.client.scan().table_name(&self.name).projection_expression("pk, sk");
        let scan = scan.filter_expression("sk = :sk");
        let scan = scan.expression_attribute_values(":sk", AttributeValue::S(sort.to_owned()));
        let scan = scan.set_exclusive_start_key(after.map(Key::to_item));
        let answer = scan.select(Select::SpecificAttributes).send().await.map_err(refused)?;
        let next = answer.last_evaluated_key.as_ref().map(Key::of_item);
        Ok(KeyPage { keys: answer.items().iter().map(Key::of_item).collect(), next })
    }

    /// Writes items, replacing those that are there. DynamoDB rejects a batch that names a key twice. Cost: one write for every KB of an item.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Refused`] when it
    /// rejects the request. Some items may be written then.
    pub async fn put_items(&self, items: impl IntoIterator<Item = Item>) -> Result<(), TableError> {
        let put = |item| PutRequest::builder().set_item(Some(item)).build();
        let requests = items.into_iter().map(put);
        let requests = requests.map(|put| put.map(|put| WriteRequest::builder().put_request(put).build()));
        self.write_batches(requests).await
    }

    /// Writes an item on the condition that what the table has under its key is as it was read in `before`: nothing, or
    /// an item in which these attributes have the same values or are absent. Returns whether it was written. Where the
    /// SDK has repeated a write whose answer was lost, it says no although the item was written. While a transaction
    /// holds the item, tries again. Cost: one write for every KB of an item.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Refused`] when it
    /// rejects the request, [`TableError::Conflict`] when a transaction held the item at every attempt.
    pub async fn put_if_unchanged(
        &self,
        item: Item,
        before: Option<&Item>,
        attributes: &[&str],
    ) -> Result<bool, TableError> {
        let put = self.conditional_put(item, before, attributes);
        match after_conflicts(|| put.clone().send().map(|put| put.map(drop).map_err(refused))).await {
            Ok(()) => Ok(true),
            Err(TableError::Condition { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn conditional_put(
        &self,
        item: Item,
        before: Option<&Item>,
        attributes: &[&str],
    ) -> PutItemFluentBuilder {
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item));
        match before {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(before) => {
                let Unchanged { condition, names, values } = Unchanged::of(before, attributes);
                let put = put.condition_expression(condition).set_expression_attribute_names(names);
                put.set_expression_attribute_values(values)
            }
        }
    }

    /// Deletes an item that was read, on the condition that these attributes have the same values still or are absent.
    /// Returns whether it was deleted; as of [`put_if_unchanged`](Self::put_if_unchanged) that is no certainty. Cost:
    /// one write for every KB of the item.
    ///
    /// # Errors
    /// As [`put_if_unchanged`](Self::put_if_unchanged).
    pub async fn delete_if_unchanged(&self, before: &Item, attributes: &[&str]) -> Result<bool, TableError> {
        let Unchanged { condition, names, values } = Unchanged::of(before, attributes);
        let key = Key::of_item(before).to_item();
        let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key));
        let delete = delete.condition_expression(condition).set_expression_attribute_names(names);
        let delete = delete.set_expression_attribute_values(values);
        match after_conflicts(|| delete.clone().send().map(|gone| gone.map(drop).map_err(refused))).await {
            Ok(()) => Ok(true),
            Err(TableError::Condition { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes items; a key without an item is no error. DynamoDB rejects a batch that names a key twice. Cost: one write for every KB
    /// of an item.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Refused`] when it
    /// rejects the request. Some items may be deleted then.
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

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region, SdkConfig};

    use super::*;

    #[test]
    fn a_put_depends_on_what_was_read() {
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
        let table = Table::new(&config.region(Region::from_static("us-east-1")).build(), "identity".into());
        let condition = |before: Option<&Item>| {
            let put = table.conditional_put(Item::new(), before, &["user", "erasing_since"]);
            let input = put.as_input();
            (
                input.get_condition_expression().clone().unwrap(),
                input.get_expression_attribute_values().clone(),
            )
        };
        assert_eq!(condition(None), ("attribute_not_exists(pk)".to_owned(), None));
        let user = AttributeValue::S("user_1".into());
        let before = Item::from([("user".to_owned(), user.clone())]);
        let expected = "attribute_exists(pk) AND #a0 = :a0 AND attribute_not_exists(#a1)";
        assert_eq!(
            condition(Some(&before)),
            (expected.to_owned(), Some(Item::from([(":a0".to_owned(), user)])))
        );
    }
}
