//! The contents of a backup's files: items, object versions, and documents of jobs.

use std::collections::VecDeque;

use cloud::bucket::{Bucket, ObjectVersion, VersionCursor};
use cloud::table::Table;
use protection::backup::{BackupError, KeptObject, RecordSource};
use protection::tables::Items;
use protection::{TableKind, Tables, item};
use tenancy::TenantId;

/// Items of one table as lines of DynamoDB's JSON.
pub struct ItemLines<'a> {
    items: Items<'a>,
    table: &'a Table,
    /// Set for a tenant's items: the items outside of its partitions that they name are added, see
    /// [`TableKind::linked_key`].
    with_linked: Option<TableKind>,
    waiting: VecDeque<Vec<u8>>,
}

impl<'a> ItemLines<'a> {
    pub fn of_tenant(tables: &'a Tables, kind: TableKind, tenant: &TenantId) -> Self {
        // The map of Stripe customers is among the platform's items, which a tenant's credentials cannot read; the
        // platform's backup has it.
        let with_linked = (kind != TableKind::Billing).then_some(kind);
        let (items, table) = (tables.items(kind, tenant), tables.of(kind));
        Self { items, table, with_linked, waiting: VecDeque::new() }
    }

    pub fn of_platform(tables: &'a Tables, kind: TableKind) -> Self {
        let (items, table) = (tables.platform_items(kind), tables.of(kind));
        Self { items, table, with_linked: None, waiting: VecDeque::new() }
    }
}

impl RecordSource for ItemLines<'_> {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        loop {
            if let Some(line) = self.waiting.pop_front() {
                return Ok(Some(line));
            }
            let Some(page) = self.items.next_page().await? else { return Ok(None) };
            for own in &page {
                self.waiting.push_back(item::to_line(own)?);
            }
            let Some(kind) = self.with_linked else { continue };
            let linked: Vec<_> = page.iter().filter_map(|own| kind.linked_key(own)).collect();
            for other in self.table.get_items(&linked).await?.into_iter().flatten() {
                self.waiting.push_back(item::to_line(&other)?);
            }
        }
    }
}

/// The current versions of the objects below a prefix, without deleted objects.
struct LatestVersions<'a> {
    media: &'a Bucket,
    prefix: String,
    after: Option<VersionCursor>,
    is_over: bool,
    waiting: VecDeque<ObjectVersion>,
}

impl<'a> LatestVersions<'a> {
    const fn new(media: &'a Bucket, prefix: String) -> Self {
        Self { media, prefix, after: None, is_over: false, waiting: VecDeque::new() }
    }

    async fn next(&mut self) -> Result<Option<ObjectVersion>, BackupError> {
        loop {
            if let Some(version) = self.waiting.pop_front() {
                return Ok(Some(version));
            }
            if self.is_over {
                return Ok(None);
            }
            let page = self.media.versions(&self.prefix, self.after.take()).await?;
            self.is_over = page.next.is_none();
            self.after = page.next;
            let there = |version: &ObjectVersion| version.is_latest && !version.is_delete_marker();
            self.waiting.extend(page.versions.into_iter().filter(there));
        }
    }
}

/// The current version of each object of a tenant, as lines of [`KeptObject`].
pub struct ObjectLines<'a>(LatestVersions<'a>);

impl<'a> ObjectLines<'a> {
    pub fn new(media: &'a Bucket, tenant: &TenantId) -> Self {
        Self(LatestVersions::new(media, format!("tenants/{tenant}/")))
    }
}

impl RecordSource for ObjectLines<'_> {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        let Some(latest) = self.0.next().await? else { return Ok(None) };
        let ObjectVersion { key, version, bytes, etag, .. } = latest;
        let kept = KeptObject { key, version, bytes: bytes.unwrap_or_default(), etag };
        let mut line = serde_json::to_vec(&kept)?;
        line.push(b'\n');
        Ok(Some(line))
    }
}

/// Plans and summaries of a tenant's jobs, as entries of a tar archive: `jobs/{job}/plan.json`.
pub struct JobDocuments<'a> {
    tenant: String,
    latest: LatestVersions<'a>,
}

impl<'a> JobDocuments<'a> {
    pub fn new(media: &'a Bucket, tenant: &TenantId) -> Self {
        let tenant = format!("tenants/{tenant}/");
        Self { latest: LatestVersions::new(media, format!("{tenant}jobs/")), tenant }
    }
}

impl RecordSource for JobDocuments<'_> {
    /// Two empty blocks, the end of a tar archive.
    const TRAILER: &'static [u8] = &[0; 1024];

    async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        let Some(document) = self.latest.next().await? else { return Ok(None) };
        let body = self.latest.media.open_version(&document.key, Some(&document.version)).await?;
        let body = body.collect().await.map_err(|error| BackupError::BrokeOff {
            key: document.key.clone(),
            reason: error.to_string(),
        })?;
        let body = body.to_vec();
        let mut header = tar::Header::new_ustar();
        header.set_path(document.key.strip_prefix(&self.tenant).unwrap_or(&document.key))?;
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(u64::try_from(document.written_at).unwrap_or_default());
        header.set_cksum();
        let mut entry = tar::Builder::new(Vec::new());
        entry.append(&header, body.as_slice())?;
        // Takes the bytes before the builder writes its own trailer: the file has one trailer, at its end.
        Ok(Some(std::mem::take(entry.get_mut())))
    }
}
