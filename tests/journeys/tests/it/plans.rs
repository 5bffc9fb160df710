//! A job's plan is kept with the job: what comes after its acceptance may fail, and nothing is lost.

use std::time::Duration;

use anyhow::{Result, ensure};
use client::JobStatus;
use fault_proxy::{Fault, FaultProxy};
use harness::{Aws, DRAFT, OwnStack, StackOption, UNLIMITED, minutes, new_user, text, wait_for_job};
use tenancy::{JobDocument, ObjectKey, TenantId};
use uuid::Uuid;

#[tokio::test]
async fn a_render_is_accepted_while_the_bucket_is_down_and_made_when_it_answers_again() -> Result<()> {
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let behind_proxy = [UNLIMITED, &[StackOption::Environment("AWS_ENDPOINT_URL_S3", &url)]].concat();
    let own = OwnStack::start("plans", &behind_proxy)?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    let (aws, person) = (Aws::of(&own.stack)?, new_user(&own.stack).await?);
    let project = person.api.create_project(&text("The LORD is my light.")).await?;

    proxy.inject_when(Fault::Refuse, |call| call.operation.contains("/plan.json"));
    let job = person.api.render(&project.id, Some(DRAFT), None).await?;
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let id: Uuid = job.id.trim_start_matches("job_").parse()?;
    let document = ObjectKey::job(&tenant, id, JobDocument::Plan);
    let bucket = aws.bucket()?;
    ensure!(bucket.head(&document).await?.is_none(), "the plan document was stored after all");

    proxy.clear_fault();
    // The sweeper finds the job thirty seconds after it was accepted.
    tokio::time::sleep(Duration::from_secs(31)).await;
    aws.invoke("sweeper").await?;
    let job = wait_for_job(&person.api, &job, minutes(4)).await?;
    assert_eq!(job.status, JobStatus::Done);
    assert!(bucket.head(&document).await?.is_some(), "backups keep the plan document");
    Ok(())
}
