//! What an operator does by hand, with AWS credentials of their own.

mod allowances;
mod audit_log;
mod deployment;
mod erasure;
mod error;
mod options;
mod reconcile;
mod redrive;
mod restore;
mod usage;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;

use crate::deployment::Deployment;
use crate::error::OperatorError;
use crate::options::{AuditCommand, Command, ErasureAction, Options};

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
        Command::Audit(AuditCommand::Verify { tenant }) => {
            Ok(audit_log::verify(&deployment, tenant, out).await?)
        }
        Command::Redrive(order) => Ok(redrive::redrive(&deployment, &order, out).await?),
    }
}
