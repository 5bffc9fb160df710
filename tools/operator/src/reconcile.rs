use std::io::{self, Write};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use serde::Deserialize;
use serde_json::json;

use crate::deployment::{Deployment, DeploymentError};
use crate::options::ReconcileMode;

/// Why subscriptions were not compared with Stripe's, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error("the function cannot be run: {0}")]
    Invoke(String),
    #[error("the function failed, see its log: {0}")]
    Failed(String),
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// The function's answer.
#[derive(Deserialize)]
struct Report {
    accounts: usize,
    subscriptions: usize,
    drift: Vec<Drift>,
    mended: usize,
    revenue: Revenue,
}

#[derive(Deserialize)]
struct Drift {
    tenant: Option<String>,
    customer: String,
    kind: String,
    detail: String,
}

#[derive(Deserialize)]
struct Revenue {
    mrr: Vec<Amount>,
    subscriptions: u64,
    churn: f64,
}

#[derive(Deserialize)]
struct Amount {
    currency: String,
    amount: i64,
}

/// Invokes the reconcile function, which has Stripe's API key, so that the operator needs none, and prints its report.
pub async fn reconcile(
    deployment: &Deployment,
    mode: ReconcileMode,
    out: &mut dyn Write,
) -> Result<(), ReconcileError> {
    let event = json!({ "apply": mode == ReconcileMode::Apply }).to_string();
    let invoke = Client::new(&deployment.config).invoke().function_name(deployment.reconcile_function()?);
    let answer = invoke.payload(Blob::new(event)).send().await;
    let answer = answer.map_err(|error| ReconcileError::Invoke(error.into_service_error().to_string()))?;
    let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
    let failed = || ReconcileError::Failed(String::from_utf8_lossy(&payload).into_owned());
    if answer.function_error.is_some() {
        return Err(failed());
    }
    let report: Report = serde_json::from_slice(&payload).map_err(|_| failed())?;
    write(&report, mode, out)?;
    Ok(())
}

fn write(report: &Report, mode: ReconcileMode, out: &mut dyn Write) -> io::Result<()> {
    for drift in &report.drift {
        let tenant = drift.tenant.as_deref().unwrap_or("nobody");
        writeln!(out, "{:<18}{tenant} {} {}", drift.kind, drift.customer, drift.detail)?;
    }
    let mended = match mode {
        ReconcileMode::Report => String::new(),
        ReconcileMode::Apply => format!(", {} mended", report.mended),
    };
    writeln!(
        out,
        "{} accounts, {} subscriptions in Stripe: {} differ{mended}",
        report.accounts,
        report.subscriptions,
        report.drift.len()
    )?;
    for sum in &report.revenue.mrr {
        let (currency, amount) = (sum.currency.to_uppercase(), sum.amount);
        writeln!(
            out,
            "MRR {currency} {amount} (smallest unit) of {} subscriptions",
            report.revenue.subscriptions
        )?;
    }
    writeln!(out, "churn {:.1} % in 30 days", report.revenue.churn * 100.0)
}
