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

/// How many processes of the function are started at once at most. Each start keeps a processor busy, and a call to
/// the table that meanwhile takes too long is answered with 503.
const STARTED_AT_ONCE: usize = 5;

/// How often a request is sent at most, while the table does not answer in time.
const ATTEMPTS: usize = 10;

/// How long a refusal may take on a busy machine: so much less than the longest wait, 20 s, that it did not wait.
const REFUSED_WITHIN: Duration = Duration::from_secs(12);

/// How long a slot stays taken after the wait that it was taken for, when the function is killed (9 s), and what a busy
/// machine adds.
const LEASE_MARGIN: Duration = Duration::from_secs(20);

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
            assert!(took < REFUSED_WITHIN, "{path}: {took:?}");
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
    warm_up(&person.api, &job, AT_ONCE).await?;
    for path in ["/api/account", "/api/v1/jobs"] {
        timed(&other.api, path).await?;
    }

    let asked = try_join_all((0..AT_ONCE).map(|_| waited(&person.api, &job, 20)));
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
    assert!(beside < REFUSED_WITHIN, "{beside:?}");
    assert_eq!(held(&answers, Duration::from_secs(18), REFUSED_WITHIN), 2);

    // What waited has given its slots back.
    let again = try_join_all((0..2).map(|_| waited(&person.api, &job, 4))).await?;
    assert_eq!(held(&again, Duration::from_secs(3), Duration::ZERO), 2);

    // A function that is killed leaves its slots taken, until their leases end.
    let path = waiting(&job, 8);
    let killed = join_all((0..2).map(|_| person.api.get(&path)));
    let kill_all = async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        for process in function_processes(&own.stack, FUNCTION)? {
            // Another process may end by itself meanwhile.
            kill(&process).ok();
        }
        anyhow::Ok(Instant::now())
    };
    let (_, killed_at) = tokio::join!(killed, kill_all);
    let killed_at = killed_at?;
    let (taken, _) = timed(&person.api, &waiting(&job, 1)).await?;
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
    assert!(free < Duration::from_secs(8) + LEASE_MARGIN, "{free:?}");
    Ok(())
}

#[tokio::test]
async fn eight_requests_of_a_tenant_wait_at_once_and_as_many_in_all_as_the_operator_allows() -> Result<()> {
    let many = [UNLIMITED, &[StackOption::Parameter("WaitsPerUser", "50")]].concat();
    let own = OwnStack::start("waits-tenant", &many)?;
    let (person, other) = (new_user(&own.stack).await?, new_user(&own.stack).await?);
    let job = still_job(&own.stack, &person).await?;
    let others = still_job(&own.stack, &other).await?;
    warm_up(&person.api, &job, 22).await?;
    let (answers, beside) = tokio::try_join!(
        try_join_all((0..20).map(|_| waited(&person.api, &job, 20))),
        try_join_all((0..2).map(|_| waited(&other.api, &others, 20))),
    )?;
    assert_eq!(held(&answers, Duration::from_secs(18), REFUSED_WITHIN), 8);
    assert_eq!(
        held(&beside, Duration::from_secs(18), Duration::ZERO),
        2,
        "another tenant's slots are its own"
    );

    own.deploy(&[&many[..], &[StackOption::Parameter("WaitsAtOnce", "3")]].concat())?;
    warm_up(&person.api, &job, 12).await?;
    let (mut answers, beside) = tokio::try_join!(
        try_join_all((0..6).map(|_| waited(&person.api, &job, 20))),
        try_join_all((0..6).map(|_| waited(&other.api, &others, 20))),
    )?;
    answers.extend(beside);
    assert_eq!(held(&answers, Duration::from_secs(18), REFUSED_WITHIN), 3);
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

/// The answer, and how long it took.
async fn timed(api: &Api, path: &str) -> Result<(ApiResponse, Duration)> {
    sent_until(api, path, |answer, _| answer.status != StatusCode::SERVICE_UNAVAILABLE).await
}

/// The answer to a request that waits for so many seconds, and how long it took.
async fn waited(api: &Api, job: &Job, seconds: u32) -> Result<(ApiResponse, Duration)> {
    let almost = Duration::from_secs(u64::from(seconds)).saturating_sub(Duration::from_secs(1));
    sent_until(api, &waiting(job, seconds), |answer, took| match answer.status {
        StatusCode::SERVICE_UNAVAILABLE => false,
        // The job without a wait, because the slots could not be read.
        StatusCode::OK => took >= almost,
        _ => true,
    })
    .await
}

/// The first answer that counts, or the last one. On a busy machine the table may not answer in time, and the function
/// says so: such an answer says nothing about the slots.
async fn sent_until(
    api: &Api,
    path: &str,
    counts: impl Fn(&ApiResponse, Duration) -> bool,
) -> Result<(ApiResponse, Duration)> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let began = Instant::now();
        let answer = api.get(path).await?;
        let took = began.elapsed();
        if counts(&answer, took) || attempt >= ATTEMPTS {
            return Ok((answer, took));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// A request that waits for a change of the job.
fn waiting(job: &Job, seconds: u32) -> String {
    format!("/api/v1/jobs/{}?wait={seconds}&version={}", job.id, job.version)
}

/// Starts the processes that serve so many requests at once, a few at a time: starting all of them takes longer than
/// refusing requests, and is not what these tests measure.
async fn warm_up(api: &Api, job: &Job, at_once: usize) -> Result<()> {
    let path = format!("/api/v1/jobs/{}", job.id);
    for sent in (STARTED_AT_ONCE..=at_once).step_by(STARTED_AT_ONCE) {
        for (answer, _) in try_join_all((0..sent).map(|_| timed(api, &path))).await? {
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
