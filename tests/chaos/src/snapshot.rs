//! All data in a deployment, as its services list it, to be compared and searched for a tenant's ids.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use client::{LocalStack, Method};
use harness::Aws;
use serde_json::{Value, json};

use crate::aws::call_aws;

/// The tables that hold tenants' data, by their keys in the stack's outputs.
const TABLES: [&str; 5] =
    ["identity_table", "metering_table", "studio_table", "billing_table", "audit_table"];

/// The buckets, by their keys in the stack's outputs.
const BUCKETS: [&str; 2] = ["media_bucket", "vault_bucket"];

/// Every item of the tables, and every object version, delete marker and unfinished upload of the buckets: one text for
/// each, which begins with the name of its table or bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeSet<String>);

impl Snapshot {
    /// Takes a snapshot of a stack.
    ///
    /// # Errors
    /// When a service does not answer.
    pub async fn of(stack: &LocalStack) -> Result<Self> {
        let mut all = BTreeSet::new();
        for table in TABLES {
            let mut scan = json!({"TableName": Aws::of(stack)?.name(table)?, "ConsistentRead": true});
            loop {
                let page = call_aws(stack, "DynamoDB_20120810.Scan", &scan).await?;
                let items = page["Items"].as_array().context("no items")?;
                all.extend(items.iter().map(|item| format!("{table} {item}")));
                match &page["LastEvaluatedKey"] {
                    Value::Null => break,
                    next => scan["ExclusiveStartKey"] = next.clone(),
                }
            }
        }
        for bucket in BUCKETS {
            all.extend(versions(stack, bucket).await?);
            all.extend(uploads(stack, bucket).await?);
        }
        Ok(Self(all))
    }

    /// The entries that contain one of these texts.
    #[must_use]
    pub fn mentioning(&self, texts: &[&str]) -> Vec<&str> {
        self.0.iter().map(String::as_str).filter(|one| texts.iter().any(|text| one.contains(text))).collect()
    }

    /// How many entries there are of each table and bucket, in words.
    #[must_use]
    pub fn summary(found: &[&str]) -> String {
        let kinds: BTreeSet<&str> = found.iter().filter_map(|one| one.split(' ').next()).collect();
        let count = |kind: &&str| found.iter().filter(|one| one.split(' ').next() == Some(*kind)).count();
        let counts: Vec<String> = kinds.iter().map(|kind| format!("{} of {kind}", count(kind))).collect();
        if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") }
    }
}

/// The object versions and delete markers of a bucket: `media_bucket {key} {version} {ETag}`.
async fn versions(stack: &LocalStack, bucket: &str) -> Result<Vec<String>> {
    let name = Aws::of(stack)?.name(bucket)?;
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = xml(stack, &format!("{name}?versions{after}")).await?;
        for (kind, mark) in [("Version", ""), ("DeleteMarker", " (delete marker)")] {
            for entry in elements(&page, kind) {
                let part = |name| elements(entry, name).next().unwrap_or_default();
                found.push(format!("{bucket} {} {} {}{mark}", part("Key"), part("VersionId"), part("ETag")));
            }
        }
        if elements(&page, "IsTruncated").next() != Some("true") {
            return Ok(found);
        }
        let part = |name| elements(&page, name).next().unwrap_or_default();
        after = format!(
            "&key-marker={}&version-id-marker={}",
            part("NextKeyMarker"),
            part("NextVersionIdMarker")
        );
    }
}

/// The unfinished multipart uploads of a bucket: `media_bucket {key} (unfinished)`.
async fn uploads(stack: &LocalStack, bucket: &str) -> Result<Vec<String>> {
    let page = xml(stack, &format!("{}?uploads", Aws::of(stack)?.name(bucket)?)).await?;
    let key = |entry| elements(entry, "Key").next().unwrap_or_default().to_owned();
    Ok(elements(&page, "Upload").map(|entry| format!("{bucket} {} (unfinished)", key(entry))).collect())
}

async fn xml(stack: &LocalStack, path: &str) -> Result<String> {
    let call = stack.api().call(Method::GET, &format!("{}/{path}", stack.outputs.endpoint));
    let answer = call.send().await?;
    Ok(answer.success()?.text())
}

/// The content of each XML element of this name. The answers do not nest elements of one name.
fn elements<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts: Vec<&str> = xml.split(open.as_str()).skip(1).collect();
    parts.into_iter().filter_map(move |part| part.split(close.as_str()).next())
}
