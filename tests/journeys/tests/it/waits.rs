//! Requests that wait for a job: few at once, whatever the number of processes, and none for ever.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use client::{Api, ApiResponse, Job, LocalStack, StatusCode};
use cloud::table::Item;
use futures_util::future::{join_all, try_join_all};
use harness::{
    Aws, DRAFT, OwnStack, StackOption, TestUser, UNLIMITED, function_processes, kill, new_user,
    process_count, shared,
};
use tenancy::TenantId;

/// How many requests of one user are sent at once.
const AT_ONCE: usize = 50;

/// The function that serves the requests.
const FUNCTION: &str = "job-progress";

/// How long a slot stays taken after the wait that it was taken for, when the function is killed, and a little more.
const LEASE_MARGIN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_version_that_the_job_does_not_have_yet_is_refused() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let job = still_job(&stack, &person).await?;
    for version in [job.version + 1, 9_223_372_036_854_775_807] {
        for wait in ["", "wait=0&", "wait=20&"] {
            let path = format!("/api/v1/jobs/{}?{wait}version={version}", job.id);
            let (answer, took) = timed(&person.api, &path).await?;
            let problem = answer.problem().with_context(|| answer.text())?;
            assert_eq!((problem.status, problem.code.as_str()), (422, "invalid"), "{path}");
            assert_eq!(problem.members["errors"][0]["parameter"], "version", "{path}: {}", answer.text());
            assert!(took < Duration::from_secs(10), "{path}: {took:?}");
        }
    }
    let (answer, took) = timed(&person.api, &waiting(&job, 1)).await?;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(took >= Duration::from_millis(700), "the job's own version waits: {took:?}");
    Ok(())
}

#[tokio::test]
async fn two_requests_of_a_user_wait_and_the_others_are_refused_at_once() -> Result<()> {
    let own = OwnStack::start("waits-user", UNLIMITED)?;
    let (person, other) = (new_user(&own.stack).await?, new_user(&own.stack).await?);
    let job = still_job(&own.stack, &person).await?;
    warm_up(&person.api, &job).await?;

    let path = waiting(&job, 20);
    let asked = try_join_all((0..AT_ONCE).map(|_| timed(&person.api, &path)));
    // Meanwhile another user of another tenant works as always.
    let beside = async {
        let mut longest = Duration::ZERO;
        for _ in 0..10 {
            for path in ["/api/account", "/api/v1/jobs"] {
                let (answer, took) = timed(&other.api, path).await?;
                ensure!(answer.status == StatusCode::OK, "{path}: {}", answer.text());
                longest = longest.max(took);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(longest)
    };
    let (answers, beside) = tokio::try_join!(asked, beside)?;
    eprintln!("{} processes; another user waited {beside:?} at most", process_count(&own.stack, FUNCTION)?);
    assert!(process_count(&own.stack, FUNCTION)? >= 2, "one process alone proves nothing");
    assert!(beside < Duration::from_secs(5), "{beside:?}");
    assert_eq!(held(&answers, Duration::from_secs(18), Duration::from_secs(10)), 2);

    // What waited has given its slots back.
    let path = waiting(&job, 4);
    let again = try_join_all((0..2).map(|_| timed(&person.api, &path))).await?;
    assert_eq!(held(&again, Duration::from_secs(3), Duration::ZERO), 2);

    // A function that is killed leaves its slots taken, until their leases end.
    let path = waiting(&job, 5);
    let killed = join_all((0..2).map(|_| timed(&person.api, &path)));
    let kill_all = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        for process in function_processes(&own.stack, FUNCTION)? {
            // Another process may end by itself meanwhile.
            kill(&process).ok();
        }
        anyhow::Ok(Instant::now())
    };
    let (_, killed_at) = tokio::join!(killed, kill_all);
    let killed_at = killed_at?;
    let taken = person.api.get(&waiting(&job, 1)).await?;
    assert_eq!(taken.status, StatusCode::TOO_MANY_REQUESTS, "{}", taken.text());
    let free = async {
        loop {
            let answer = person.api.get(&waiting(&job, 1)).await?;
            if answer.status == StatusCode::OK {
                return anyhow::Ok(killed_at.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    let free = tokio::time::timeout(Duration::from_secs(60), free).await.context("slots are lost")??;
    eprintln!("the slots of the killed processes were free after {free:?}");
    assert!(free < Duration::from_secs(5) + LEASE_MARGIN, "{free:?}");
    Ok(())
}

#[tokio::test]
async fn eight_requests_of_a_tenant_wait_at_once_and_as_many_in_all_as_the_operator_allows() -> Result<()> {
    let many = [UNLIMITED, &[StackOption::Parameter("WaitsPerUser", "50")]].concat();
    let own = OwnStack::start("waits-tenant", &many)?;
    let (person, other) = (new_user(&own.stack).await?, new_user(&own.stack).await?);
    let job = still_job(&own.stack, &person).await?;
    let others = still_job(&own.stack, &other).await?;
    warm_up(&person.api, &job).await?;
    let (path, beside) = (waiting(&job, 15), waiting(&others, 15));
    let (answers, beside) = tokio::try_join!(
        try_join_all((0..20).map(|_| timed(&person.api, &path))),
        try_join_all((0..2).map(|_| timed(&other.api, &beside))),
    )?;
    assert_eq!(held(&answers, Duration::from_secs(13), Duration::from_secs(10)), 8);
    assert_eq!(
        held(&beside, Duration::from_secs(13), Duration::ZERO),
        2,
        "another tenant's slots are its own"
    );

    own.deploy(&[&many[..], &[StackOption::Parameter("WaitsAtOnce", "3")]].concat())?;
    warm_up(&person.api, &job).await?;
    let (path, beside) = (waiting(&job, 15), waiting(&others, 15));
    let (mut answers, beside) = tokio::try_join!(
        try_join_all((0..6).map(|_| timed(&person.api, &path))),
        try_join_all((0..6).map(|_| timed(&other.api, &beside))),
    )?;
    answers.extend(beside);
    assert_eq!(held(&answers, Duration::from_secs(13), Duration::from_secs(10)), 3);
    Ok(())
}

/// How many of the answers came after a wait of at least `waited`. All others are a 429 with `Retry-After`, and came
/// within `refused`.
fn held(answers: &[(ApiResponse, Duration)], waited: Duration, refused: Duration) -> usize {
    let (held, rest): (Vec<_>, Vec<_>) = answers.iter().partition(|(_, took)| *took >= waited);
    for (answer, _) in &held {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    for (answer, took) in rest {
        let told = format!("{} after {took:?} {:?} {}", answer.status, answer.headers, answer.text());
        let code = answer.problem().map(|problem| (problem.status, problem.code));
        assert_eq!(code, Some((429, "rate_limited".to_owned())), "{told}");
        let wait = answer.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
        assert!(wait.is_some_and(|seconds| (1..=5).contains(&seconds)), "{told}");
        assert!(*took < refused, "{told}");
    }
    held.len()
}

async fn timed(api: &Api, path: &str) -> Result<(ApiResponse, Duration)> {
    let began = Instant::now();
    let answer = api.get(path).await?;
    Ok((answer, began.elapsed()))
}

/// A request that waits for a change of the job.
fn waiting(job: &Job, seconds: u32) -> String {
    format!("/api/v1/jobs/{}?wait={seconds}&version={}", job.id, job.version)
}

/// Starts the processes of the function, which takes longer than refusing requests.
async fn warm_up(api: &Api, job: &Job) -> Result<()> {
    let path = format!("/api/v1/jobs/{}", job.id);
    for _ in 0..2 {
        for answer in try_join_all((0..AT_ONCE).map(|_| api.get(&path))).await? {
            ensure!(answer.status == StatusCode::OK, "{}", answer.text());
        }
    }
    Ok(())
}

/// A job that runs and never changes: the item of a cancelled job under another id, which no step and no worker knows,
/// set back to running.
pub(crate) async fn still_job(stack: &LocalStack, person: &TestUser) -> Result<Job> {
    let project = person.api.create_project(&harness::text("The LORD is my light.")).await?;
    let job = person.api.render(&project.id, Some(DRAFT), None).await?;
    person.api.cancel(&job.id).await?;
    let table = Aws::of(stack)?.table("studio_table")?;
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let text = |item: &Item, name: &str| item.get(name).and_then(|it| it.as_s().ok()).cloned();
    let items = table.items(&tenant.partition(), None).await?.items;
    let is_job = |item: &Item| text(item, "id").as_ref() == Some(&job.id) && item.contains_key("resolution");
    let mut item = items.into_iter().find(is_job).context("no item of the job")?;
    let still = format!("job_{}", uuid::Uuid::now_v7().simple());
    let sort = text(&item, "sk").context("no sort key")?.replace(&job.id, &still);
    for (name, value) in [("sk", sort.as_str()), ("id", still.as_str()), ("status", "running")] {
        item.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
    }
    table.put_items([item]).await?;
    let job = person.api.job(&still).await?;
    ensure!(!job.has_ended(), "{job:?}");
    Ok(job)
}
