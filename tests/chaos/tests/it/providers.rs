//! An image provider that does not answer, a speech provider that is down: the embedded fallbacks make the artefacts, the
//! receipt says so, and the film is finished.

use anyhow::{Result, bail, ensure};
use chaos::{ChaosStack, TwoSceneProject};
use client::{Receipt, StepKind, StepReceipt};
use fault_proxy::{Fault, FaultProxy};
use harness::StackOption;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_does_not_come_in_time_is_painted_here() -> Result<()> {
    let provider = FaultProxy::start().await?;
    provider.inject(Fault::Hang);
    let receipt = film_with(
        "image-timeout",
        &[
            StackOption::Parameter("ImageProvider", "bedrock"),
            StackOption::Environment("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", &provider.url()),
            StackOption::Environment("PROVIDER_TIMEOUT_S", "1"),
        ],
    )
    .await?;
    let images = of_kind(&receipt, StepKind::Image);
    ensure!(images.iter().all(|step| step.provider == "painter" && step.degraded), "{images:?}");
    for step in images {
        let [told] = step.fallbacks.as_slice() else { bail!("one fallback: {step:?}") };
        ensure!((told.provider.as_str(), told.status) == ("bedrock", 408), "{told:?}");
        ensure!(told.message.contains("did not answer in time"), "{told:?}");
        ensure!(told.message.contains("painter"), "{told:?}");
    }
    ensure!(receipt.totals.images == 2, "what the painter paints counts: {:?}", receipt.totals);
    ensure!(provider.take_calls().len() >= 2, "nobody asked the provider");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn speech_whose_provider_is_down_is_spoken_here() -> Result<()> {
    let provider = FaultProxy::start().await?;
    provider.inject(Fault::ServerError);
    let receipt = film_with(
        "narration-down",
        &[
            StackOption::Parameter("NarrationProvider", "polly"),
            StackOption::Environment("AWS_ENDPOINT_URL_POLLY", &provider.url()),
        ],
    )
    .await?;
    let narrations = of_kind(&receipt, StepKind::Narration);
    ensure!(narrations.iter().all(|step| step.provider == "espeak-ng" && step.degraded), "{narrations:?}");
    for step in narrations {
        let [told] = step.fallbacks.as_slice() else { bail!("one fallback: {step:?}") };
        ensure!((told.provider.as_str(), told.status) == ("polly", 503), "{told:?}");
        ensure!(told.message.contains("narration provider was not available"), "{told:?}");
    }
    ensure!(receipt.totals.speech_ms > 0, "{:?}", receipt.totals);
    ensure!(provider.take_calls().len() >= 2, "nobody asked the provider");
    Ok(())
}

async fn film_with(name: &str, options: &[StackOption<'_>]) -> Result<Receipt> {
    let lease = StackOption::Environment("STEP_LEASE_S", "15");
    let chaos = ChaosStack::start(name, &[options, &[lease]].concat()).await?;
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let (receipt, _) = film.film(&chaos).await?;
    chaos.verify_charges().await?;
    Ok(receipt)
}

fn of_kind(receipt: &Receipt, kind: StepKind) -> Vec<&StepReceipt> {
    receipt.steps.iter().filter(|step| step.kind == kind).collect()
}
