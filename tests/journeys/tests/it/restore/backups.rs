//! A backup that was written cannot be replaced, and is counted and erased in all of its versions.

use anyhow::{Context as _, Result, ensure};
use cloud::bucket::{Bucket, BucketError, WORKER_TIMEOUT};
use cloud::clock;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use harness::{Aws, new_user, shared};
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use protection::backup::{Backup, BackupError, BackupWriter, Part, RecordSource};
use protection::{TableNames, Tables, TenantData};
use tenancy::{ObjectKey, TenantId};
use tokio::sync::Notify;

/// A file's content: one record, repeated so many times.
struct Records(Vec<u8>, usize);

impl RecordSource for Records {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        let Some(left) = self.1.checked_sub(1) else { return Ok(None) };
        self.1 = left;
        Ok(Some(self.0.clone()))
    }
}

/// Content that begins to be written and then waits until another run has written the same file.
struct Late<'a> {
    begun: &'a Notify,
    go: &'a Notify,
    records: Option<Records>,
}

impl RecordSource for Late<'_> {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        if self.records.is_none() {
            self.begun.notify_one();
            self.go.notified().await;
        }
        self.records.get_or_insert_with(|| record("other", 1)).next().await
    }
}

fn record(text: &str, records: usize) -> Records {
    Records(format!("{text}\n").into_bytes(), records)
}

fn is_there_already(error: &BackupError) -> bool {
    matches!(error, BackupError::Bucket(BucketError::Exists(_)))
}

/// A size in bytes that no file has here: nothing is compressed.
const NO_LIMIT: u64 = u64::MAX;

#[tokio::test]
async fn a_written_backup_cannot_be_replaced() -> Result<()> {
    let stack = shared()?;
    let (vault, person) = (Aws::of(&stack)?.vault()?, new_user(&stack).await?);
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    // A night of which nobody else makes a backup.
    let night = clock::now().to_zoned(TimeZone::UTC).date() - 400.days();
    let begin = || BackupWriter::begin(vault.clone(), night, Some(tenant), NO_LIMIT);

    // Two runs at once: whoever is later is refused, for a file of one request and for one of several parts.
    for (part, records) in [(Part::Metering, 1), (Part::Studio, 9)] {
        // The second file has nine records of a MiB: more than one part of a multipart upload.
        let content =
            || if records == 1 { record("first", 1) } else { record(&"x".repeat(1 << 20), records) };
        let (mut one, mut other) = (begin().await?.context("complete")?, begin().await?.context("complete")?);
        let (begun, go) = (Notify::new(), Notify::new());
        let late = other.keep(part, || Late { begun: &begun, go: &go, records: None });
        let early = async {
            begun.notified().await;
            let written = one.keep(part, content).await;
            go.notify_one();
            written
        };
        let (first, second) = futures_util::join!(early, late);
        first?;
        ensure!(second.as_ref().is_err_and(is_there_already), "{part:?} was written twice: {second:?}");
    }
    // An attempt that died before it recorded a file: the next one writes another.
    let progress = ObjectKey::backup(night, Some(&tenant), "progress.json");
    vault.delete(&progress).await?;
    let mut third = begin().await?.context("complete")?;
    third.keep(Part::Metering, || record("third", 3)).await?;
    let rival = begin().await?.context("complete")?;
    third.finish().await?;
    let refused = rival.finish().await;
    ensure!(refused.as_ref().is_err_and(is_there_already), "the manifest was written twice");
    ensure!(begin().await?.is_none(), "a complete backup is begun again");

    let backup = Backup::open(vault.clone(), night, Some(&tenant)).await?;
    backup.verify().await?;
    let mut lines = backup.lines(Part::Metering).await?.context("no file")?;
    ensure!(lines.next().await?.as_deref() == Some(b"third".as_slice()), "another file than the manifest's");
    let first = vault.get(&ObjectKey::backup(night, Some(&tenant), "metering.jsonl")).await?;
    ensure!(first == b"first\n", "the first file was replaced");

    // What an erasure does: every version goes, whatever its name.
    let folder = ObjectKey::backup_folder(night, Some(&tenant));
    let versions = vault.versions(&folder, None).await?.versions;
    ensure!(versions.iter().any(|version| version.key.ends_with("/1-metering.jsonl")), "{versions:?}");
    vault.delete_versions(&versions).await?;
    ensure!(vault.versions(&folder, None).await?.versions.is_empty(), "a backup cannot be erased");
    Ok(())
}

/// More than S3 lists at once.
const MANY_VERSIONS: u64 = 1_010;

#[tokio::test]
async fn every_version_of_a_backup_is_counted_and_erased() -> Result<()> {
    let stack = shared()?;
    let (aws, person) = (Aws::of(&stack)?, new_user(&stack).await?);
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    // With the time that the function has which erases: the emulator takes long for a thousand versions at once.
    let vault = Bucket::new(&aws.config, aws.name("vault_bucket")?, true, WORKER_TIMEOUT);
    let night = clock::now().to_zoned(TimeZone::UTC).date() - 401.days();
    // The progress of a backup is the one document that is written again and again.
    let progress = ObjectKey::backup(night, Some(&tenant), "progress.json");
    let writes = (0..MANY_VERSIONS).map(|_| vault.put(&progress, b"{}".to_vec(), "application/json"));
    stream::iter(writes).buffer_unordered(32).try_collect::<Vec<()>>().await?;

    let names = TableNames {
        identity: aws.name("identity_table")?,
        metering: aws.name("metering_table")?,
        studio: aws.name("studio_table")?,
        billing: aws.name("billing_table")?,
        audit: aws.name("audit_table")?,
        revocations: aws.name("revocations_table")?,
    };
    let data = TenantData {
        tables: Tables::new(&aws.config, &names),
        customers: aws.table("billing_table")?,
        media: aws.bucket()?,
        vault,
    };
    let count =
        async || anyhow::Ok(data.find(&tenant, None, 0).await?.counts.get("backup_versions").copied());
    let counted = count().await?;
    ensure!(counted == Some(MANY_VERSIONS), "{counted:?} of {MANY_VERSIONS} versions are counted");
    data.erase_backups(&tenant).await?;
    let left = count().await?;
    ensure!(left.is_none(), "{left:?} versions are left");
    Ok(())
}
