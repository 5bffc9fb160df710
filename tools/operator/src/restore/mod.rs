//! Restores lost data: from a nightly backup, or from DynamoDB's point-in-time recovery and S3's versions.
//!
//! For both sources: nothing is written without `--apply`; only what differs is written, so that an interrupted restore
//! can be begun again; and nothing of an erased tenant is restored. Of the `identity` table no credential comes back
//! unless `--credentials` names it, and nothing that was revoked since: see [`identity_guard`].

mod backup;
mod context;
mod copies;
mod endings;
mod erasures;
mod error;
mod identity_guard;
mod identity_tally;
mod items;
mod objects;
mod owners;
mod person;
mod point_in_time;
mod purge;
mod revoked;
mod settings;

use std::io::Write;

use protection::{Tables, Tombstones};

use self::context::RestoreContext;
pub use self::error::RestoreError;
use crate::deployment::Deployment;
use crate::options::{Restore, RestoreSource};

/// Restores, or prints what would be restored.
pub async fn restore(
    deployment: &Deployment,
    args: &Restore,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    let (names, vault) = (deployment.tables()?, deployment.vault()?);
    let context = RestoreContext {
        live: Tables::new(&deployment.config, &names),
        names,
        media: deployment.media()?,
        tombstones: Tombstones::new(vault.clone()),
        vault,
    };
    if let Some(tenant) = args.subject.tenant()
        && context.is_leaving(&tenant, &context.erased().await?).await?
    {
        return Err(RestoreError::Erased(tenant));
    }
    match args.from {
        RestoreSource::Backup(night) => backup::restore(deployment, &context, args, night, out).await?,
        RestoreSource::PointInTime(at) => point_in_time::restore(deployment, &context, args, at, out).await?,
    }
    if !args.apply {
        writeln!(out, "nothing was written: --apply does it")?;
    }
    Ok(())
}
