//! What a tenant may use, has used and has held.
//!
//! Work holds its worst case before it starts, in the transaction that accepts it; when it ends, what
//! it really used is committed and the rest released. One attribute holds used + held together, so
//! that a condition on it can keep the limit: DynamoDB cannot add two attributes in a condition.
//!
//! The `metering` table holds, per tenant,
//!
//! | sort key | item |
//! |---|---|
//! | `USAGE#2026-11` | for each monthly metric `…_total` (used + held) and `…_used` of that month |
//! | `STORAGE` | `bytes_total` (stored + held), `bytes_used`; a level, measured now and then |
//! | `HOLD#{job}` | what a running job has held, and in which month |
//! | `EVENT#{job}#{step}#{metric}` | that a step used something; in the index `usage_log` by month |
//! | `GRANT#{id}` | what is granted for a time on top of the plan's limits |
//! | `FEATURES` | which features the operator switched off |
//!
//! and the last two also for all tenants together, in the partition `PLATFORM`.

mod allowance;
mod amounts;
mod counter;
mod counters;
mod entitlements;
mod features;
mod keys;
mod log;
mod metric;
mod plans;
mod quota;
mod storage;
mod usage;

pub use allowance::{Allowance, Grant};
pub use amounts::Amounts;
pub use counter::UsageCounter;
pub use entitlements::{Entitlements, Scope};
pub use features::{Feature, Features};
pub use log::{LogEntry, UsageLog};
pub use metric::Metric;
pub use plans::limit;
pub use quota::{Hold, QuotaManager, Refusal};
pub use storage::StoredLevel;
pub use usage::{MetricUsage, Usage, Warning};
