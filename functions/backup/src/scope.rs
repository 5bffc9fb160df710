use cloud::bucket::Bucket;
use jiff::civil::Date;
use protection::backup::{BackupError, BackupWriter, Part};
use protection::{TableKind, Tables};
use tenancy::TenantId;

use crate::sources::{ItemLines, JobDocuments, ObjectLines};

/// Where a backup is read from and written to, with the credentials that the handles were made with.
pub struct BackupScope {
    /// The tables that hold tenants' items.
    pub tables: Tables,
    /// The bucket of tenants' objects.
    pub media: Bucket,
    /// The bucket of backups.
    pub vault: Bucket,
}

impl BackupScope {
    /// Backs up a tenant, unless its backup of this date is complete. Files of more than `limit` bytes are compressed.
    /// Cost: reading its items and the documents of its jobs once, one request for every 1,000 object versions, and two
    /// for each of seven files.
    pub async fn backup_tenant(&self, night: Date, tenant: TenantId, limit: u64) -> Result<(), BackupError> {
        let begun = BackupWriter::begin(self.vault.clone(), night, Some(tenant), limit).await?;
        let Some(mut backup) = begun else { return Ok(()) };
        for (part, kind) in table_parts() {
            backup.keep(part, || ItemLines::of_tenant(&self.tables, kind, &tenant)).await?;
        }
        backup.keep(Part::Objects, || ObjectLines::new(&self.media, &tenant)).await?;
        backup.keep(Part::Jobs, || JobDocuments::new(&self.media, &tenant)).await?;
        backup.finish().await?;
        Ok(())
    }

    /// Backs up the platform's items, unless the backup of this date is complete. Cost: reading the items once, and two
    /// requests for each of five files.
    pub async fn backup_platform(&self, night: Date, limit: u64) -> Result<(), BackupError> {
        let begun = BackupWriter::begin(self.vault.clone(), night, None, limit).await?;
        let Some(mut backup) = begun else { return Ok(()) };
        for (part, kind) in table_parts() {
            backup.keep(part, || ItemLines::of_platform(&self.tables, kind)).await?;
        }
        backup.finish().await?;
        Ok(())
    }
}

/// The parts that hold items, each with its table.
fn table_parts() -> impl Iterator<Item = (Part, TableKind)> {
    Part::OF_PLATFORM.into_iter().filter_map(|part| Some((part, part.table()?)))
}
