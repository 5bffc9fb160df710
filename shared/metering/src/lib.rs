//! Quotas and usage: what a tenant may use, what it has used, and what running jobs reserve.
//!
//! A job holds its worst case before it starts, in the transaction that accepts it. When the job ends, what it really
//! used is committed and the rest of the hold is free again. One attribute is the sum of used and held, so that a
//! condition can compare it with the limit: DynamoDB cannot add two attributes in a condition.
//!
//! [`QuotaManager`] and [`UsageCounter`] return writes for the transactions of other crates, so that a count can never
//! differ from what it counts. This crate knows metrics, plans and grants, but neither jobs' steps, nor prices, nor HTTP.
//! `tests/metering` shows every operation against a table; this is the arithmetic of a limit:
//!
//! ```
//! use metering::{Allowance, Metric};
//! use tenancy::Plan;
//!
//! let allowance = Allowance::new(Plan::Free, [], "2026-11-20T00:00:00Z".parse()?);
//! assert_eq!(allowance.limit(Metric::ImagesCount), Some(500));
//! assert_eq!(allowance.limit(Metric::RenderMinutes), Some(500 * 60_000), "counted in milliseconds");
//! # Ok::<(), jiff::Error>(())
//! ```
//!
//! The `metering` table has, for each tenant:
//!
//! | sort key | item |
//! |---|---|
//! | `USAGE#2026-11` | for each monthly metric `…_total` (used + held) and `…_used` of that month |
//! | `STORAGE` | `bytes_total` (stored + held), `bytes_used`; a level, which `functions/usage` measures hourly |
//! | `HOLD#{job}` | what a running job holds, and in which month; also what a pending upload holds, by its id |
//! | `EVENT#{job}#{step}#{metric}` | what a step used; in the index `usage_log` by month |
//! | `GRANT#{id}` | what the operator granted for a time on top of the plan's limits |
//! | `FEATURES` | which features the operator switched off |
//!
//! The last two exist also for all tenants together, in the partition `PLATFORM`.

mod allowance;
mod amounts;
mod counter;
mod counter_item;
mod entitlements;
mod features;
mod keys;
mod metric;
mod plan_limits;
mod quota;
mod stored_level;
mod usage;
mod usage_log;

pub use allowance::{Allowance, Grant};
pub use amounts::Amounts;
pub use counter::UsageCounter;
pub use entitlements::{Entitlements, Scope};
pub use features::{Feature, Features};
pub use metric::Metric;
pub use plan_limits::{limit, max_pending_uploads, max_projects};
pub use quota::{Hold, QuotaManager, Refusal};
pub use stored_level::StoredLevel;
pub use usage::{MetricUsage, Usage, Warning};
pub use usage_log::{LogEntry, UsageLog};
