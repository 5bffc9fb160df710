use std::io::Write;

use metering::{Feature, MetricUsage};
use tenancy::TenantId;

use crate::allowances::line;
use crate::deployment::Deployment;
use crate::error::OperatorError;

/// What a tenant uses, as a table.
pub async fn show(
    deployment: &Deployment,
    tenant: &TenantId,
    out: &mut dyn Write,
) -> Result<(), OperatorError> {
    deployment.identity_store()?.tenant(tenant).await?.ok_or(OperatorError::NoTenant(*tenant))?;
    let entitlements = deployment.entitlements()?;
    let allowance = entitlements.allowance(tenant).await?;
    let usage = deployment.counter()?.usage(tenant, &allowance).await?;
    let features = entitlements.features(tenant).await?;

    writeln!(out, "{tenant}, plan {}, {}", allowance.plan(), usage.month)?;
    writeln!(out, "{:<16}{:>16}{:>16}{:>16}{:>6}", "metric", "used", "held", "limit", "%")?;
    for metric in &usage.metrics {
        writeln!(out, "{}", row(metric))?;
    }
    for grant in allowance.grants() {
        writeln!(out, "granted: {}", line(grant))?;
    }
    for feature in Feature::ALL.into_iter().filter(|feature| !features.is_on(*feature)) {
        writeln!(out, "switched off: {feature}")?;
    }
    Ok(())
}

fn row(usage: &MetricUsage) -> String {
    let shown = |counted| usage.metric.shown(counted).to_string();
    let (used, held) = (shown(usage.used), shown(usage.held));
    let limit = usage.limit.map_or_else(|| "-".to_owned(), shown);
    let percent = usage.percent().map_or_else(|| "-".to_owned(), |percent| percent.to_string());
    format!("{:<16}{used:>16}{held:>16}{limit:>16}{percent:>6}", usage.metric.as_str())
}
