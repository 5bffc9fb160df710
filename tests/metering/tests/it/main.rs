//! The quota manager and the usage counters against a real table: no sequence and no race of holds, commits
//! and releases goes over a limit or loses a unit, and the usage log is the sum of the receipts.
//!
//! What a person sees of quotas and usage is in `tests/journeys`. The stack is the one of the test run that
//! the journeys use (`harness::shared`), except where a test needs other settings or fills whole tables.

mod quota_manager;
mod quota_race;
mod usage_log;
