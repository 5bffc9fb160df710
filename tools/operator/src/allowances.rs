use std::io::Write;

use cloud::clock;
use metering::{Feature, Grant, Scope};
use uuid::Uuid;

use crate::deployment::Deployment;
use crate::error::OperatorError;
use crate::options::{self, Position};

/// Makes a grant that counts from now on.
pub async fn grant(
    deployment: &Deployment,
    args: &options::Grant,
    out: &mut dyn Write,
) -> Result<(), OperatorError> {
    let scope = args.subject.scope();
    check(deployment, &scope).await?;
    let (from, until) = (clock::now(), args.until);
    if until <= from {
        return Err(OperatorError::Over(until));
    }
    let grant = Grant { id: Uuid::now_v7(), percent: args.percent, metric: args.metric, from, until };
    deployment.entitlements()?.grant(&scope, &grant).await?;
    Ok(writeln!(out, "granted to {}: {}", name(&scope), line(&grant))?)
}

/// Lists grants, also those that no longer count and are still there.
pub async fn list(deployment: &Deployment, scope: Scope, out: &mut dyn Write) -> Result<(), OperatorError> {
    check(deployment, &scope).await?;
    let (grants, now) = (deployment.entitlements()?.grants(&scope).await?, clock::now());
    if grants.is_empty() {
        writeln!(out, "nothing is granted to {}", name(&scope))?;
    }
    for grant in grants {
        let over = if grant.is_live(now) { "" } else { " (no longer)" };
        writeln!(out, "{}{over}", line(&grant))?;
    }
    Ok(())
}

/// Switches features off or on.
pub async fn switch(
    deployment: &Deployment,
    args: &options::Switch,
    out: &mut dyn Write,
) -> Result<(), OperatorError> {
    let scope = args.subject.scope();
    check(deployment, &scope).await?;
    let entitlements = deployment.entitlements()?;
    let is_on = args.position == Position::On;
    let position = if is_on { "on" } else { "off" };
    for feature in Feature::ALL.into_iter().filter(|it| args.feature.is_none_or(|only| only == *it)) {
        entitlements.switch(&scope, feature, is_on).await?;
        writeln!(out, "{feature} is switched {position} for {}", name(&scope))?;
    }
    Ok(())
}

/// Fails for a tenant that does not exist, which is a mistyped id.
async fn check(deployment: &Deployment, scope: &Scope) -> Result<(), OperatorError> {
    let Scope::Tenant(tenant) = scope else { return Ok(()) };
    let found = deployment.identity_store()?.tenant(tenant).await?;
    found.map(drop).ok_or(OperatorError::NoTenant(*tenant))
}

fn name(scope: &Scope) -> String {
    match scope {
        Scope::Tenant(tenant) => tenant.to_string(),
        Scope::Platform => "all tenants".to_owned(),
    }
}

/// A grant in a line.
pub fn line(grant: &Grant) -> String {
    let what = grant.metric.map_or("everything", |metric| metric.as_str());
    let Grant { percent, from, until, .. } = grant;
    format!("{percent} % more of {what}, from {from:.0} until {until:.0}")
}
