//! Verifies that nothing is left of tenants that were erased, and goes on with erasures that nothing works on.

use std::io::Write;
use std::time::Duration;

use cloud::clock;
use cloud::queue::{Queue, QueueError};
use cloud::table::TableError;
use protection::erasure::ErasureMessage;
use protection::tombstone::TombstoneError;
use protection::{TenantDataError, Tombstone};
use tenancy::TenantId;

use crate::copied_tables::{self, CopiesError};
use crate::deployment::{Deployment, DeploymentError};

/// Why it is not certain that nothing is left, or that something is.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error(transparent)]
    TenantData(#[from] TenantDataError),
    #[error(transparent)]
    Tombstone(#[from] TombstoneError),
    #[error(transparent)]
    Copies(#[from] CopiesError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("no erasure of {0} is under way")]
    NotUnderWay(TenantId),
    #[error("{left} things of {tenant} are left")]
    Left { tenant: TenantId, left: u64 },
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

/// Lists everything that is left of a tenant, by the same search that its erasure ends with, and in the copies of
/// tables that restores have left.
pub async fn verify(
    deployment: &Deployment,
    tenant: &TenantId,
    out: &mut dyn Write,
) -> Result<(), ErasureError> {
    let found = deployment.tenant_data()?.find(tenant, None, usize::MAX).await?;
    for record in &found.first {
        writeln!(out, "{record}")?;
    }
    let mut left: u64 = found.counts.values().sum();
    for copy in copied_tables::find(deployment).await? {
        let items = copy.items_of(deployment, tenant).await?;
        if items > 0 {
            writeln!(
                out,
                "{items} items in the copy {} (`operator copies` says how to delete it)",
                copy.name
            )?;
        }
        left += items;
    }
    match deployment.tombstones()?.get(tenant).await? {
        None => writeln!(out, "{tenant} has no tombstone: nobody has asked for its erasure")?,
        Some(Tombstone { requested_at, erased_at: None, .. }) => {
            writeln!(out, "{tenant} is being erased since {requested_at}")?;
        }
        Some(Tombstone { requested_at, erased_at: Some(erased_at), counts, .. }) => {
            let took = erased_at.duration_since(requested_at).as_secs();
            let counts: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            writeln!(
                out,
                "{tenant} was erased at {erased_at}, {took} s after that was asked for: {}",
                counts.join(", ")
            )?;
        }
    }
    match left {
        0 => Ok(writeln!(out, "nothing of {tenant} is left")?),
        left => Err(ErasureError::Left { tenant: *tenant, left }),
    }
}

/// Sends the message again that asks for a tenant's erasure. An erasure whose item was lost goes on from its tombstone.
/// Does no harm where the erasure is worked on already.
pub async fn resume(
    deployment: &Deployment,
    tenant: &TenantId,
    out: &mut dyn Write,
) -> Result<(), ErasureError> {
    let tombstone = deployment.tombstones()?.get(tenant).await?;
    let is_begun = tombstone.is_some_and(|tombstone| tombstone.erased_at.is_none());
    if !is_begun && deployment.identity_store()?.erasure(tenant).await?.is_none() {
        return Err(ErasureError::NotUnderWay(*tenant));
    }
    let (queue, _) = deployment.erasure_queues()?;
    let message = ErasureMessage { tenant: *tenant, asked_at: clock::now() };
    let queue = Queue::new(&deployment.config, queue);
    queue.send(&message, &tenant.to_string(), Duration::ZERO).await?;
    Ok(writeln!(out, "the erasure of {tenant} goes on; `erasure verify` tells when it is complete")?)
}
