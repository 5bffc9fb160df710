//! Verifies that nothing is left of tenants that were erased.

use std::io::Write;

use protection::tombstone::TombstoneError;
use protection::{TenantDataError, Tombstone};
use tenancy::TenantId;

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
    #[error("{left} things of {tenant} are left")]
    Left { tenant: TenantId, left: u64 },
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

/// Lists everything that is left of a tenant, by the same search that its erasure ends with.
pub async fn verify(
    deployment: &Deployment,
    tenant: &TenantId,
    out: &mut dyn Write,
) -> Result<(), ErasureError> {
    let found = deployment.tenant_data()?.find(tenant, None, usize::MAX).await?;
    for record in &found.first {
        writeln!(out, "{record}")?;
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
    match found.counts.values().sum() {
        0 => Ok(writeln!(out, "nothing of {tenant} is left")?),
        left => Err(ErasureError::Left { tenant: *tenant, left }),
    }
}
