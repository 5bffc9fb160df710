use cloud::table::TableError;

use crate::audit_log::AuditError;
use crate::copied_tables::CopiesError;
use crate::deployment::DeploymentError;
use crate::erasure::ErasureError;
use crate::reconcile::ReconcileError;
use crate::redrive::RedriveError;
use crate::restore::RestoreError;

/// Why a command failed, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Redrive(#[from] RedriveError),
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    #[error(transparent)]
    Copies(#[from] CopiesError),
    #[error(transparent)]
    Reconcile(#[from] ReconcileError),
    #[error(transparent)]
    Restore(#[from] RestoreError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("there is no tenant {0}")]
    NoTenant(tenancy::TenantId),
    #[error("a grant that ends at {0} would never count")]
    Over(jiff::Timestamp),
    #[error(transparent)]
    Output(#[from] std::io::Error),
}
