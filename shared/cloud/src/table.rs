//! A DynamoDB table with the keys `pk` and `sk`, read and written as serde types.
//!
//! A method's name says its cost: `get` is one read, `put` one write, `transact` two writes an item. No method for
//! requests scans the table.

use std::collections::{BTreeSet, HashMap};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, TransactWriteItem};
use futures_util::FutureExt;
use serde::{Serialize, de::DeserializeOwned};
use tenancy::Partition;

pub use crate::batch::{ItemPage, KeyPage};
pub use crate::item::{Item, Key, TableError, conflict_backoff};
use crate::item::{after_conflicts, cancelled, key_of, refused, to_item};
use crate::settings::{self, SettingError, TableName};
pub use crate::update::{Attempt, Update};
pub use aws_sdk_dynamodb::primitives::Blob;
pub use aws_sdk_dynamodb::types;

/// A handle on one DynamoDB table. Clones share their connections.
#[derive(Clone)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
}

/// How often a batch is sent again for what DynamoDB left unprocessed. A throttled partition can leave the same keys
/// unprocessed every time, and the caller must get an error then instead of waiting for ever.
pub(crate) const MAX_BATCH_ATTEMPTS: u32 = 5;

/// The condition of a put in a transaction.
enum PutCondition {
    Absent,
    Equals(&'static str, u64),
    Expired(i64),
}

/// A page of a query's items.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// The sort key after which the next page begins; none on the last page.
    pub next: Option<String>,
}

/// Where a page of an index ended: DynamoDB's `LastEvaluatedKey`.
#[derive(Clone, Debug)]
pub struct IndexCursor(Item);

/// Parses an item as a serde type.
///
/// # Errors
/// [`TableError::Shape`] when the item does not have the type's form.
pub fn parse<T: DeserializeOwned>(item: Item) -> Result<T, TableError> {
    Ok(serde_dynamo::from_item(item)?)
}

impl Table {
    /// A handle on the table with this name.
    #[must_use]
    pub fn new(config: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(config), name }
    }

    /// A handle on a table of the deployment.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when the table's variable is not set.
    pub fn from_settings(config: &SdkConfig, table: TableName) -> Result<Self, SettingError> {
        Ok(Self::new(config, settings::text(table)?))
    }

    /// One item, strongly consistent; none when there is no such item. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Shape`] when the
    /// item does not have the type's form.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, TableError> {
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key.to_item()));
        let answer = request.consistent_read(true).send().await.map_err(refused)?;
        Ok(answer.item.map(serde_dynamo::from_item).transpose()?)
    }

    /// Some attributes of one item, strongly consistent; none when there is no such item. A policy can allow just these
    /// (`dynamodb:Attributes`), where the rest of the item is not for this function. Cost: one read.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn get_attributes<T: DeserializeOwned>(
        &self,
        key: &Key,
        attributes: &[&str],
    ) -> Result<Option<T>, TableError> {
        let mut request = self.client.get_item().table_name(&self.name).set_key(Some(key.to_item()));
        // By placeholders, because an attribute's name may be a reserved word of DynamoDB.
        let placeholders: Vec<String> = (0..attributes.len()).map(|at| format!("#a{at}")).collect();
        for (placeholder, attribute) in placeholders.iter().zip(attributes) {
            request = request.expression_attribute_names(placeholder, *attribute);
        }
        let request = request.projection_expression(placeholders.join(", "));
        let answer = request.consistent_read(true).send().await.map_err(refused)?;
        Ok(answer.item.map(serde_dynamo::from_item).transpose()?)
    }

    /// Items by key, strongly consistent, in the order of `keys`. Cost: one read for every distinct key.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn get_all<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<Option<T>>, TableError> {
        self.get_items(keys).await?.into_iter().map(|item| item.map(parse).transpose()).collect()
    }

    /// Items of different types by key, strongly consistent, in the order of `keys`, to be [parsed](parse) one by one.
    /// Cost: one read for every distinct key.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles.
    pub async fn get_items(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, TableError> {
        let mut found: HashMap<(String, String), Item> = HashMap::new();
        // DynamoDB rejects a batch that names a key twice.
        let distinct: Vec<&Key> = keys.iter().collect::<BTreeSet<_>>().into_iter().collect();
        for chunk in distinct.chunks(100) {
            let mut wanted: Vec<Item> = chunk.iter().map(|key| key.to_item()).collect();
            for attempt in 0.. {
                if wanted.is_empty() {
                    break;
                }
                if attempt == MAX_BATCH_ATTEMPTS {
                    return Err(TableError::Unavailable("keys of a batch stay unprocessed".to_owned()));
                }
                if attempt > 0 {
                    conflict_backoff().await;
                }
                let asked = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
                let asked = asked.map_err(|error| TableError::Unavailable(error.to_string()))?;
                let request = self.client.batch_get_item().request_items(&self.name, asked);
                let mut answer = request.send().await.map_err(refused)?;
                for item in answer.responses.iter_mut().flat_map(|r| r.remove(&self.name)).flatten() {
                    found.insert(key_of(&item), item);
                }
                let left = answer.unprocessed_keys.and_then(|mut k| k.remove(&self.name));
                wanted = left.map(|k| k.keys).unwrap_or_default();
            }
        }
        Ok(keys.iter().map(|key| found.get(&(key.pk.clone(), key.sk.clone())).cloned()).collect())
    }

    /// A page of the items of `partition` whose sort key begins with `prefix`, newest first when
    /// `newest_first`; strongly consistent. Cost: one read for every 4 KB found, with one item more than the page has.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn query<T: DeserializeOwned>(
        &self,
        partition: &Partition,
        prefix: &str,
        newest_first: bool,
        limit: i32,
        after: Option<&str>,
    ) -> Result<Page<T>, TableError> {
        let start = after.map(|sk| Key::of(partition, sk).to_item());
        // One more than the page has: DynamoDB gives a place to go on whenever it has read as many items as asked, even
        // where none follows.
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(partition.as_str().to_owned()))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
            .scan_index_forward(!newest_first)
            .consistent_read(true)
            .limit(limit.saturating_add(1))
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(refused)?;
        let mut items = answer.items.unwrap_or_default();
        let length = usize::try_from(limit).unwrap_or_default();
        let next = match items.len() > length {
            true => items.get(length.saturating_sub(1)).map(|last| key_of(last).1),
            // A page may also end early, after a megabyte.
            false => answer.last_evaluated_key.as_ref().map(|item| key_of(item).1),
        };
        items.truncate(length);
        let items = items.into_iter().map(serde_dynamo::from_item).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    /// All items of `partition` whose sort key begins with `prefix`, in the order of their sort keys. Cost: as
    /// [`Table::query`], in pages of 1,000.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn query_all<T: DeserializeOwned>(
        &self,
        partition: &Partition,
        prefix: &str,
    ) -> Result<Vec<T>, TableError> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.query(partition, prefix, false, 1000, after.as_deref()).await?;
            all.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// A page of the items of one partition of an index whose sort key, a number, is at most `until`, in the order of
    /// that key; `after` is where the page before it ended. Cost: one query; indexes are eventually consistent.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn query_index_until<T: DeserializeOwned>(
        &self,
        index: &str,
        partition: (&str, &str),
        (sort_name, until): (&str, i64),
        limit: i32,
        after: Option<IndexCursor>,
    ) -> Result<(Vec<T>, Option<IndexCursor>), TableError> {
        self.index_page(index, partition, Some((sort_name, "<=", until)), limit, after).await
    }

    /// A page of the items of one partition of an index whose sort key, a number, is at least `from`, in the order of
    /// that key; `after` is where the page before it ended. Cost: one query; indexes are eventually consistent.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn query_index_from<T: DeserializeOwned>(
        &self,
        index: &str,
        partition: (&str, &str),
        (sort_name, from): (&str, i64),
        limit: i32,
        after: Option<IndexCursor>,
    ) -> Result<(Vec<T>, Option<IndexCursor>), TableError> {
        self.index_page(index, partition, Some((sort_name, ">=", from)), limit, after).await
    }

    /// A page of one partition of an index, in the order of its sort key; `after` is where the page before it ended.
    /// Cost: one query; indexes are eventually consistent.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn query_index<T: DeserializeOwned>(
        &self,
        index: &str,
        partition: (&str, &str),
        limit: i32,
        after: Option<IndexCursor>,
    ) -> Result<(Vec<T>, Option<IndexCursor>), TableError> {
        self.index_page(index, partition, None, limit, after).await
    }

    async fn index_page<T: DeserializeOwned>(
        &self,
        index: &str,
        (partition_name, partition): (&str, &str),
        range: Option<(&str, &str, i64)>,
        limit: i32,
        after: Option<IndexCursor>,
    ) -> Result<(Vec<T>, Option<IndexCursor>), TableError> {
        let query = self.client.query().table_name(&self.name).index_name(index).limit(limit);
        let query = query
            .expression_attribute_names("#partition", partition_name)
            .expression_attribute_values(":partition", AttributeValue::S(partition.to_owned()))
            .set_exclusive_start_key(after.map(|cursor| cursor.0));
        let query = match range {
            None => query.key_condition_expression("#partition = :partition"),
            Some((sort_name, compares, with)) => query
                .key_condition_expression(format!("#partition = :partition AND #sort {compares} :sort"))
                .expression_attribute_names("#sort", sort_name)
                .expression_attribute_values(":sort", AttributeValue::N(with.to_string())),
        };
        let answer = query.send().await.map_err(refused)?;
        let items = answer.items.unwrap_or_default();
        let items = items.into_iter().map(serde_dynamo::from_item).collect::<Result<_, _>>()?;
        Ok((items, answer.last_evaluated_key.map(IndexCursor)))
    }

    /// Writes an item whether or not it is there; while a transaction holds the item, tries again. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Shape`] when
    /// `value` does not serialise to an item, [`TableError::Conflict`] when a transaction held the item at every
    /// attempt.
    pub async fn put<T: Serialize>(&self, key: &Key, value: &T) -> Result<(), TableError> {
        let item = to_item(key, value)?;
        let request = self.client.put_item().table_name(&self.name).set_item(Some(item));
        after_conflicts(|| request.clone().send().map(|put| put.map(drop).map_err(refused))).await
    }

    /// Deletes an item; one that is not there is no error. While a transaction holds the item, tries again. Cost: one
    /// write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Conflict`] when a
    /// transaction held the item at every attempt.
    pub async fn delete(&self, key: &Key) -> Result<(), TableError> {
        let request = self.client.delete_item().table_name(&self.name).set_key(Some(key.to_item()));
        after_conflicts(|| request.clone().send().map(|gone| gone.map(drop).map_err(refused))).await
    }

    /// Begins an update of one item. Cost: one write, when it is sent.
    pub fn update(&self, key: &Key) -> Update {
        Update::new(&self.client, &self.name, key)
    }

    /// A put that only succeeds when the item is not there, as part of a transaction.
    ///
    /// # Errors
    /// [`TableError::Shape`] when `value` does not serialise to an item.
    pub fn put_new<T: Serialize>(&self, key: &Key, value: &T) -> Result<TransactWriteItem, TableError> {
        self.transact_put(key, value, Some(PutCondition::Absent))
    }

    /// A put that only succeeds when the item there has this number in this attribute, as part of a
    /// transaction.
    ///
    /// # Errors
    /// [`TableError::Shape`] when `value` does not serialise to an item.
    pub fn put_if_equals<T: Serialize>(
        &self,
        key: &Key,
        value: &T,
        equals: (&'static str, u64),
    ) -> Result<TransactWriteItem, TableError> {
        self.transact_put(key, value, Some(PutCondition::Equals(equals.0, equals.1)))
    }

    /// A put that only succeeds when the item is not there or expired by `now` (seconds since 1970), as part
    /// of a transaction.
    ///
    /// # Errors
    /// [`TableError::Shape`] when `value` does not serialise to an item.
    pub fn put_unless_live<T: Serialize>(
        &self,
        key: &Key,
        value: &T,
        now: i64,
    ) -> Result<TransactWriteItem, TableError> {
        self.transact_put(key, value, Some(PutCondition::Expired(now)))
    }

    /// A put as part of a transaction.
    ///
    /// # Errors
    /// [`TableError::Shape`] when `value` does not serialise to an item.
    pub fn put_any<T: Serialize>(&self, key: &Key, value: &T) -> Result<TransactWriteItem, TableError> {
        self.transact_put(key, value, None)
    }

    fn transact_put<T: Serialize>(
        &self,
        key: &Key,
        value: &T,
        guard: Option<PutCondition>,
    ) -> Result<TransactWriteItem, TableError> {
        let put = types::Put::builder().table_name(&self.name).set_item(Some(to_item(key, value)?));
        let put = match guard {
            None => put,
            Some(PutCondition::Absent) => put.condition_expression("attribute_not_exists(pk)"),
            Some(PutCondition::Expired(now)) => put
                .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
                .expression_attribute_values(":now", AttributeValue::N(now.to_string())),
            Some(PutCondition::Equals(name, number)) => put
                .condition_expression("#name = :number")
                .expression_attribute_names("#name", name)
                .expression_attribute_values(":number", AttributeValue::N(number.to_string())),
        };
        let put = put.build().map_err(|error| TableError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Carries out all of `writes` or none of them (`TransactWriteItems`, at most 100). Cost: two writes an item.
    ///
    /// # Errors
    /// [`TableError::Condition`] with the items whose condition failed, [`TableError::Conflict`] when another
    /// transaction held one of the items, [`TableError::Refused`] when DynamoDB rejects the request,
    /// [`TableError::Unavailable`] when it does not answer in time or throttles.
    pub async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), TableError> {
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        request.send().await.map(drop).map_err(cancelled)
    }

    /// Checks that the table answers, by `DescribeTable`.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when it does not, [`TableError::Refused`] when access is denied.
    pub async fn ping(&self) -> Result<(), TableError> {
        let asked = self.client.describe_table().table_name(&self.name).send().await;
        asked.map(drop).map_err(refused)
    }
}
