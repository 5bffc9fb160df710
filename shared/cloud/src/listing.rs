//! Listings of a bucket, for functions with `s3:ListBucket`: those behind the API do not have it.

use std::collections::BTreeSet;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::operation::list_objects_v2::builders::ListObjectsV2FluentBuilder;
use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::Object;
use tenancy::{ObjectKey, TenantId};

use crate::bucket::{Bucket, BucketError, unlisted};
use crate::cause::sdk_cause;

/// The prefix of all tenants' objects.
const TENANTS: &str = "tenants/";
/// The prefix of all tombstones.
const TOMBSTONES: &str = "tombstones/";

/// A page of a tenant's objects.
#[derive(Clone, Debug)]
pub struct ObjectPage {
    /// The objects, in the order of their keys.
    pub objects: Vec<ListedObject>,
    /// S3's continuation token; none on the last page.
    pub next: Option<String>,
}

/// An object of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedObject {
    /// The object's key; none when it has a form that this code does not write.
    pub key: Option<ObjectKey>,
    /// The object's size in bytes.
    pub bytes: u64,
    /// When it was written, seconds since 1970.
    pub written_at: i64,
}

impl Bucket {
    /// The next tenants that have objects, in the order of their ids, after `after`; empty when there are no more.
    /// Cost: one request for up to 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] when S3 does not answer.
    pub async fn tenants(&self, after: Option<&TenantId>) -> Result<Vec<TenantId>, BucketError> {
        // In ASCII `0` follows `/`: the listing starts behind all objects of that tenant.
        let after = after.map(|tenant| format!("{TENANTS}{tenant}0"));
        let request = self.list(TENANTS).delimiter("/").set_start_after(after);
        let answer = sent(request, TENANTS).await?;
        let names = answer.common_prefixes().iter().filter_map(|common| common.prefix());
        let tenant = |name: &str| name.strip_prefix(TENANTS)?.strip_suffix('/')?.parse().ok();
        Ok(names.filter_map(tenant).collect())
    }

    /// A page of a tenant's objects; `after` is what the page before gave as [`next`](ObjectPage::next). Cost: one
    /// request for up to 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] when S3 does not answer.
    pub async fn objects(&self, tenant: &TenantId, after: Option<String>) -> Result<ObjectPage, BucketError> {
        let prefix = format!("{TENANTS}{tenant}/");
        let answer = sent(self.list(&prefix).set_continuation_token(after), &prefix).await?;
        let listed = |object: &Object| ListedObject {
            key: object.key().and_then(|key| ObjectKey::listed(tenant, key)),
            bytes: object.size().and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
            written_at: object.last_modified().map_or(0, DateTime::secs),
        };
        let objects = answer.contents().iter().map(listed).collect();
        Ok(ObjectPage { objects, next: answer.next_continuation_token })
    }

    /// The tenants that have a tombstone in this bucket. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] when S3 does not answer.
    pub async fn tombstones(&self) -> Result<BTreeSet<TenantId>, BucketError> {
        let (mut tenants, mut after) = (BTreeSet::new(), None);
        loop {
            let answer = sent(self.list(TOMBSTONES).set_continuation_token(after), TOMBSTONES).await?;
            let tenant = |key: &str| -> Option<TenantId> {
                key.strip_prefix(TOMBSTONES)?.strip_suffix(".json")?.parse().ok()
            };
            tenants.extend(answer.contents().iter().filter_map(|object| tenant(object.key()?)));
            after = answer.next_continuation_token;
            if after.is_none() {
                return Ok(tenants);
            }
        }
    }

    /// All keys with this prefix, in their order. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] when S3 does not answer.
    pub async fn keys_below(&self, prefix: &str) -> Result<Vec<String>, BucketError> {
        let (mut keys, mut after) = (Vec::new(), None);
        loop {
            let answer = sent(self.list(prefix).set_continuation_token(after), prefix).await?;
            keys.extend(answer.contents().iter().filter_map(|object| object.key().map(str::to_owned)));
            after = answer.next_continuation_token;
            if after.is_none() {
                return Ok(keys);
            }
        }
    }

    /// The tenants that have a folder below `prefix`, which ends with a slash. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] when S3 does not answer.
    pub async fn tenants_below(&self, prefix: &str) -> Result<BTreeSet<TenantId>, BucketError> {
        let (mut tenants, mut after) = (BTreeSet::new(), None);
        loop {
            let request = self.list(prefix).delimiter("/").set_continuation_token(after);
            let answer = sent(request, prefix).await?;
            let names = answer.common_prefixes().iter().filter_map(|common| common.prefix());
            let tenant = |name: &str| -> Option<TenantId> {
                name.strip_prefix(prefix)?.strip_suffix('/')?.parse().ok()
            };
            tenants.extend(names.filter_map(tenant));
            after = answer.next_continuation_token;
            if after.is_none() {
                return Ok(tenants);
            }
        }
    }

    fn list(&self, prefix: &str) -> ListObjectsV2FluentBuilder {
        self.client.list_objects_v2().bucket(&self.name).prefix(prefix)
    }
}

async fn sent(request: ListObjectsV2FluentBuilder, prefix: &str) -> Result<ListObjectsV2Output, BucketError> {
    request.send().await.map_err(|error| unlisted(prefix, sdk_cause(&error)))
}
