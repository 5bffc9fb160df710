use std::io::Write;

use cloud::table::{Item, Key};
use jiff::Timestamp;
use protection::{TableKind, Tables};
use tenancy::TenantId;

use super::context::RestoreContext;
use super::copies::{Copies, Origin};
use super::error::RestoreError;
use super::items::Merge;
use super::objects;
use super::purge;
use crate::deployment::Deployment;
use crate::options::Restore;

/// Restores by DynamoDB's point-in-time recovery, which always makes new tables, without the settings of the old ones:
/// gives the new tables these settings, deletes erased tenants from them, and then copies one tenant's items back to the
/// live tables, or deletes what was revoked since and prints the steps by which the new tables replace the live ones.
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
            None => "and are ready to be put in the place of the others".to_owned(),
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
        let gone = erase_again(context, &restored).await?;
        writeln!(out, "{gone} items of erased tenants were deleted from them")?;
    }
    match args.subject.tenant() {
        Some(tenant) if args.suffix.is_none() => {
            copy_back(context, args, at, &restored, &tenant, out).await?;
            if args.apply {
                writeln!(out, "the tables of {at} can be deleted when nobody else is copied out of them")?;
            }
        }
        _ => {
            purge::purge(context, args, restored.of(TableKind::Identity), out).await?;
            if args.suffix.is_none() && args.apply {
                steps(&copies, out)?;
            }
        }
    }
    Ok(())
}

/// Deletes erased tenants' items from the tables: their partitions, and the items outside of these that they name. Cost:
/// one query for each erased tenant and table.
async fn erase_again(context: &RestoreContext, restored: &Tables) -> Result<usize, RestoreError> {
    let mut gone = 0;
    for tenant in context.erased.iter() {
        for kind in TableKind::RESTORED {
            let table = restored.of(kind);
            let mut items = restored.items(kind, tenant);
            while let Some(page) = items.next_page().await? {
                let linked: Vec<Key> = page.iter().filter_map(|own| kind.linked_key(own)).collect();
                let named: Vec<Item> = table.get_items(&linked).await?.into_iter().flatten().collect();
                let mut keys: Vec<Key> = Vec::new();
                for item in named {
                    let key = Key::of_item(&item);
                    match context.erased.without_erased(item.clone()) {
                        None => keys.push(key),
                        Some(left) if left != item => table.put_items([left]).await?,
                        Some(_) => {}
                    }
                }
                keys.extend(page.iter().map(Key::of_item));
                gone += keys.len();
                table.delete_items(keys).await?;
            }
        }
    }
    Ok(gone)
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
        let mut merge = Merge::new(context, args, kind, context.live.of(kind), at);
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
    objects::restore_to(&context.media, tenant, at, args.apply).await?.write(out)?;
    Ok(())
}

/// Prints what is left to do by hand, because CloudFormation owns the tables' names.
fn steps(copies: &Copies<'_>, out: &mut dyn Write) -> Result<(), RestoreError> {
    let names = copies.names();
    writeln!(out, "To put them in the place of the others (infra/runbooks/restore.md says more):")?;
    writeln!(out, "1. Stop writes: set the functions' reserved concurrency to 0.")?;
    writeln!(out, "2. In template.yaml give each table its new name, and import it instead of the old one:")?;
    for kind in TableKind::RESTORED {
        writeln!(out, "     {:<10} TableName: {}", kind.as_str(), names.of(kind))?;
    }
    writeln!(
        out,
        "   (remove the old resource, whose DeletionPolicy is Retain; import with the same logical id)"
    )?;
    writeln!(out, "3. Deploy, take the reserved concurrency away, and look at /readyz.")?;
    Ok(())
}
