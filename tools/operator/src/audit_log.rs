//! Verifies that the audit log is as it was written.

use std::collections::BTreeMap;
use std::io::{self, Write};

use audit::{AuditChain, AuditLog, ChainPosition, Seal, StoredItem};
use cloud::bucket::{Bucket, BucketError};
use cloud::table::{Table, TableError};
use protection::tombstone::TombstoneError;
use tenancy::{ContentHash, ObjectKey, TenantId};

use crate::deployment::{Deployment, DeploymentError};

/// Why the audit log could not be verified, or that it was changed.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A resource of the deployment is not named.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The table did not answer, or refused.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The vault did not answer, or refused.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The erased tenants could not be listed.
    #[error(transparent)]
    Tombstones(#[from] TombstoneError),
    /// The findings could not be printed.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// The log or the seals are not as they were written; each finding was printed.
    #[error("the audit log was changed: {0} findings")]
    Changed(usize),
}

/// The sealed chain positions in the vault, by tenant, and what is wrong with the seals themselves.
#[derive(Default)]
struct Seals {
    positions: BTreeMap<TenantId, Vec<ChainPosition>>,
    findings: Vec<String>,
}

/// Compares the chain of a tenant, or of all that were ever sealed, with itself and with the vault.
///
/// Cost: one request for each sealed document; for each tenant one read for every 4 KB of entries.
pub async fn verify(
    deployment: &Deployment,
    tenant: Option<TenantId>,
    out: &mut dyn Write,
) -> Result<(), AuditError> {
    let (table, vault) = (deployment.audit_table()?, deployment.vault()?);
    let mut seals = seals(&vault).await?;
    let tenants: Vec<TenantId> =
        tenant.map_or_else(|| seals.positions.keys().copied().collect(), |one| vec![one]);
    // The log of an erased tenant is erased too.
    let erased = deployment.tombstones()?.erased().await?;
    let mut found = seals.findings.len();
    for finding in &seals.findings {
        writeln!(out, "vault: {finding}")?;
    }
    for tenant in tenants {
        if erased.contains(&tenant) {
            writeln!(out, "{tenant}: erased")?;
            continue;
        }
        let chain = chain(&table, tenant, seals.positions.remove(&tenant).unwrap_or_default()).await?;
        let findings = audit::verify(&chain);
        found += findings.len();
        let entries = chain.entries.len();
        match findings.as_slice() {
            [] => {
                writeln!(out, "{tenant}: {entries} entries, {} sealed heads, as written", chain.sealed.len())?
            }
            findings => findings.iter().try_for_each(|finding| writeln!(out, "{tenant}: {finding}"))?,
        }
    }
    if found == 0 { Ok(()) } else { Err(AuditError::Changed(found)) }
}

/// Reads all seals. Each names the seal before it and its hash, so that none can be removed or replaced unnoticed.
async fn seals(vault: &Bucket) -> Result<Seals, AuditError> {
    let mut seals = Seals::default();
    let mut known: BTreeMap<String, ContentHash> = BTreeMap::new();
    for key in vault.keys_below(ObjectKey::AUDIT_HEADS).await? {
        let Some(listed) = ObjectKey::audit_heads_listed(&key) else {
            seals.findings.push(format!("{key} is none of ours"));
            continue;
        };
        let bytes = vault.get(&listed).await?;
        known.insert(key.clone(), ContentHash::of(&bytes));
        let Ok(seal) = serde_json::from_slice::<Seal>(&bytes) else {
            seals.findings.push(format!("{key} cannot be read"));
            continue;
        };
        if let Some(previous) = &seal.previous
            && known.get(&previous.key) != Some(&previous.sha256)
        {
            seals.findings.push(format!("{} is missing or was changed: {key} names it", previous.key));
        }
        for head in seal.heads {
            seals.positions.entry(head.tenant).or_default().push(head.position);
        }
    }
    Ok(seals)
}

async fn chain(
    table: &Table,
    tenant: TenantId,
    sealed: Vec<ChainPosition>,
) -> Result<AuditChain, AuditError> {
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = table.items(&tenant.partition(), after.as_ref()).await?;
        entries.extend(page.items.into_iter().filter_map(StoredItem::of));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let head = AuditLog::new(table.clone()).head(&tenant).await?.map(|head| head.position());
    Ok(AuditChain { tenant, entries, head, sealed })
}
