//! What a tenant may use in a month, has used and has held.
//!
//! Work holds its worst case before it starts, in the transaction that accepts it; when it ends, what
//! it really used is committed and the rest released. One attribute holds used + held together, so
//! that a condition on it can keep the limit: DynamoDB cannot add two attributes in a condition.
//!
//! The `metering` table holds, per tenant,
//!
//! | sort key | item |
//! |---|---|
//! | `USAGE#2026-11` | for each metric `…_total` (used + held) and `…_used` of that month |
//! | `HOLD#{job}` | what a running job has held, and in which month |

mod amounts;
mod meter;
mod plans;

pub use amounts::{Amounts, Metric};
pub use meter::{Hold, Meter, MetricUsage, Refusal, Usage};
pub use plans::limit;
