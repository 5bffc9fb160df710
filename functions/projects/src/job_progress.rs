//! `GET /api/v1/jobs/{id}`: a job, and waiting for its next change.
//!
//! A request that waits holds an execution of its function. So the route has a function of its own, `job-progress`,
//! whose concurrency is counted apart from that of all other routes, and few requests of a user and of a tenant wait at
//! once.

use std::time::Duration;

use axum::extract::State;
use cloud::settings::{self, SettingError};
use edge::{
    Answer, Caller, Json, Path, Problem, Query, Router, Semaphore, SemaphoreError, SlotLimit, routes,
};
use garde::Validate;
use serde::Deserialize;
use studio::{Job, JobId, JobStatus, Studio};
use tenancy::TenantContext;
use tokio::time::Instant;
use utoipa::IntoParams;

use crate::jobs::JobView;

/// The longest wait of a long poll in seconds: well below the 30 s after which API Gateway gives up.
const LONGEST_WAIT_S: u64 = 20;

/// The interval at which a long poll reads the job: short enough to feel live, at one item read each.
const POLL_INTERVAL: Duration = Duration::from_millis(700);

/// How much longer than its wait a request's slots are taken at most: enough for the reads and writes around it. The
/// slots of a function that is killed are free after that.
const LEASE_MARGIN: Duration = Duration::from_secs(9);

/// How many requests of all tenants wait at once by default: less than a third of the executions of a new account of
/// AWS, which are 10. Renders may take as many, so that there are some for all other routes.
const WAITS_AT_ONCE: u16 = 3;

/// How many requests may wait at once.
#[derive(Clone, Copy, Debug)]
pub struct WaitLimits {
    /// Of one user.
    per_user: u16,
    /// Of one tenant.
    per_tenant: u16,
    /// Of all tenants; zero for any number.
    in_all: u16,
}

impl WaitLimits {
    /// `WAITS_PER_USER` (2 by default: two open pages), `WAITS_PER_TENANT` (8), `WAITS_AT_ONCE` (3; 0 for any number)
    /// and
    /// `WAIT_RESERVED_CONCURRENCY` (0: none), the executions that are reserved for the function.
    ///
    /// # Errors
    /// [`SettingError::Invalid`] when one of them is not a whole number.
    pub fn from_settings() -> Result<Self, SettingError> {
        let at_once = settings::parsed("WAITS_AT_ONCE", WAITS_AT_ONCE)?;
        let reserved = settings::parsed("WAIT_RESERVED_CONCURRENCY", 0)?;
        Ok(Self {
            per_user: settings::parsed("WAITS_PER_USER", 2)?,
            per_tenant: settings::parsed("WAITS_PER_TENANT", 8)?,
            in_all: waits_beside_others(at_once, reserved),
        })
    }
}

/// How many requests may wait, of the `at_once` (zero for any number) that the operator allows, when `reserved`
/// executions (zero for none) serve all requests of the function. A reservation is a limit too. So one in four is left
/// to requests that do not wait, and the operator cannot shut these out by mistake.
fn waits_beside_others(at_once: u16, reserved: u16) -> u16 {
    let most = (u32::from(reserved) * 3 / 4).max(1);
    let most = u16::try_from(most).unwrap_or(u16::MAX);
    match (at_once, reserved) {
        (at_once, 0) => at_once,
        (0, _) => most,
        (at_once, _) => at_once.min(most),
    }
}

/// The state of the route.
#[derive(Clone)]
pub struct JobProgress {
    /// The jobs.
    pub studio: Studio,
    /// The slots of requests that wait.
    pub waits: Semaphore,
    /// How many slots there are.
    pub limits: WaitLimits,
}

/// The routes of the function `job-progress`.
pub fn job_progress_routes() -> Router<JobProgress> {
    Router::new().routes(routes!(read))
}

/// The query of a long poll.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LongPoll {
    /// The longest time to wait for a change, in seconds.
    #[garde(inner(range(max = LONGEST_WAIT_S)))]
    #[param(minimum = 0, maximum = 20, default = 0)]
    wait: Option<u64>,
    /// The `version` that the client has seen last, at most the job's present one.
    #[garde(inner(range(max = i64::MAX.unsigned_abs())))]
    #[param(default = 0)]
    version: Option<u64>,
}

/// Shows a job.
///
/// With `wait` and the `version` last seen, the answer comes as soon as the job has changed, has ended, or the time is
/// over. At most two requests of a user, eight of an account, and as many in all as the operator allows wait at once.
/// Reads: one item, with `wait` one every 0.7 s. Writes: none; a request that really waits takes a slot of its user, one
/// of its tenant and one of all, and gives them back, which are six writes of the rate limiter's table.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}",
    tag = "jobs",
    params(("id" = JobId, Path, description = "The id of the job."), LongPoll),
    responses(
        (status = 200, description = "The job.", body = JobView),
        (status = 422, description = "`invalid`: `version` is greater than the job's."),
        (status = 429, description = "`rate_limited`: too many requests of the user, the account, or all accounts wait already."),
    )
)]
async fn read(
    State(progress): State<JobProgress>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
    Query(poll): Query<LongPoll>,
) -> Answer<Json<JobView>> {
    let job = progress.job(&caller, &id).await?;
    let seen = poll.version.unwrap_or(0);
    if seen > job.version {
        let detail = format!("The job is at version {}. Send the `version` of its last answer.", job.version);
        return Err(Problem::invalid_parameter("version", detail));
    }
    let wait = Duration::from_secs(poll.wait.unwrap_or(0));
    if has_news(&job, seen) || wait < POLL_INTERVAL {
        return Ok(Json(JobView::from(job)));
    }
    let (user, tenant) = (caller.user.to_string(), caller.tenant.to_string());
    let limits = [
        SlotLimit { purpose: "WAITS_OF_USER", who: &user, slots: progress.limits.per_user },
        SlotLimit { purpose: "WAITS_OF_TENANT", who: &tenant, slots: progress.limits.per_tenant },
        SlotLimit { purpose: "WAITS", who: "all", slots: progress.limits.in_all },
    ];
    let permit = match progress.waits.acquire(&limits, wait + LEASE_MARGIN).await {
        Ok(permit) => permit,
        // The job is known, and only waiting is not possible now.
        Err(SemaphoreError::Unavailable(error)) => {
            tracing::warn!(reason = %error, "the slots of waiting requests do not answer: {error}");
            return Ok(Json(JobView::from(job)));
        }
        Err(full) => return Err(full.into()),
    };
    let job = progress.changed_job(&caller, &id, seen, wait).await;
    progress.waits.release(permit).await;
    Ok(Json(JobView::from(job?)))
}

impl JobProgress {
    async fn job(&self, caller: &TenantContext, id: &JobId) -> Answer<Job> {
        self.studio.job(&caller.tenant, id).await?.ok_or_else(|| Problem::not_found("job"))
    }

    /// The job once it is newer than version `seen` or has ended, or else as it is after `wait`.
    async fn changed_job(
        &self,
        caller: &TenantContext,
        id: &JobId,
        seen: u64,
        wait: Duration,
    ) -> Answer<Job> {
        let deadline = Instant::now() + wait;
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let job = self.job(caller, id).await?;
            if has_news(&job, seen) || Instant::now() + POLL_INTERVAL > deadline {
                return Ok(job);
            }
        }
    }
}

fn has_news(job: &Job, seen: u64) -> bool {
    job.version > seen || job.status != JobStatus::Running
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The concurrent executions of a new account of AWS.
    const NEW_ACCOUNT: u16 = 10;

    #[test]
    fn waits_leave_reserved_executions_to_requests_that_do_not_wait() {
        for reserved in [2, 3, 4, 10, 100, 200, 1000, u16::MAX] {
            for at_once in [0, 1, 3, reserved - 1, reserved, u16::MAX] {
                let waits = waits_beside_others(at_once, reserved);
                assert!(waits > 0 && waits < reserved, "{at_once} of {reserved}: {waits}");
                assert!(at_once == 0 || waits <= at_once, "{at_once} of {reserved}: {waits}");
            }
        }
        // As docs/deploying.md recommends.
        assert_eq!((waits_beside_others(150, 200), waits_beside_others(0, 200)), (150, 150));
        // Nothing is reserved: the operator's number alone.
        assert_eq!([0, 3, 50].map(|at_once| waits_beside_others(at_once, 0)), [0, 3, 50]);
    }

    #[test]
    fn the_default_fits_a_new_account() {
        let template = include_str!("../../../template.yaml");
        let (_, parameter) = template.split_once("\n  WaitsAtOnce:\n").unwrap();
        let default = parameter.lines().find_map(|line| line.trim().strip_prefix("Default: ")).unwrap();
        let default: u16 = default.parse().unwrap();
        assert_eq!(default, WAITS_AT_ONCE);
        assert!(default > 0 && default * 3 < NEW_ACCOUNT, "{default}");
        assert!(template.contains("WAIT_RESERVED_CONCURRENCY: !Ref WaitReservedConcurrency\n"));
    }
}
