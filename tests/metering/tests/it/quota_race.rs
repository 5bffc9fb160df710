//! A thousand concurrent requests for the rest of a quota.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use client::{Api, ApiError, Job};
use cloud::table::Key;
use fault_proxy::{Fault, FaultProxy};
use futures_util::{StreamExt as _, stream};
use harness::{Aws, DRAFT, OwnStack, StackOption, UNLIMITED, new_user, process_count, text};
use metering::{Amounts, Hold, QuotaManager};
use serde_json::json;
use tenancy::{Month, TenantId};
use uuid::Uuid;

/// The number of renders requested.
const REQUESTS: usize = 1000;

/// How many of them are sent concurrently, each of which may get a process of its own.
const AT_ONCE: usize = 32;

/// The free plan's quota of pictures.
const PICTURES: u64 = 500;

/// How much of it is left.
const LEFT: u64 = 37;

#[tokio::test]
async fn a_thousand_requests_at_the_edge_get_what_is_left_and_not_one_more() -> Result<()> {
    // Holds must stay open: no step reaches a worker, because SQS refuses every message.
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let behind_proxy = [UNLIMITED, &[StackOption::Environment("AWS_ENDPOINT_URL_SQS", &url)]].concat();
    let own = OwnStack::start("quota-race", &behind_proxy)?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    let person = new_user(&own.stack).await?;
    let tenant: TenantId = person.api.account().await?.tenant.id.parse()?;
    let project = person.api.create_project(&text("The LORD is my light.")).await?.id;
    proxy.inject(Fault::Refuse);

    let aws = Aws::of(&own.stack)?;
    let table = aws.table("metering_table")?;
    let used = PICTURES - LEFT;
    let month = Month::of(cloud::clock::now());
    let seeded = json!({"images_total": used, "images_used": used});
    table.put(&Key::of(&tenant.partition(), format!("USAGE#{month}")), &seeded).await?;

    let began = Instant::now();
    let asked = (0..REQUESTS).map(|_| person.api.render(&project, Some(DRAFT), None));
    let answers: Vec<Result<Job, ApiError>> = stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    let processes = process_count(&own.stack, "projects")?;

    let mut accepted = Vec::new();
    for answer in answers {
        match answer {
            Ok(job) => accepted.push(job.id),
            Err(error) => assert_refused(&error)?,
        }
    }
    eprintln!(
        "{} of {REQUESTS} accepted through {processes} processes in {:.1} s",
        accepted.len(),
        began.elapsed().as_secs_f64()
    );
    assert!(processes >= 4, "{processes}");
    assert_eq!(accepted.len(), usize::try_from(LEFT)?);
    let held = assert_all_is_accounted_for(&person.api, &aws, &tenant, &accepted).await?;
    assert_eq!(held.images, LEFT);

    // What a cancelled job releases can be held again, to the unit.
    person.api.cancel(&accepted[0]).await?;
    person.api.render(&project, Some(DRAFT), None).await?;
    let one_more = person.api.render(&project, Some(DRAFT), None).await;
    assert_refused(&one_more.err().context("there was one more than the limit")?)
}

fn assert_refused(error: &ApiError) -> Result<()> {
    let Some(problem) = error.problem() else { bail!("neither accepted nor refused: {error}") };
    assert_eq!((problem.status, problem.code.as_str()), (402, "quota_exceeded"), "{problem:?}");
    assert_eq!(problem.members["metric"], "images_count");
    Ok(())
}

/// Checks that every metric's held amount is the sum of the accepted jobs' holds, so that refused requests have changed
/// nothing; gives the sum.
async fn assert_all_is_accounted_for(
    api: &Api,
    aws: &Aws,
    tenant: &TenantId,
    accepted: &[String],
) -> Result<Amounts> {
    let quotas = QuotaManager::new(aws.table("metering_table")?);
    let mut held = Amounts::default();
    for job in accepted {
        let job: Uuid = job.strip_prefix("job_").context("an id without a prefix")?.parse()?;
        let hold: Option<Hold> = quotas.find_hold(tenant, job).await?;
        held = held + hold.context("an accepted job holds nothing")?.amounts;
    }
    for usage in api.usage().await?.metrics {
        let metric: metering::Metric = usage.metric.parse()?;
        let shown: f64 = metric.shown(held.of(metric)).to_string().parse()?;
        assert_eq!(usage.held, shown, "{metric:?}");
        if metric == metering::Metric::ImagesCount {
            assert_eq!((usage.used + usage.held, usage.limit), (500.0, Some(500.0)));
            assert_eq!((usage.percent, usage.warning.as_deref()), (Some(100), Some("at_limit")));
        } else {
            assert_eq!(usage.used, 0.0, "{metric:?}");
        }
    }
    Ok(held)
}
