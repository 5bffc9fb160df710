//! A stack whose AWS calls can be made to fail.

use std::time::Duration;

use anyhow::Result;
use client::LocalStack;
use fault_proxy::FaultProxy;
use harness::{Aws, OwnStack, StackOption, UNLIMITED};
use tokio::task::JoinHandle;

use crate::ledger::Ledger;

/// How often the sweeper is invoked here; in a deployment it runs once a minute.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// The endpoint variables of the services that steps call. Each service has its own, because the emulator itself sets
/// `AWS_ENDPOINT_URL`.
const BEHIND_THE_PROXY: [&str; 4] =
    ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_STS"];

/// Leases and redeliveries after seconds instead of a minute. A lease is renewed after a third of its time, and has to
/// outlast the pauses of a busy machine.
const SHORT_LEASES: [StackOption<'static>; 2] =
    [StackOption::Environment("STEP_LEASE_S", "4"), StackOption::Environment("STEP_DELIVERY_S", "5")];

/// Workers show their open files, by which [`CallerLookup`](crate::CallerLookup) knows their calls. Everywhere else
/// they hide them, as in production.
const INSPECTABLE: StackOption<'static> = StackOption::Environment("INSPECTABLE", "true");

/// A stack for one test, whose functions reach AWS through a proxy and whose sweeper runs every second.
#[derive(Debug)]
pub struct ChaosStack {
    /// The running stack.
    pub stack: LocalStack,
    /// The proxy that the functions' AWS calls pass.
    pub proxy: FaultProxy,
    /// What the users of this stack were charged.
    pub(crate) ledger: Ledger,
    sweeping: JoinHandle<()>,
    _own: OwnStack,
}

impl ChaosStack {
    /// Starts a stack. `options` come after the options of every such stack, and override them.
    ///
    /// # Errors
    /// When the stack or the proxy cannot be started.
    pub async fn start(name: &str, options: &[StackOption<'_>]) -> Result<Self> {
        let proxy = FaultProxy::start().await?;
        let url = proxy.url();
        let mut all = [UNLIMITED, &SHORT_LEASES, &[INSPECTABLE]].concat();
        all.extend(BEHIND_THE_PROXY.map(|variable| StackOption::Environment(variable, &url)));
        all.extend(options);
        let own = OwnStack::start(name, &all)?;
        proxy.forward_to(&own.stack.outputs.endpoint);
        let stack = own.stack.clone();
        let aws = Aws::of(&stack)?;
        let sweeping = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP_INTERVAL).await;
                // A failed run is made up for by the next.
                aws.invoke("sweeper").await.ok();
            }
        });
        Ok(Self { stack, proxy, ledger: Ledger::default(), sweeping, _own: own })
    }

    /// Ends all faults, has the usage log written, and compares it with the receipts of all users of this stack.
    ///
    /// # Errors
    /// When log and receipts differ by a unit or more.
    pub async fn verify_charges(&self) -> Result<()> {
        self.proxy.clear_fault();
        self.ledger.verify_usage_log(&self.stack).await
    }
}

impl Drop for ChaosStack {
    fn drop(&mut self) {
        self.sweeping.abort();
    }
}
