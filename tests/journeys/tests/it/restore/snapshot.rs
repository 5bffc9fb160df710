//! Snapshots of tables and bucket by content hash. They are read in AWS's own JSON: what is compared must not depend on
//! the product's types.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use client::{LocalStack, Method};
use harness::Aws;
use serde_json::{Value, json};
use tenancy::ContentHash;

/// The tables that hold tenants' items, and whether they have a TTL.
pub const TABLES: [(&str, bool); 5] = [
    ("identity_table", true),
    ("metering_table", true),
    ("studio_table", true),
    ("billing_table", true),
    ("audit_table", false),
];

/// The data of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The hashes of items by table, partition key and sort key.
    pub items: BTreeMap<(String, String, String), ContentHash>,
    /// The hashes of objects by key.
    pub objects: BTreeMap<String, ContentHash>,
}

impl Snapshot {
    /// The numbers of items and objects, in words.
    pub fn sizes(&self) -> String {
        format!("{} items and {} objects", self.items.len(), self.objects.len())
    }

    /// Whether a tenant's id is in any key.
    pub fn names(&self, tenant: &str) -> bool {
        self.items.keys().any(|(_, pk, _)| pk.contains(tenant))
            || self.objects.keys().any(|key| key.contains(tenant))
    }

    /// Fails with the differences, if there are any.
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

/// Takes snapshots of a stack's data, and damages it.
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
                // No restore brings back sign-in links and sessions.
                if !pk.starts_with("LINK#") && !sk.starts_with("SESSION#") {
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

    /// Deletes every second item and object, and changes the others. Gives the number of both.
    pub async fn damage(&self, there: &Snapshot) -> Result<usize> {
        self.damage_items(there, |_| true).await?;
        let bucket = self.bucket("media_bucket")?;
        for (number, object) in there.objects.keys().enumerate() {
            let address = format!("{bucket}/{object}");
            if number % 2 == 0 {
                self.stack.api().call(Method::DELETE, &address).send().await?.success()?;
            } else {
                self.put_object("media_bucket", object, "damaged").await?;
            }
        }
        Ok(there.items.len() + there.objects.len())
    }

    /// The same for the items of one tenant alone.
    pub async fn damage_items_of(&self, there: &Snapshot, tenant: &str) -> Result<()> {
        self.damage_items(there, |pk| pk.contains(tenant)).await
    }

    async fn damage_items(&self, there: &Snapshot, which: impl Fn(&str) -> bool) -> Result<()> {
        for (number, (table, pk, sk)) in there.items.keys().filter(|(_, pk, _)| which(pk)).enumerate() {
            let table = self.aws.name(table)?;
            let key = json!({"pk": {"S": pk}, "sk": {"S": sk}});
            let mut change = json!({"TableName": table, "Key": key});
            if number % 2 == 0 {
                self.call_aws("DynamoDB_20120810.DeleteItem", &change).await?;
            } else {
                change["UpdateExpression"] = "SET damaged = :yes".into();
                change["ExpressionAttributeValues"] = json!({":yes": {"BOOL": true}});
                self.call_aws("DynamoDB_20120810.UpdateItem", &change).await?;
            }
        }
        Ok(())
    }

    /// Deletes every item that contains the tenant's id, except those of the platform, and every version of its
    /// objects.
    pub async fn erase(&self, tenant: &str) -> Result<()> {
        for (table, _) in TABLES {
            let table = self.aws.name(table)?;
            for item in self.items(&table).await? {
                let (pk, sk) = key(&item);
                if item.to_string().contains(tenant) && pk != "PLATFORM" {
                    let delete = json!({"TableName": table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}});
                    self.call_aws("DynamoDB_20120810.DeleteItem", &delete).await?;
                }
            }
        }
        let bucket = self.bucket("media_bucket")?;
        let listed = self.stack.api().get(&format!("{bucket}?versions&prefix=tenants/{tenant}/")).await?;
        let listed = listed.success()?.text();
        let versions = elements(&listed, "Key").into_iter().zip(elements(&listed, "VersionId"));
        for (key, version) in versions {
            let address = format!("{bucket}/{key}?versionId={version}");
            self.stack.api().call(Method::DELETE, &address).send().await?.success()?;
        }
        Ok(())
    }

    /// Sets what the emulator leaves out of the template (point-in-time recovery), and settings that the template does
    /// not have (a stream, deletion protection): a restore must keep both.
    pub async fn change_settings(&self, table: &str) -> Result<()> {
        let table = self.aws.name(table)?;
        let recovery = json!({"PointInTimeRecoveryEnabled": true});
        let recovery = json!({"TableName": table, "PointInTimeRecoverySpecification": recovery});
        self.call_aws("DynamoDB_20120810.UpdateContinuousBackups", &recovery).await?;
        let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        let change = json!({"TableName": table, "StreamSpecification": stream});
        self.call_aws("DynamoDB_20120810.UpdateTable", &change).await?;
        let change = json!({"TableName": table, "DeletionProtectionEnabled": true});
        self.call_aws("DynamoDB_20120810.UpdateTable", &change).await?;
        Ok(())
    }

    /// Copies the tables as the operator's command does it for this point in time, which then finds the copies. The
    /// emulator ignores the time, and copies what the tables hold now.
    pub async fn copy_tables(&self, at: &str) -> Result<()> {
        for (table, _) in TABLES {
            let live = self.aws.name(table)?;
            let restore = json!({
                "SourceTableName": live,
                "TargetTableName": format!("{live}-{}", suffix(at)),
                "UseLatestRestorableTime": true,
                "BillingModeOverride": "PAY_PER_REQUEST",
            });
            self.call_aws("DynamoDB_20120810.RestoreTableToPointInTime", &restore).await?;
        }
        Ok(())
    }

    /// The items of the `identity` table, or of its copy restored to a point in time, that name a tenant.
    pub async fn identity_items(&self, at: Option<&str>, tenant: &str) -> Result<Vec<Value>> {
        let live = self.aws.name("identity_table")?;
        let table = at.map_or(Ok(live), |at| self.copy_of("identity_table", at))?;
        let mut items = self.items(&table).await?;
        items.retain(|item| item.to_string().contains(tenant));
        Ok(items)
    }

    /// The name of a table's copy restored to a point in time.
    pub fn copy_of(&self, table: &str, at: &str) -> Result<String> {
        Ok(format!("{}-{}", self.aws.name(table)?, suffix(at)))
    }

    /// The settings of a table and of its copy restored to a point in time.
    pub async fn settings_beside(&self, table: &str, at: &str) -> Result<(Value, Value)> {
        let (live, copy) = (self.aws.name(table)?, self.copy_of(table, at)?);
        Ok((self.settings(&live).await?, self.settings(&copy).await?))
    }

    /// The number of a tenant's items in the copy of a table.
    pub async fn items_beside(&self, table: &str, at: &str, tenant: &str) -> Result<usize> {
        let items = self.items(&self.copy_of(table, at)?).await?;
        Ok(items.iter().filter(|item| key(item).0.contains(tenant)).count())
    }

    async fn settings(&self, table: &str) -> Result<Value> {
        let named = json!({"TableName": table});
        let described = self.call_aws("DynamoDB_20120810.DescribeTable", &named).await?["Table"].clone();
        let expiry = self.call_aws("DynamoDB_20120810.DescribeTimeToLive", &named).await?;
        let kept = self.call_aws("DynamoDB_20120810.DescribeContinuousBackups", &named).await?;
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
            let page = self.call_aws("DynamoDB_20120810.Scan", &scan).await?;
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
        Ok(elements(&listed, "Key"))
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

    async fn call_aws(&self, target: &str, body: &Value) -> Result<Value> {
        let call = self.stack.api().call(Method::POST, &self.stack.outputs.endpoint).raw(body.to_string());
        Ok(call.header("x-amz-target", target).send().await?.json()?)
    }
}

/// The suffix that the operator's command gives to tables restored to a point in time.
fn suffix(at: &str) -> String {
    at.trim_start_matches("point-in-time:").replace(['-', ':'], "")
}

fn key(item: &Value) -> (String, String) {
    let text = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
    (text("pk"), text("sk"))
}

/// The hash of an item, independent of the order of its attributes and of the values of sets.
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

/// The content of each XML element of this name.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1);
    parts.filter_map(|rest| rest.split(&close).next()).map(str::to_owned).collect()
}
