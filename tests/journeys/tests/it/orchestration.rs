//! Fairness between tenants, and the DynamoDB calls of a step.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use client::{Api, Job, Project, Receipt, SceneEdit};
use cloud::table::Key;
use fault_proxy::FaultProxy;
use harness::{Aws, DRAFT, OwnStack, StackOption, UNLIMITED, minutes, new_user, text, wait_for_job};
use serde::Deserialize;
use tenancy::TenantId;

/// How long a tenant's picture may wait at the median while another tenant floods the queue, as a multiple of the time
/// that a picture and its clip run. The clip counts, because it takes its picture's slot before the next picture does,
/// and so the pictures wait for the tenant's own clips too.
const MAX_WAIT_RATIO: f64 = 3.0;

/// A tenant's slots (its `LANE` item): how many steps are queued or running, and how many are in the backlog.
#[derive(Debug, Deserialize)]
struct TenantSlots {
    taken: u64,
    in_line: u64,
}

#[tokio::test]
async fn a_tenants_flood_does_not_hold_up_another_tenants_ten_steps() -> Result<()> {
    let workers =
        [StackOption::Parameter("RenderConcurrency", "4"), StackOption::Parameter("TenantConcurrency", "2")];
    let own = OwnStack::start("fairness", &[UNLIMITED, &workers].concat())?;
    let flooding = new_user(&own.stack).await?.api;
    let patient = new_user(&own.stack).await?.api;

    // Two and a half times the free plan's quota, which is enough for a thousand pictures.
    let tenant = flooding.account().await?.tenant.id;
    let grant = ["grant", "--tenant", &tenant, "--percent", "150", "--until", "2100-01-01"];
    let aws = Aws::of(&own.stack)?;
    aws.operator_stdout(&grant).await?;
    let flood = pictures(&flooding, 1000).await?;
    let flood = flooding.render(&flood.id, Some(DRAFT), None).await?;
    let few = pictures(&patient, 10).await?;
    let few = patient.render(&few.id, Some(DRAFT), None).await?;
    let done = all_pictures(&patient, &few).await?;

    let slots: TenantSlots = {
        let key = Key::of(&tenant.parse::<TenantId>()?.partition(), "LANE");
        aws.table("studio_table")?.get(&key).await?.context("the flooding tenant has no slots")?
    };
    let TenantSlots { taken, in_line } = slots;
    let waited = median(&done, "image", |step| step.waited_ms);
    let ran = median(&done, "image", |step| step.ran_ms) + median(&done, "clip", |step| step.ran_ms);
    #[allow(clippy::cast_precision_loss, reason = "milliseconds")]
    let ratio = waited as f64 / ran as f64;
    eprintln!(
        "{in_line} steps of one tenant in line, {taken} at work; of another's ten the median waited {waited} ms, which is {ratio:.2} of the {ran} ms that one takes with its clip"
    );
    assert!(in_line > 900, "the flood was over before the others came: {in_line}");
    assert!(taken <= 2, "the tenant has more than its share: {taken}");
    assert!(ratio <= MAX_WAIT_RATIO, "{ratio}");
    flooding.cancel(&flood.id).await?;
    Ok(())
}

#[tokio::test]
async fn a_step_costs_few_calls_beside_its_work() -> Result<()> {
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let behind_proxy = [UNLIMITED, &[StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &url)]].concat();
    let own = OwnStack::start("orchestration", &behind_proxy)?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    let api = new_user(&own.stack).await?.api;
    let project = pictures(&api, 8).await?;

    // The first job makes the artefacts; the second reuses all of them.
    for work in ["their work", "nothing to make"] {
        proxy.take_calls();
        let began = Instant::now();
        let job = api.render(&project.id, Some(DRAFT), None).await?;
        let job = wait_for_job(&api, &job, minutes(6)).await?;
        let took = began.elapsed();
        let steps = api.receipt(&job.id).await?.steps.len();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        let (mut reads, mut writes) = (0, 0);
        for call in proxy.take_calls() {
            let is_of_a_step = call.touches("StudioTable") && call.index.is_none();
            if is_of_a_step && !is_of_the_api(&call) {
                reads += usize::from(call.reads() > 0);
                writes += usize::from(call.writes() > 0);
                *kinds.entry(call.operation).or_default() += 1;
            }
        }
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        let each = |calls: usize| calls as f64 / steps as f64;
        eprintln!(
            "{steps} steps with {work} in {:.1} s, {:.1} a second: {:.2} reads and {:.2} writes a step, {kinds:?}",
            took.as_secs_f64(),
            each(1).recip() / took.as_secs_f64(),
            each(reads),
            each(writes)
        );
        assert!(each(writes) <= 3.0, "{writes} writes of {steps} steps");
        assert!(each(reads) <= 3.0, "{reads} reads of {steps} steps");
    }
    Ok(())
}

/// Whether the call is one of the long polls, which read the job's item.
fn is_of_the_api(call: &fault_proxy::Call) -> bool {
    call.operation == "GetItem"
}

/// A project of this many scenes that differ in their pictures only.
async fn pictures(api: &Api, count: u32) -> Result<Project> {
    let project = api.create_project(&text(&vec!["Amen."; count as usize].join("\n\n"))).await?;
    let edits: Vec<SceneEdit> = (0..count)
        .map(|seed| SceneEdit { text: "Amen.".to_owned(), seed: Some(seed), ..SceneEdit::default() })
        .collect();
    api.put_storyboard(&project.id, project.revision, &edits).await?;
    Ok(project)
}

/// Waits until all pictures of a job are done; gives its receipt.
async fn all_pictures(api: &Api, job: &Job) -> Result<Receipt> {
    let mut version = job.version;
    let deadline = Instant::now() + minutes(6);
    loop {
        let job = api.job_after(&job.id, version).await?;
        ensure!(Instant::now() < deadline && job.failure.is_none(), "{job:?}");
        let receipt = api.receipt(&job.id).await?;
        if receipt.steps.iter().filter(|step| step.id.starts_with("image")).all(|step| step.state == "done") {
            return Ok(receipt);
        }
        version = job.version;
    }
}

/// The median over the finished steps of a kind.
fn median(receipt: &Receipt, kind: &str, of: impl Fn(&client::StepReceipt) -> u64) -> u64 {
    let finished = receipt.steps.iter().filter(|step| step.state == "done");
    let mut all: Vec<u64> = finished.filter(|step| step.id.starts_with(kind)).map(of).collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}
