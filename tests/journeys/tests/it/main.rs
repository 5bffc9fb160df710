//! What people do with the product, from sign-in to download, and what they must not be able to do.
//!
//! Every test is a new person on the stack of the run; see `harness::shared`.

mod access;
mod api_keys;
mod audit_log;
mod bad_input;
mod billing;
mod billing_repairs;
mod cancelling;
mod costs;
mod deleting;
mod demo;
mod edit;
mod entitlements;
mod erasing;
mod events;
mod headers;
mod idempotency;
mod isolation;
mod logs;
mod mail_scanner;
mod main_journey;
mod members;
mod orchestration;
mod policies;
mod quota;
mod rates;
mod redrive;
mod restore;
mod reuse;
mod sessions;
mod signing_in;
mod table_down;
mod worker_death;
