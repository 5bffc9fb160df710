//! What an operator does by hand, with AWS credentials of their own.

mod allowances;
mod chains;
mod deployment;
mod erasure;
mod options;
mod reconcile;
mod redrive;
mod restore;
mod usage;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;
use cloud::table::TableError;

use crate::chains::AuditError;
use crate::deployment::{Deployment, DeploymentError};
use crate::erasure::ErasureError;
use crate::options::{AuditCommand, Command, ErasureAction, Options};
use crate::reconcile::ReconcileError;
use crate::redrive::RedriveError;
use crate::restore::RestoreError;

/// Why a command was not done, in words for the person at the keyboard.
#[derive(Debug, thiserror::Error)]
enum OperatorError {
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Redrive(#[from] RedriveError),
    #[error(transparent)]
    Erasure(#[from] ErasureError),
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
    Output(#[from] io::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse(), &mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("operator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options, out: &mut dyn Write) -> Result<(), OperatorError> {
    let deployment = Deployment::new(options.deployment).await?;
    match options.command {
        Command::Grant(order) => allowances::grant(&deployment, &order, out).await,
        Command::Grants(subject) => allowances::list(&deployment, subject.scope(), out).await,
        Command::Features(order) => allowances::switch(&deployment, &order, out).await,
        Command::Usage { tenant } => usage::show(&deployment, &tenant, out).await,
        Command::Reconcile { mode } => Ok(reconcile::reconcile(&deployment, mode, out).await?),
        Command::Erasure { action: ErasureAction::Verify, tenant } => {
            Ok(erasure::verify(&deployment, &tenant, out).await?)
        }
        Command::Restore(order) => Ok(restore::restore(&deployment, &order, out).await?),
        Command::Audit(AuditCommand::Verify { tenant }) => Ok(chains::check(&deployment, tenant, out).await?),
        Command::Redrive(order) => Ok(redrive::redrive(&deployment, &order, out).await?),
    }
}
