//! Holds, commits and releases in random order and concurrently, on a real table: after every round the counters are
//! exactly the sums of the accepted and settled jobs.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use cloud::clock;
use cloud::table::{Key, Table, TableError, conflict_backoff, types::TransactWriteItem};
use futures_util::future::try_join_all;
use harness::{Aws, shared};
use jiff::{SignedDuration, Timestamp};
use metering::{Allowance, Amounts, Grant, Hold, Metric, QuotaManager, UsageCounter};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use tenancy::{Month, Plan, TenantId};
use uuid::Uuid;

/// How many sequences of rounds are tried.
const CASES: u32 = 32;

// Few tenants and jobs, so that jobs are settled twice and limits are reached.
const TENANTS: usize = 2;
const JOBS: usize = 5;

/// An action on one of a few jobs of one of a few tenants.
#[derive(Clone, Copy, Debug)]
struct Action {
    tenant: usize,
    job: usize,
    kind: ActionKind,
}

#[derive(Clone, Copy, Debug)]
enum ActionKind {
    Hold(Amounts),
    /// A hold of what is left of a metric, and this much more.
    HoldRest(Metric, u64),
    Commit(Amounts),
    Release,
}

impl Action {
    /// Replaces [`ActionKind::HoldRest`] by a hold of what is left before the round.
    fn resolved(self, allowance: &Allowance, expected: &[Expected; TENANTS]) -> Self {
        let ActionKind::HoldRest(metric, over) = self.kind else { return self };
        let of_tenant = &expected[self.tenant];
        let taken = (of_tenant.charged + of_tenant.held()).of(metric);
        let asked = allowance.limit(metric).unwrap_or_default() - taken + over;
        let mut amounts = Amounts::default();
        match metric {
            Metric::ImagesCount => amounts.images = asked,
            Metric::TtsSeconds => amounts.speech_ms = asked,
            Metric::RenderMinutes => amounts.render_ms = asked,
            Metric::StorageBytes => amounts.stored_bytes = asked,
        }
        Self { kind: ActionKind::Hold(amounts), ..self }
    }
}

/// The expected state of a tenant.
#[derive(Default)]
struct Expected {
    open: BTreeMap<usize, Hold>,
    settled: BTreeMap<usize, Hold>,
    charged: Amounts,
}

impl Expected {
    fn held(&self) -> Amounts {
        self.open.values().fold(Amounts::default(), |sum, hold| sum + hold.amounts)
    }

    /// A job's hold as a late reader may know it: open or settled; none if the job never had one.
    fn known(&self, job: usize) -> Option<&Hold> {
        self.open.get(&job).or_else(|| self.settled.get(&job))
    }

    fn settle(&mut self, job: usize, charged: Amounts) -> Result<()> {
        let hold = self.open.remove(&job).context("a hold is settled twice")?;
        self.charged = self.charged + charged;
        self.settled.insert(job, hold);
        Ok(())
    }
}

fn action() -> impl Strategy<Value = Action> {
    let kind = prop_oneof![
        2 => amounts().prop_map(ActionKind::Hold),
        1 => (prop::sample::select(&Metric::ALL[..]), 0..2_u64).prop_map(|(of, over)| ActionKind::HoldRest(of, over)),
        2 => amounts().prop_map(ActionKind::Commit),
        1 => Just(ActionKind::Release),
    ];
    (0..TENANTS, 0..JOBS, kind).prop_map(|(tenant, job, kind)| Action { tenant, job, kind })
}

/// Amounts that reach the free plan's limits in a few holds; sometimes nothing, sometimes too much at once.
fn amounts() -> impl Strategy<Value = Amounts> {
    let part = |limit: u64| prop_oneof![2 => Just(0), 6 => 1..limit / 2, 1 => limit - 2..limit + 3];
    (part(500), part(60_000_000), part(30_000_000), part(100_000_000_000)).prop_map(
        |(images, speech_ms, render_ms, stored_bytes)| Amounts { images, speech_ms, render_ms, stored_bytes },
    )
}

/// Rounds of concurrent actions. After a round of a single action a refusal can be checked as well.
fn rounds() -> impl Strategy<Value = (u32, Vec<Vec<Action>>)> {
    let round = prop_oneof![prop::collection::vec(action(), 1), prop::collection::vec(action(), 2..8)];
    (prop_oneof![Just(0), 1..60_u32], prop::collection::vec(round, 1..16))
}

#[test]
fn counters_are_what_accepted_and_settled_jobs_make_of_them() -> Result<()> {
    let aws = Aws::of(&shared()?)?;
    let table = aws.table("metering_table")?;
    let runtime = tokio::runtime::Runtime::new()?;
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        max_shrink_iters: 64,
        failure_persistence: None,
        ..Config::default()
    });
    let tried = runner.run(&rounds(), |(granted, rounds)| {
        let checked = runtime.block_on(check(&table, granted, &rounds));
        checked.map_err(|error| TestCaseError::fail(error.to_string()))
    });
    Ok(tried?)
}

async fn check(table: &Table, granted: u32, rounds: &[Vec<Action>]) -> Result<()> {
    let (quotas, counter) = (QuotaManager::new(table.clone()), UsageCounter::new(table.clone()));
    let (tenants, now) = ([(); TENANTS].map(|()| TenantId::new()), clock::now());
    let until = now + SignedDuration::from_hours(1);
    let grant = Grant { id: Uuid::nil(), percent: granted, metric: None, from: now, until };
    let allowance = Allowance::new(Plan::Free, [grant], now);
    let jobs = [(); JOBS].map(|()| Uuid::now_v7());
    let mut expected: [Expected; TENANTS] = Default::default();
    let mut events = Amounts::default();

    for round in rounds {
        let round: Vec<Action> = round.iter().map(|action| action.resolved(&allowance, &expected)).collect();
        // The holds as they were read before the round: some belong to jobs that are settled already.
        let holds: Vec<Option<Hold>> =
            round.iter().map(|action| expected[action.tenant].known(action.job).cloned()).collect();
        let done = round.iter().zip(&holds).map(async |(action, hold)| {
            let (tenant, job) = (&tenants[action.tenant], jobs[action.job]);
            let writes = match (action.kind, hold) {
                // A job is accepted only once.
                (ActionKind::Hold(_), Some(_))
                | (ActionKind::Commit(_) | ActionKind::Release, None)
                | (ActionKind::HoldRest(..), _) => {
                    return Ok(false);
                }
                (ActionKind::Hold(amounts), None) => quotas.hold(tenant, &allowance, job, now, amounts)?,
                (ActionKind::Release, Some(hold)) => quotas.commit(tenant, hold, Amounts::default())?,
                (ActionKind::Commit(used), Some(hold)) => {
                    let mut writes = quotas.commit(tenant, hold, used)?;
                    let charged = used.min(hold.amounts);
                    writes.extend(counter.record(tenant, job, "stitch-0000", now, charged)?);
                    writes
                }
            };
            transact(table, &writes).await
        });
        let done = try_join_all(done).await?;
        for ((action, hold), done) in round.iter().zip(holds).zip(&done) {
            let of_tenant = &mut expected[action.tenant];
            match (action.kind, hold) {
                (ActionKind::Hold(amounts), _) if *done => {
                    let hold = Hold { job: jobs[action.job], month: Month::of(now), amounts };
                    ensure!(of_tenant.open.insert(action.job, hold).is_none(), "a job holds twice");
                }
                (ActionKind::Release, _) if *done => of_tenant.settle(action.job, Amounts::default())?,
                (ActionKind::Commit(used), Some(hold)) if *done => {
                    let charged = used.min(hold.amounts);
                    of_tenant.settle(action.job, charged)?;
                    events = events + Amounts { stored_bytes: 0, ..charged };
                }
                _ => {}
            }
        }
        for (tenant, expected) in tenants.iter().zip(&expected) {
            check_tenant(&counter, tenant, &allowance, expected).await?;
        }
        if let ([Action { tenant, job, kind: ActionKind::Hold(asked) }], [done]) =
            (round.as_slice(), done.as_slice())
        {
            check_decision(
                &quotas,
                &tenants[*tenant],
                &allowance,
                *asked,
                *done,
                expected[*tenant].known(*job),
            )
            .await?;
        }
    }
    let logged = logged(&counter, &tenants, Month::of(now)).await?;
    ensure!(logged == events, "the log says {logged:?}, charged was {events:?}");
    Ok(())
}

/// Runs a transaction, and repeats it after conflicts; false when a condition failed.
async fn transact(table: &Table, writes: &[TransactWriteItem]) -> Result<bool> {
    loop {
        match table.transact(writes.to_vec()).await {
            Ok(()) => return Ok(true),
            Err(TableError::Condition { .. }) => return Ok(false),
            Err(TableError::Conflict) => conflict_backoff().await,
            Err(error) => return Err(error.into()),
        }
    }
}

async fn check_tenant(
    counter: &UsageCounter,
    tenant: &TenantId,
    allowance: &Allowance,
    expected: &Expected,
) -> Result<()> {
    let held = expected.held();
    for usage in counter.usage(tenant, allowance).await?.metrics {
        let (metric, limit) = (usage.metric, usage.limit.unwrap_or(u64::MAX));
        let wanted = (expected.charged.of(metric), held.of(metric));
        ensure!((usage.used, usage.held) == wanted, "{usage:?}, where used and held should be {wanted:?}");
        ensure!(usage.used + usage.held <= limit, "{usage:?} is over");
    }
    Ok(())
}

/// A hold without concurrent actions is refused only if something does not fit or the job has a hold already.
async fn check_decision(
    quotas: &QuotaManager,
    tenant: &TenantId,
    allowance: &Allowance,
    asked: Amounts,
    done: bool,
    held: Option<&Hold>,
) -> Result<()> {
    if !done && held.is_none() {
        let refusal = quotas.enforce(tenant, allowance, asked).await?;
        ensure!(refusal.is_some(), "{asked:?} was refused and fits");
    }
    Ok(())
}

/// The sum of these tenants' lines in the usage log, in counted units.
async fn logged(counter: &UsageCounter, tenants: &[TenantId], month: Month) -> Result<Amounts> {
    let mut sum = Amounts::default();
    let mut log = counter.log(month);
    while let Some(entry) = log.next().await? {
        if !tenants.contains(&entry.tenant_id) {
            continue;
        }
        let unit = entry.metric.counted_per_shown();
        let counted = (entry.amount.to_string().parse::<f64>()? * unit as f64).round() as u64;
        match entry.metric {
            Metric::ImagesCount => sum.images += counted,
            Metric::TtsSeconds => sum.speech_ms += counted,
            Metric::RenderMinutes => sum.render_ms += counted,
            Metric::StorageBytes => sum.stored_bytes += counted,
        }
    }
    Ok(sum)
}

#[tokio::test]
async fn a_late_commit_is_charged_to_the_month_of_its_hold() -> Result<()> {
    let table = Aws::of(&shared()?)?.table("metering_table")?;
    let (quotas, counter) = (QuotaManager::new(table.clone()), UsageCounter::new(table.clone()));
    let (tenant, job, now) = (TenantId::new(), Uuid::now_v7(), clock::now());
    let allowance = Allowance::new(Plan::Free, [], now);
    let month = Month::of(now).previous();
    let accepted_at: Timestamp = format!("{month}-28T23:59:59Z").parse()?;
    let amounts = Amounts { images: 5, ..Amounts::default() };
    table.transact(quotas.hold(&tenant, &allowance, job, accepted_at, amounts)?).await?;

    let hold = quotas.find_hold(&tenant, job).await?.context("no hold")?;
    let used = Amounts { images: 3, ..amounts };
    table.transact(quotas.commit(&tenant, &hold, used)?).await?;
    let late: Option<Value> = table.get(&Key::of(&tenant.partition(), format!("USAGE#{month}"))).await?;
    assert_eq!(
        late.map(|item| (item["images_used"].clone(), item["images_total"].clone())),
        Some((3.into(), 3.into()))
    );
    assert!(counter.usage(&tenant, &allowance).await?.metrics.iter().all(|metric| metric.used == 0));
    Ok(())
}

#[tokio::test]
async fn storage_is_given_back_and_measured_only_when_nothing_changed() -> Result<()> {
    let table = Aws::of(&shared()?)?.table("metering_table")?;
    let (quotas, counter) = (QuotaManager::new(table.clone()), UsageCounter::new(table.clone()));
    let (tenant, now) = (TenantId::new(), clock::now());
    let allowance = Allowance::new(Plan::Free, [], now);
    let stored = Amounts { stored_bytes: 1_000, ..Amounts::default() };

    let before = counter.stored(&tenant).await?;
    let job = Uuid::now_v7();
    assert!(!quotas.has_holds(&tenant).await?);
    table.transact(quotas.hold(&tenant, &allowance, job, now, stored)?).await?;
    assert!(quotas.has_holds(&tenant).await?);
    assert!(!counter.set_stored(&tenant, &before, 7, 0).await?, "a job began since");
    let before = counter.stored(&tenant).await?;
    assert!(counter.set_stored(&tenant, &before, 50, 1_000).await?);
    let measured = counter.stored(&tenant).await?;
    assert_eq!((measured.bytes(), measured.held()), (50, 1_000), "what is held stays held");
    // A counter that has drifted is put right, in what is held too.
    let level = Key::of(&tenant.partition(), "STORAGE");
    table.update(&level).add("bytes_total", 77).add("bytes_used", 7).send::<Value>().await?;
    let drifted = counter.stored(&tenant).await?;
    assert_eq!((drifted.bytes(), drifted.held()), (57, 1_070));
    assert!(counter.set_stored(&tenant, &drifted, 0, 1_000).await?);
    let measured = counter.stored(&tenant).await?;
    assert_eq!((measured.bytes(), measured.held()), (0, 1_000));
    let hold = Hold { job, month: Month::of(now), amounts: stored };
    table.transact(quotas.commit(&tenant, &hold, Amounts { stored_bytes: 600, ..stored })?).await?;
    table.transact(vec![quotas.freed(&tenant, 100)?]).await?;

    let before = counter.stored(&tenant).await?;
    assert_eq!((before.bytes(), before.held()), (500, 0));
    assert!(counter.set_stored(&tenant, &before, 480, 0).await?);
    assert!(!counter.set_stored(&tenant, &before, 470, 0).await?, "somebody else measured since");
    assert_eq!(counter.stored(&tenant).await?.bytes(), 480);
    // A deletion that the measurement has already seen frees its bytes twice: the counter does not go below zero.
    table.transact(vec![quotas.freed(&tenant, 1_000)?]).await?;
    assert_eq!(counter.stored(&tenant).await?.bytes(), 0);
    Ok(())
}
