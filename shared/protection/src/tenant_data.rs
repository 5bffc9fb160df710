//! All that is kept of a tenant: counted, listed, erased.

use std::collections::BTreeMap;
use std::fmt;

use cloud::bucket::{Bucket, BucketError, ObjectVersion, UnfinishedUpload};
use cloud::table::{Item, Key, Table, TableError};
use tenancy::{Partition, TenantId};

use crate::tables::{TableKind, Tables};

/// Where something of a tenant may be. What these handles may reach is all that is seen: a function that does
/// this for a tenant has credentials for that tenant alone.
#[derive(Clone)]
pub struct TenantData {
    /// Its items.
    pub tables: Tables,
    /// Whose customers of Stripe's are: the platform's partition of `billing`.
    pub customers: Table,
    /// Its objects.
    pub media: Bucket,
    /// Its backups.
    pub vault: Bucket,
}

/// Why it is not known what is left, or why something is.
#[derive(Debug, thiserror::Error)]
pub enum TenantDataError {
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A bucket.
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

/// Something of a tenant's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantRecord {
    /// An item.
    Item(TableKind, Key),
    /// A version of an object, or a delete marker.
    Version(ObjectVersion),
    /// An object that somebody began and did not finish.
    Upload(UnfinishedUpload),
    /// A version of a file of a backup.
    Backup(ObjectVersion),
}

impl TenantRecord {
    /// What it is counted as: `studio_items`, `object_versions`, `delete_markers`, `unfinished_uploads`,
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

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantDataReport {
    /// How many of each [kind](TenantRecord::kind).
    pub counts: BTreeMap<String, u64>,
    /// The first of them.
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
    /// Counts all that is left of a tenant, and lists the first `most` of it. The item under `but`, by its sort
    /// key in `identity`, does not count. Cost: six queries, one read for every 4 KB of items, one request for
    /// every 1,000 versions, one for unfinished uploads, and one for each night of which there are backups.
    ///
    /// # Errors
    /// [`TenantDataError`].
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
        let mut after = None;
        loop {
            let page = self.media.versions(&own, after).await?;
            for version in page.versions {
                found.add(TenantRecord::Version(version), most);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        for upload in self.media.unfinished_uploads(&own).await? {
            found.add(TenantRecord::Upload(upload), most);
        }
        for folder in self.vault.backup_folders(tenant).await? {
            for version in self.vault.versions(&folder, None).await?.versions {
                found.add(TenantRecord::Backup(version), most);
            }
        }
        Ok(found)
    }

    /// Erases the tenant's items in a table, but for the one under `but`; what lies outside its partition is
    /// not found from here any more. May be done again after a crash at any point. Cost: one query for every MB,
    /// one write for each item.
    ///
    /// # Errors
    /// [`TenantDataError`].
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

    /// Erases a page of the tenant's objects: every version and delete marker; whether there may be more. Cost:
    /// two requests for up to 1,000.
    ///
    /// # Errors
    /// [`TenantDataError`].
    pub async fn erase_objects(&self, tenant: &TenantId) -> Result<bool, TenantDataError> {
        // From the beginning every time: what was there before is gone.
        let page = self.media.versions(&own_objects(tenant), None).await?;
        self.media.delete_versions(&page.versions).await?;
        Ok(page.next.is_some())
    }

    /// Gives up the objects of the tenant that somebody began and did not finish. Cost: one request for up to
    /// 1,000, and one for each.
    ///
    /// # Errors
    /// [`TenantDataError`].
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

    /// Erases the tenant's backups. Cost: one request for every 1,000 nights, two for each night.
    ///
    /// # Errors
    /// [`TenantDataError`].
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

    /// Erases that customers of Stripe's are the tenant's. Their names stand with everybody's, whatever the
    /// tenant's own account still says. Cost: one query for every MB of all customers, one write for each of the
    /// tenant's.
    ///
    /// # Errors
    /// [`TenantDataError`].
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
            found.extend(keys.filter(|key| key.sort().starts_with("CUSTOMER#")));
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }
}

fn keys_of(page: &[Item], kind: TableKind, but: Option<&str>) -> Vec<Key> {
    let is_kept = |key: &Key| kind == TableKind::Identity && but == Some(key.sort());
    page.iter().map(Key::of_item).filter(|key| !is_kept(key)).collect()
}

/// What the keys of all objects of a tenant begin with.
fn own_objects(tenant: &TenantId) -> String {
    format!("tenants/{tenant}/")
}
