//! Everything that is stored of a tenant: counted, listed, erased.

use std::collections::BTreeMap;
use std::fmt;

use cloud::bucket::{Bucket, BucketError, ObjectVersion, UnfinishedUpload};
use cloud::table::{Item, Key, Table, TableError};
use tenancy::{Partition, TenantId};

use crate::tables::{TableKind, Tables};

/// Every place that stores a tenant's data. Only what the handles' credentials may read is found: the function that
/// erases tenants has credentials for one tenant at a time.
#[derive(Clone)]
pub struct TenantData {
    /// The tables that hold its items.
    pub tables: Tables,
    /// The table `billing`, with credentials for the platform's partition, which says to which tenant each Stripe
    /// customer belongs.
    pub customers: Table,
    /// The bucket of its objects.
    pub media: Bucket,
    /// The bucket of its backups.
    pub vault: Bucket,
}

/// The prefix of the sort keys of the items that map Stripe customers to tenants.
const CUSTOMERS: &str = "CUSTOMER#";

/// Why a tenant's data could not be listed or erased.
#[derive(Debug, thiserror::Error)]
pub enum TenantDataError {
    /// A table did not answer, or refused.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A bucket did not answer, or refused.
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

/// One stored thing of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantRecord {
    /// An item.
    Item(TableKind, Key),
    /// A version of an object, or a delete marker.
    Version(ObjectVersion),
    /// A multipart upload that was neither completed nor aborted.
    Upload(UnfinishedUpload),
    /// A version of a file of a backup.
    Backup(ObjectVersion),
}

impl TenantRecord {
    /// The name under which it is counted: `studio_items`, `object_versions`, `delete_markers`, `unfinished_uploads`,
    /// `backup_versions`.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Item(table, _) => format!("{}_items", table.as_str()),
            Self::Version(version) if version.is_delete_marker() => "delete_markers".to_owned(),
            Self::Version(_) => "object_versions".to_owned(),
            Self::Upload(_) => "unfinished_uploads".to_owned(),
            Self::Backup(_) => "backup_versions".to_owned(),
        }
    }
}

impl fmt::Display for TenantRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(table, key) => write!(f, "{} {} / {}", table.as_str(), key.partition(), key.sort()),
            Self::Version(version) if version.is_delete_marker() => {
                write!(f, "delete marker {} {}", version.key, version.version)
            }
            Self::Version(version) => write!(f, "object {} {}", version.key, version.version),
            Self::Upload(upload) => write!(f, "unfinished upload {} {}", upload.key, upload.id),
            Self::Backup(version) => write!(f, "backup {} {}", version.key, version.version),
        }
    }
}

/// What is stored of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantDataReport {
    /// How many records there are of each [kind](TenantRecord::kind).
    pub counts: BTreeMap<String, u64>,
    /// The first records, as many as were asked for.
    pub first: Vec<TenantRecord>,
}

impl TenantDataReport {
    fn add(&mut self, record: TenantRecord, most: usize) {
        *self.counts.entry(record.kind()).or_default() += 1;
        if self.first.len() < most {
            self.first.push(record);
        }
    }
}

impl TenantData {
    /// Counts everything that is stored of a tenant, and lists the first `most` records. The item of the `identity`
    /// table with the sort key `but` is left out. Cost: seven queries, one read for every 4 KB of items, one request for
    /// every 1,000 versions, one for unfinished uploads, and one or more for each date of which there are backups.
    ///
    /// # Errors
    /// [`TenantDataError`] when a table or a bucket does not answer, or refuses.
    pub async fn find(
        &self,
        tenant: &TenantId,
        but: Option<&str>,
        most: usize,
    ) -> Result<TenantDataReport, TenantDataError> {
        let mut found = TenantDataReport::default();
        for kind in TableKind::ALL {
            let mut items = self.tables.items(kind, tenant);
            while let Some(page) = items.next_page().await? {
                for key in keys_of(&page, kind, but) {
                    found.add(TenantRecord::Item(kind, key), most);
                }
            }
        }
        for key in self.find_customers(tenant).await? {
            found.add(TenantRecord::Item(TableKind::Billing, key), most);
        }
        let own = own_objects(tenant);
        each_version(&self.media, &own, |version| found.add(TenantRecord::Version(version), most)).await?;
        for upload in self.media.unfinished_uploads(&own).await? {
            found.add(TenantRecord::Upload(upload), most);
        }
        for folder in self.vault.backup_folders(tenant).await? {
            each_version(&self.vault, &folder, |version| found.add(TenantRecord::Backup(version), most))
                .await?;
        }
        Ok(found)
    }

    /// Erases the tenant's items in a table, except the one with the sort key `but`. Items outside of the tenant's
    /// partitions must be erased before, because these items name them. Idempotent: after a crash it can be called
    /// again. Cost: one query for every MB, one write for each item.
    ///
    /// # Errors
    /// [`TenantDataError`] when a table or a bucket does not answer, or refuses.
    pub async fn erase_items(
        &self,
        kind: TableKind,
        tenant: &TenantId,
        but: Option<&str>,
    ) -> Result<(), TenantDataError> {
        let mut items = self.tables.items(kind, tenant);
        while let Some(page) = items.next_page().await? {
            self.tables.of(kind).delete_items(keys_of(&page, kind, but)).await?;
        }
        Ok(())
    }

    /// Erases a page of the tenant's objects, every version and delete marker; true when there may be more. Cost: two
    /// requests for up to 1,000.
    ///
    /// # Errors
    /// [`TenantDataError`] when a table or a bucket does not answer, or refuses.
    pub async fn erase_objects(&self, tenant: &TenantId) -> Result<bool, TenantDataError> {
        // Lists from the beginning every time: the pages before are erased.
        let page = self.media.versions(&own_objects(tenant), None).await?;
        self.media.delete_versions(&page.versions).await?;
        Ok(page.next.is_some())
    }

    /// Aborts the tenant's unfinished multipart uploads. Cost: one request for up to 1,000, and one for each.
    ///
    /// # Errors
    /// [`TenantDataError`] when a table or a bucket does not answer, or refuses.
    pub async fn erase_uploads(&self, tenant: &TenantId) -> Result<(), TenantDataError> {
        loop {
            let uploads = self.media.unfinished_uploads(&own_objects(tenant)).await?;
            if uploads.is_empty() {
                return Ok(());
            }
            for upload in &uploads {
                self.media.abort_upload(upload).await?;
            }
        }
    }

    /// Erases the tenant's backups. Cost: one request for every 1,000 dates, two for each date.
    ///
    /// # Errors
    /// [`TenantDataError`] when a table or a bucket does not answer, or refuses.
    pub async fn erase_backups(&self, tenant: &TenantId) -> Result<(), TenantDataError> {
        for folder in self.vault.backup_folders(tenant).await? {
            loop {
                let page = self.vault.versions(&folder, None).await?;
                self.vault.delete_versions(&page.versions).await?;
                if page.next.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The ids of every Stripe customer of the tenant (`cus_…`). Cost: one query for every MB of all customers.
    ///
    /// # Errors
    /// [`TenantDataError`] when the table does not answer, or refuses.
    pub async fn customers(&self, tenant: &TenantId) -> Result<Vec<String>, TenantDataError> {
        let keys = self.find_customers(tenant).await?;
        Ok(keys.iter().filter_map(|key| key.sort().strip_prefix(CUSTOMERS)).map(str::to_owned).collect())
    }

    /// Erases the items that map Stripe customers to the tenant. They are in the platform's partition and are all read,
    /// because the tenant's own account may not name every one. Cost: one query for every MB of all customers, one write for each of the
    /// tenant's.
    ///
    /// # Errors
    /// [`TenantDataError`] when a table or a bucket does not answer, or refuses.
    pub async fn erase_customers(&self, tenant: &TenantId) -> Result<(), TenantDataError> {
        Ok(self.customers.delete_items(self.find_customers(tenant).await?).await?)
    }

    async fn find_customers(&self, tenant: &TenantId) -> Result<Vec<Key>, TableError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = self.customers.items(&Partition::platform(), after.as_ref()).await?;
            let is_own = |item: &&Item| {
                let owner = item.get("tenant").and_then(|value| value.as_s().ok());
                owner.is_some_and(|owner| *owner == tenant.to_string())
            };
            let keys = page.items.iter().filter(is_own).map(Key::of_item);
            found.extend(keys.filter(|key| key.sort().starts_with(CUSTOMERS)));
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }
}

/// Lists every version of the objects whose keys begin with `prefix`. Cost: one request for every 1,000.
async fn each_version(
    bucket: &Bucket,
    prefix: &str,
    mut each: impl FnMut(ObjectVersion),
) -> Result<(), BucketError> {
    let mut after = None;
    loop {
        let page = bucket.versions(prefix, after).await?;
        page.versions.into_iter().for_each(&mut each);
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

fn keys_of(page: &[Item], kind: TableKind, but: Option<&str>) -> Vec<Key> {
    let is_kept = |key: &Key| kind == TableKind::Identity && but == Some(key.sort());
    page.iter().map(Key::of_item).filter(|key| !is_kept(key)).collect()
}

/// The prefix of all objects of a tenant.
fn own_objects(tenant: &TenantId) -> String {
    format!("tenants/{tenant}/")
}
