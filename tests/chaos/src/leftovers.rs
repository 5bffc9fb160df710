//! What must not be left behind when a job has ended.

use std::collections::BTreeMap;

use anyhow::Result;
use client::LocalStack;

use crate::aws::{Item, items};

/// What a tenant whose jobs have all ended should not have in the tables any more: steps that are due, backlog entries,
/// taken slots, holds on quotas. One description for each; none are left when it is empty.
///
/// # Errors
/// When a query fails.
pub(crate) async fn leftovers(stack: &LocalStack, tenant: &str) -> Result<Vec<String>> {
    let studio = items(stack, "studio_table", tenant).await?;
    let metering = items(stack, "metering_table", tenant).await?;
    let left = studio.iter().filter_map(left_in_studio);
    let held = metering.iter().filter(|item| item.text("sk").starts_with("HOLD#"));
    Ok(left.chain(held.map(|item| format!("{} is held", item.text("sk")))).collect())
}

/// Describes an item of the studio table that is left over. `STEP` items are steps, `LINE` items the backlog, the `LANE`
/// item counts slots. Jobs and slots may keep an entry in the sweeper's index, which checks them later.
fn left_in_studio(item: &Item) -> Option<String> {
    let sk = item.text("sk");
    let (kind, _) = sk.split_once('#').unwrap_or((sk, ""));
    let count = |name| item.number(name).unwrap_or(0);
    match kind {
        "STEP" => item.number("due_at").map(|due| format!("{sk} ({}) is due at {due}", item.text("state"))),
        "LINE" => Some(format!("{sk} stands in line")),
        "LANE" if count("taken") != 0 => Some(format!("the lane has {} places taken", count("taken"))),
        "LANE" if count("in_line") != 0 => Some(format!("the lane counts {} in line", count("in_line"))),
        _ => None,
    }
}

/// The sum of a tenant's usage events, by metric, in counted units.
///
/// # Errors
/// When a query fails.
pub(crate) async fn usage_events(stack: &LocalStack, tenant: &str) -> Result<BTreeMap<String, i64>> {
    let metering = items(stack, "metering_table", tenant).await?;
    let mut sums = BTreeMap::new();
    for event in metering.iter().filter(|item| item.text("sk").starts_with("EVENT#")) {
        *sums.entry(event.text("metric").to_owned()).or_default() += event.number("amount").unwrap_or(0);
    }
    Ok(sums)
}
