use std::collections::BTreeMap;
use std::io::{self, Write};

use cloud::table::Key;
use jiff::Timestamp;
use protection::{ErasedTenants, TableKind, Tables};
use tenancy::TenantId;

use super::context::RestoreContext;
use super::copies::{self, Copies, Origin};
use super::endings::Endings;
use super::erasures::{Erasures, erase_again};
use super::error::RestoreError;
use super::items::Merge;
use super::objects;
use super::purge;
use crate::deployment::Deployment;
use crate::options::Restore;

/// Restores by DynamoDB's point-in-time recovery, which always makes new tables, without the settings of the old ones:
/// gives the new tables these settings, and then copies one tenant's items back to the live tables, or prepares the new
/// ones to take the place of the live ones.
pub async fn restore(
    deployment: &Deployment,
    context: &RestoreContext,
    args: &Restore,
    at: Timestamp,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    // Named after the time, so that a restore that is begun again finds its own tables and no others.
    let suffix = args.suffix.clone().unwrap_or_else(|| at.strftime("%Y%m%dT%H%M%SZ").to_string());
    let copies = Copies::new(deployment, &context.names, &suffix);
    writeln!(out, "tables as they were at {at}:")?;
    copies.report(out).await?;
    if !args.apply {
        let then = match args.subject.tenant() {
            _ if args.suffix.is_some() => "and stay beside the others".to_owned(),
            Some(tenant) => format!("and the items of {tenant} are copied back"),
            None => "and are put in the place of the others once writes are stopped".to_owned(),
        };
        writeln!(
            out,
            "they would be made, lose whatever is of erased tenants and what was revoked since, {then}"
        )?;
        // Only the tables themselves tell which items there are.
        if !copies.are_there().await? {
            writeln!(out, "which members and credentials come back can be named once they are made")?;
            return Ok(());
        }
    }
    let restored = Tables::new(&deployment.config, &copies.names());
    if args.apply {
        copies.create(Origin::PointInTime(at)).await?;
    }
    match (args.subject.tenant(), &args.suffix) {
        (Some(tenant), None) => copy_back(context, args, at, &restored, &tenant, out).await?,
        (None, None) => swap(context, args, &copies, &restored, out).await?,
        (_, Some(_)) => look(context, args, &restored, out).await?,
    }
    if args.apply {
        copies::remind(out)?;
    }
    Ok(())
}

/// Purges tables that stay beside the live ones.
async fn look(
    context: &RestoreContext,
    args: &Restore,
    restored: &Tables,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    if args.apply {
        let gone = erase_again(&context.erased().await?, restored).await?;
        writeln!(out, "{gone} items of erased tenants were deleted from them")?;
    }
    purge::purge(context, args, restored.of(TableKind::Identity), &BTreeMap::new(), args.apply, out).await
}

/// Purges the tables that are to take the place of the live ones, and prints the steps by which they do. What is ended
/// between the purge and these steps would come back, so that nothing is purged before the operator says that writes
/// are stopped; and where something was ended meanwhile, they were not.
async fn swap(
    context: &RestoreContext,
    args: &Restore,
    copies: &Copies<'_>,
    restored: &Tables,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    let identity = restored.of(TableKind::Identity);
    if !args.writes_stopped {
        let erasures = Erasures::read(context).await?;
        purge::purge(context, args, identity, &erasures.under_way, false, out).await?;
        if args.apply {
            writeln!(out, "The tables are made and not purged: do not use them yet.")?;
            writeln!(
                out,
                "Stop writes: set the functions' reserved concurrency to 0. Wait 15 minutes, which a"
            )?;
            writeln!(out, "function may still run. Then run this command again, with --writes-stopped.")?;
        }
        return Ok(());
    }
    let before = Endings::read(context).await?;
    let erasures = Erasures::read(context).await?;
    let gone = erase_again(&erasures.complete, restored).await?;
    writeln!(out, "{gone} items of erased tenants were deleted from them")?;
    purge::purge(context, args, identity, &erasures.under_way, true, out).await?;
    erasures.carry_over(restored, out).await?;
    match Endings::read(context).await?.since(&before) {
        0 => Ok(steps(copies, &erasures, out)?),
        ended => Err(RestoreError::WritesGoOn(ended)),
    }
}

async fn copy_back(
    context: &RestoreContext,
    args: &Restore,
    at: Timestamp,
    restored: &Tables,
    tenant: &TenantId,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    writeln!(out, "{tenant}")?;
    for kind in TableKind::RESTORED {
        // Making the tables takes hours, in which the tenant may have been erased.
        let erased = still_here(context, tenant).await?;
        let mut merge = Merge::new(context, &erased, args, kind, context.live.of(kind), at);
        let mut items = restored.items(kind, tenant);
        while let Some(page) = items.next_page().await? {
            let linked: Vec<Key> = page.iter().filter_map(|own| kind.linked_key(own)).collect();
            let named = restored.of(kind).get_items(&linked).await?;
            for item in page.into_iter().chain(named.into_iter().flatten()) {
                merge.add(item).await?;
            }
        }
        merge.finish().await?.write(kind.as_str(), args.replace, out)?;
    }
    still_here(context, tenant).await?;
    objects::restore_to(&context.media, tenant, at, args.apply).await?.write(out)?;
    Ok(())
}

/// The tenants that are erased by now, unless this one is among them.
async fn still_here(context: &RestoreContext, tenant: &TenantId) -> Result<ErasedTenants, RestoreError> {
    let erased = context.erased().await?;
    if context.is_leaving(tenant, &erased).await? { Err(RestoreError::Erased(*tenant)) } else { Ok(erased) }
}

/// Prints what is left to do by hand, because CloudFormation owns the tables' names.
fn steps(copies: &Copies<'_>, erasures: &Erasures, out: &mut dyn Write) -> io::Result<()> {
    let names = copies.names();
    writeln!(out, "The tables are purged. What is ended from now on would come back: leave writes stopped.")?;
    writeln!(out, "To put them in the place of the others (infra/runbooks/restore.md says more):")?;
    writeln!(out, "1. In template.yaml give each table its new name, and import it instead of the old one:")?;
    for kind in TableKind::RESTORED {
        writeln!(out, "     {:<10} TableName: {}", kind.as_str(), names.of(kind))?;
    }
    writeln!(
        out,
        "   (remove the old resource, whose DeletionPolicy is Retain; import with the same logical id)"
    )?;
    writeln!(out, "2. Deploy, take the reserved concurrency away, and look at /readyz.")?;
    for (number, tenant) in (3..).zip(erasures.under_way.keys()) {
        writeln!(out, "{number}. operator erasure resume --tenant {tenant}")?;
    }
    Ok(())
}
