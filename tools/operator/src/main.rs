//! The operator's command: what is done by hand on a deployment, with the operator's own AWS credentials.
//!
//! `operator --help` lists the commands; `infra/runbooks` has examples. A command finds the deployment's tables,
//! buckets and queues in `--stack-outputs`, or by the environment variables that the functions use too.
//!
//! Commands hold the dialogue with the operator only: what they do to data is in the libraries that the functions use,
//! except for restores, which no function does.

mod allowances;
mod audit_log;
mod copied_tables;
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
        Command::Grant(args) => allowances::grant(&deployment, &args, out).await,
        Command::Grants(subject) => allowances::list(&deployment, subject.scope(), out).await,
        Command::Features(args) => allowances::switch(&deployment, &args, out).await,
        Command::Usage { tenant } => usage::show(&deployment, &tenant, out).await,
        Command::Reconcile { mode } => Ok(reconcile::reconcile(&deployment, mode, out).await?),
        Command::Erasure { action: ErasureAction::Verify, tenant } => {
            Ok(erasure::verify(&deployment, &tenant, out).await?)
        }
        Command::Erasure { action: ErasureAction::Resume, tenant } => {
            Ok(erasure::resume(&deployment, &tenant, out).await?)
        }
        Command::Copies => Ok(copied_tables::list(&deployment, out).await?),
        Command::Restore(args) => Ok(restore::restore(&deployment, &args, out).await?),
        Command::Audit(AuditCommand::Verify { tenant }) => {
            Ok(audit_log::verify(&deployment, tenant, out).await?)
        }
        Command::Redrive(args) => Ok(redrive::redrive(&deployment, &args, out).await?),
    }
}
