use std::time::Duration;

use anyhow::Result;
use client::LocalStack;
use fault_proxy::FaultProxy;
use harness::{Aws, OwnStack, StackOption, UNLIMITED};
use tokio::task::JoinHandle;

use crate::ledger::Ledger;

/// How often the sweeper comes: a deployment's comes once a minute.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// The services that steps call. Each finds the proxy by a variable of its own: the emulator sets the one
/// for all of them itself.
const BEHIND_THE_PROXY: [&str; 4] =
    ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_STS"];

/// Leases and deliveries that end within seconds. A lease is renewed every third of it, and has to outlast
/// the moments for which a busy machine stands still.
const SHORT_LEASES: [StackOption<'static>; 2] =
    [StackOption::Environment("STEP_LEASE_S", "4"), StackOption::Environment("STEP_DELIVERY_S", "5")];

/// A stack of one test's own, whose functions reach AWS through a proxy, and to which the sweeper comes
/// every second.
#[derive(Debug)]
pub struct ChaosStack {
    /// The stack.
    pub stack: LocalStack,
    /// What its functions' calls pass.
    pub proxy: FaultProxy,
    /// What the people of this stack were charged.
    pub(crate) ledger: Ledger,
    sweeping: JoinHandle<()>,
    _own: OwnStack,
}

impl ChaosStack {
    /// Starts one. `options` come on top of those of every such stack.
    ///
    /// # Errors
    /// When it cannot be started, with what it says about that.
    pub async fn start(name: &str, options: &[StackOption<'_>]) -> Result<Self> {
        let proxy = FaultProxy::start().await?;
        let url = proxy.url();
        let mut all = [UNLIMITED, &SHORT_LEASES].concat();
        all.extend(BEHIND_THE_PROXY.map(|variable| StackOption::Environment(variable, &url)));
        all.extend(options);
        let own = OwnStack::start(name, &all)?;
        proxy.forward_to(&own.stack.outputs.endpoint);
        let stack = own.stack.clone();
        let aws = Aws::of(&stack)?;
        let sweeping = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP_INTERVAL).await;
                // One that fails is followed by the next.
                aws.invoke("sweeper").await.ok();
            }
        });
        Ok(Self { stack, proxy, ledger: Ledger::default(), sweeping, _own: own })
    }

    /// Has the usage log written, and compares it with the receipts of everybody who was here.
    ///
    /// # Errors
    /// When they are not the same, to the unit.
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
