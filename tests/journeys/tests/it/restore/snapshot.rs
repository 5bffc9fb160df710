//! Everything that lies in the tables and the bucket, by its hash, in AWS's own notation: what is compared must not
//! depend on the product's own types.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use client::{LocalStack, Method};
use harness::Aws;
use serde_json::{Value, json};
use tenancy::ContentHash;

/// The tables that hold tenants' items, and whether their items expire.
pub const TABLES: [(&str, bool); 5] = [
    ("identity_table", true),
    ("metering_table", true),
    ("studio_table", true),
    ("billing_table", true),
    ("audit_table", false),
];

/// What a stack holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// By table, partition and sort key.
    pub items: BTreeMap<(String, String, String), ContentHash>,
    /// By key.
    pub objects: BTreeMap<String, ContentHash>,
}

impl Snapshot {
    /// How much it is, in words.
    pub fn sizes(&self) -> String {
        format!("{} items and {} objects", self.items.len(), self.objects.len())
    }

    /// Whether a tenant is in it.
    pub fn names(&self, tenant: &str) -> bool {
        self.items.keys().any(|(_, pk, _)| pk.contains(tenant))
            || self.objects.keys().any(|key| key.contains(tenant))
    }

    /// Says what differs.
    pub fn same_as(&self, other: &Self) -> Result<()> {
        let items: Vec<_> =
            other.items.iter().filter(|(key, hash)| self.items.get(key) != Some(hash)).collect();
        let objects: Vec<_> =
            other.objects.iter().filter(|(key, hash)| self.objects.get(*key) != Some(hash)).collect();
        ensure!(items.is_empty() && objects.is_empty(), "not as before: {items:?} {objects:?}");
        let more: Vec<_> = self.items.keys().filter(|key| !other.items.contains_key(key)).collect();
        ensure!(more.is_empty() && self.objects.len() == other.objects.len(), "more than before: {more:?}");
        Ok(())
    }
}

/// Takes snapshots of a stack, and ruins it.
pub struct StackData {
    stack: LocalStack,
    aws: Aws,
}

impl StackData {
    pub fn of(stack: &LocalStack) -> Result<Self> {
        Ok(Self { stack: stack.clone(), aws: Aws::of(stack)? })
    }

    pub async fn snapshot(&self) -> Result<Snapshot> {
        let (mut items, mut objects) = (BTreeMap::new(), BTreeMap::new());
        for (table, _) in TABLES {
            for item in self.items(&self.aws.name(table)?).await? {
                let (pk, sk) = key(&item);
                // Sign-in links end within the hour, and are in no backup.
                if !pk.starts_with("LINK#") {
                    items.insert((table.to_owned(), pk, sk), hash(&item));
                }
            }
        }
        for key in self.keys("media_bucket").await? {
            let bytes = self.object("media_bucket", &key).await?;
            objects.insert(key, ContentHash::of(&bytes));
        }
        Ok(Snapshot { items, objects })
    }

    /// Deletes every other item and object, and changes the others. Gives how many were there.
    pub async fn ruin(&self, there: &Snapshot) -> Result<usize> {
        self.ruin_items(there, |_| true).await?;
        let bucket = self.bucket("media_bucket")?;
        for (number, object) in there.objects.keys().enumerate() {
            let address = format!("{bucket}/{object}");
            if number % 2 == 0 {
                self.stack.api().call(Method::DELETE, &address).send().await?.success()?;
            } else {
                self.put_object("media_bucket", object, "ruined").await?;
            }
        }
        Ok(there.items.len() + there.objects.len())
    }

    /// The same for a tenant's items alone.
    pub async fn ruin_items_of(&self, there: &Snapshot, tenant: &str) -> Result<()> {
        self.ruin_items(there, |pk| pk.contains(tenant)).await
    }

    async fn ruin_items(&self, there: &Snapshot, which: impl Fn(&str) -> bool) -> Result<()> {
        for (number, (table, pk, sk)) in there.items.keys().filter(|(_, pk, _)| which(pk)).enumerate() {
            let table = self.aws.name(table)?;
            let key = json!({"pk": {"S": pk}, "sk": {"S": sk}});
            let mut change = json!({"TableName": table, "Key": key});
            if number % 2 == 0 {
                self.ask("DynamoDB_20120810.DeleteItem", &change).await?;
            } else {
                change["UpdateExpression"] = "SET ruined = :yes".into();
                change["ExpressionAttributeValues"] = json!({":yes": {"BOOL": true}});
                self.ask("DynamoDB_20120810.UpdateItem", &change).await?;
            }
        }
        Ok(())
    }

    /// Removes all that names a tenant: its partitions, whatever else names it and no other tenant, every object
    /// in every version.
    pub async fn erase(&self, tenant: &str) -> Result<()> {
        for (table, _) in TABLES {
            let table = self.aws.name(table)?;
            for item in self.items(&table).await? {
                let (pk, sk) = key(&item);
                if item.to_string().contains(tenant) && pk != "PLATFORM" {
                    let delete = json!({"TableName": table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}});
                    self.ask("DynamoDB_20120810.DeleteItem", &delete).await?;
                }
            }
        }
        let bucket = self.bucket("media_bucket")?;
        let listed = self.stack.api().get(&format!("{bucket}?versions&prefix=tenants/{tenant}/")).await?;
        let listed = listed.success()?.text();
        let versions = tags(&listed, "Key").into_iter().zip(tags(&listed, "VersionId"));
        for (key, version) in versions {
            let address = format!("{bucket}/{key}?versionId={version}");
            self.stack.api().call(Method::DELETE, &address).send().await?.success()?;
        }
        Ok(())
    }

    /// Gives a table what the template gives it and the emulator leaves out, and more.
    pub async fn equip(&self, table: &str) -> Result<()> {
        let table = self.aws.name(table)?;
        let recovery = json!({"PointInTimeRecoveryEnabled": true});
        let recovery = json!({"TableName": table, "PointInTimeRecoverySpecification": recovery});
        self.ask("DynamoDB_20120810.UpdateContinuousBackups", &recovery).await?;
        let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        let change = json!({"TableName": table, "StreamSpecification": stream});
        self.ask("DynamoDB_20120810.UpdateTable", &change).await?;
        let change = json!({"TableName": table, "DeletionProtectionEnabled": true});
        self.ask("DynamoDB_20120810.UpdateTable", &change).await?;
        Ok(())
    }

    /// What a table and its copy of a time have beside their items.
    pub async fn settings_beside(&self, table: &str, at: &str) -> Result<(Value, Value)> {
        let live = self.aws.name(table)?;
        let copy = format!("{live}-{}", suffix(at));
        Ok((self.settings(&live).await?, self.settings(&copy).await?))
    }

    /// How many items of a tenant the copy of a table has.
    pub async fn items_beside(&self, table: &str, at: &str, tenant: &str) -> Result<usize> {
        let items = self.items(&format!("{}-{}", self.aws.name(table)?, suffix(at))).await?;
        Ok(items.iter().filter(|item| key(item).0.contains(tenant)).count())
    }

    async fn settings(&self, table: &str) -> Result<Value> {
        let named = json!({"TableName": table});
        let described = self.ask("DynamoDB_20120810.DescribeTable", &named).await?["Table"].clone();
        let expiry = self.ask("DynamoDB_20120810.DescribeTimeToLive", &named).await?;
        let kept = self.ask("DynamoDB_20120810.DescribeContinuousBackups", &named).await?;
        let indexes: BTreeSet<String> = described["GlobalSecondaryIndexes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|index| format!("{} {} {}", index["IndexName"], index["KeySchema"], index["Projection"]))
            .collect();
        let recovery = &kept["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        Ok(json!({
            "keys": described["KeySchema"],
            "indexes": indexes,
            "protected": described["DeletionProtectionEnabled"],
            "stream": described["StreamSpecification"]["StreamViewType"],
            "expires_by": expiry["TimeToLiveDescription"]["AttributeName"],
            "point_in_time": recovery["PointInTimeRecoveryStatus"],
        }))
    }

    async fn items(&self, table: &str) -> Result<Vec<Value>> {
        let (mut scan, mut items) = (json!({"TableName": table}), Vec::new());
        loop {
            let page = self.ask("DynamoDB_20120810.Scan", &scan).await?;
            items.extend(page["Items"].as_array().context("no items")?.iter().cloned());
            match &page["LastEvaluatedKey"] {
                Value::Null => return Ok(items),
                next => scan["ExclusiveStartKey"] = next.clone(),
            }
        }
    }

    async fn keys(&self, bucket: &str) -> Result<Vec<String>> {
        let address = format!("{}?list-type=2&prefix=tenants/", self.bucket(bucket)?);
        let listed = self.stack.api().get(&address).await?.success()?.text();
        ensure!(!listed.contains("<IsTruncated>true"), "more than a page");
        Ok(tags(&listed, "Key"))
    }

    pub async fn object(&self, bucket: &str, key: &str) -> Result<Vec<u8>> {
        let address = format!("{}/{key}", self.bucket(bucket)?);
        Ok(self.stack.api().get(&address).await?.success()?.body.to_vec())
    }

    pub async fn put_object(&self, bucket: &str, key: &str, bytes: impl Into<Vec<u8>>) -> Result<()> {
        let address = format!("{}/{key}", self.bucket(bucket)?);
        let put = self.stack.api().call(Method::PUT, &address).bytes(bytes.into());
        put.send().await?.success()?;
        Ok(())
    }

    fn bucket(&self, output: &str) -> Result<String> {
        Ok(format!("{}/{}", self.stack.outputs.endpoint, self.aws.name(output)?))
    }

    async fn ask(&self, target: &str, body: &Value) -> Result<Value> {
        let call = self.stack.api().call(Method::POST, &self.stack.outputs.endpoint).raw(body.to_string());
        Ok(call.header("x-amz-target", target).send().await?.json()?)
    }
}

/// What the operator's tool adds to the names of tables of a time.
fn suffix(at: &str) -> String {
    at.trim_start_matches("point-in-time:").replace(['-', ':'], "")
}

fn key(item: &Value) -> (String, String) {
    let text = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
    (text("pk"), text("sk"))
}

/// By the sorted text: of equal items, whatever the order of attributes and of the values of sets.
fn hash(item: &Value) -> ContentHash {
    let mut item = item.clone();
    item.sort_all_objects();
    for value in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
        for set in ["SS", "NS", "BS"] {
            if let Some(values) = value.get_mut(set).and_then(Value::as_array_mut) {
                values.sort_by_key(ToString::to_string);
            }
        }
    }
    ContentHash::of(item.to_string().as_bytes())
}

/// What stands between `<name>` and `</name>`, again and again.
fn tags(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1);
    parts.filter_map(|rest| rest.split(&close).next()).map(str::to_owned).collect()
}
