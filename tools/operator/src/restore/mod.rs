//! Gives back what was lost: out of a nightly backup, or out of what DynamoDB and S3 remember.
//!
//! Whatever the source: nothing is written without `--apply`; only what differs is written, so that a restore
//! that was broken off is begun again and goes on; and nothing of an erased tenant comes back.

mod backup;
mod context;
mod copies;
mod error;
mod items;
mod objects;
mod point_in_time;
mod settings;

use std::io::Write;

use protection::{Tables, Tombstones};

use self::context::RestoreContext;
pub use self::error::RestoreError;
use crate::deployment::Deployment;
use crate::options::{Restore, RestoreSource};

/// Restores, or says what would be restored.
pub async fn restore(
    deployment: &Deployment,
    order: &Restore,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    let (names, vault) = (deployment.tables()?, deployment.vault()?);
    let context = RestoreContext {
        live: Tables::new(&deployment.config, &names),
        names,
        media: deployment.media()?,
        erased: Tombstones::new(vault.clone()).erased().await?,
        vault,
    };
    if let Some(tenant) = order.subject.tenant().filter(|tenant| context.erased.contains(tenant)) {
        return Err(RestoreError::Erased(tenant));
    }
    match order.from {
        RestoreSource::Backup(night) => backup::restore(deployment, &context, order, night, out).await?,
        RestoreSource::PointInTime(at) => {
            point_in_time::restore(deployment, &context, order, at, out).await?
        }
    }
    if !order.apply {
        writeln!(out, "nothing was written: --apply does it")?;
    }
    Ok(())
}
