use std::io::Write;

use cloud::table::Item;
use cloud::table::types::AttributeValue;
use jiff::civil::Date;
use protection::backup::{Backup, BackupError, Part};
use protection::{ErasedTenants, TableKind, Tables, item};
use tenancy::{ObjectKey, TenantId};

use super::context::RestoreContext;
use super::copies::{self, Copies};
use super::error::RestoreError;
use super::items::Merge;
use super::objects;
use crate::deployment::Deployment;
use crate::options::Restore;

/// Restores from the backup of a date. Every file is read and compared with its manifest before anything is written.
pub async fn restore(
    deployment: &Deployment,
    context: &RestoreContext,
    args: &Restore,
    night: Date,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    let tenant = args.subject.tenant();
    let (owners, unfinished) = owners(context, tenant, night, out).await?;
    for backup in &owners {
        backup.verify().await?;
    }
    writeln!(out, "backup of {night}: {} parts, every file as it was written", owners.len())?;

    let aside = match &args.suffix {
        None => None,
        Some(suffix) => {
            let copies = Copies::new(deployment, &context.names, suffix);
            copies.report(out).await?;
            if args.apply {
                copies.create(copies::Origin::Empty).await?;
            }
            Some(Tables::new(&deployment.config, &copies.names()))
        }
    };
    let tables = aside.as_ref().unwrap_or(&context.live);
    for backup in &owners {
        restore_owner(context, args, tenant, tables, backup, out).await?;
    }
    if aside.is_some() && args.apply {
        copies::remind(out)?;
    }
    if unfinished > 0 { Err(RestoreError::Unfinished(unfinished)) } else { Ok(()) }
}

/// The complete backups of the date, the platform's first; and how many tenants' backups are incomplete.
async fn owners(
    context: &RestoreContext,
    tenant: Option<TenantId>,
    night: Date,
    out: &mut dyn Write,
) -> Result<(Vec<Backup>, usize), RestoreError> {
    let platform = match Backup::open(context.vault.clone(), night, None).await {
        Err(BackupError::Missing(_)) => return Err(RestoreError::NoNight(night)),
        other => other?,
    };
    let mut owners = vec![platform];
    if let Some(tenant) = tenant {
        owners.push(Backup::open(context.vault.clone(), night, Some(&tenant)).await?);
        return Ok((owners, 0));
    }
    let (erased, mut unfinished) = (context.erased().await?, 0);
    for tenant in context.vault.tenants_below(&ObjectKey::backups_of(night)).await? {
        if erased.contains(&tenant) {
            writeln!(out, "{tenant} was erased, and stays away")?;
            continue;
        }
        match Backup::open(context.vault.clone(), night, Some(&tenant)).await {
            Ok(backup) => owners.push(backup),
            Err(BackupError::Missing(_)) => {
                unfinished += 1;
                writeln!(out, "{tenant} has no finished backup of that night")?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok((owners, unfinished))
}

async fn restore_owner(
    context: &RestoreContext,
    args: &Restore,
    tenant: Option<TenantId>,
    tables: &Tables,
    backup: &Backup,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    let (owner, taken_at) = (backup.manifest.tenant, backup.manifest.begun_at);
    match owner {
        Some(owner) => writeln!(out, "{owner}")?,
        None => writeln!(out, "platform")?,
    }
    for part in Part::OF_PLATFORM {
        let (Some(kind), Some(mut lines)) = (part.table(), backup.lines(part).await?) else { continue };
        let Some(erased) = still_wanted(context, tenant, owner, out).await? else { return Ok(()) };
        let mut merge = Merge::new(context, &erased, args, kind, tables.of(kind), taken_at);
        while let Some(line) = lines.next().await? {
            let kept = item::from_line(&line)?;
            // When one tenant is restored, of the platform's items only those about this tenant are.
            if owner.is_some() || tenant.is_none_or(|tenant| is_about(&kept, tenant)) {
                merge.add(kept).await?;
            }
        }
        merge.finish().await?.write(TableKind::as_str(kind), args.replace, out)?;
    }
    // Objects are restored in place only: copies of the tables name the same objects.
    if let Some(owner) = owner.filter(|_| args.suffix.is_none())
        && still_wanted(context, tenant, Some(owner), out).await?.is_some()
    {
        objects::restore(&context.media, backup, &owner, args.apply).await?.write(out)?;
    }
    Ok(())
}

/// The tenants that are erased by now; none when the owner is one of them. It is asked before each table and the
/// objects: a restore takes hours, in which tenants are erased.
async fn still_wanted(
    context: &RestoreContext,
    tenant: Option<TenantId>,
    owner: Option<TenantId>,
    out: &mut dyn Write,
) -> Result<Option<ErasedTenants>, RestoreError> {
    let erased = context.erased().await?;
    match owner {
        Some(owner) if context.is_leaving(&owner, &erased).await? => match tenant {
            // Nothing else was to be restored.
            Some(_) => Err(RestoreError::Erased(owner)),
            None => {
                writeln!(out, "  is being erased, and stays away")?;
                Ok(None)
            }
        },
        _ => Ok(Some(erased)),
    }
}

fn is_about(item: &Item, tenant: TenantId) -> bool {
    let named = item.get("tenant").and_then(|value: &AttributeValue| value.as_s().ok());
    named.is_some_and(|named| *named == tenant.to_string())
}
