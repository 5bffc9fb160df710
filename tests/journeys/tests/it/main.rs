//! Journeys: what users do with the product, from sign-in to download, and what they must not be able to do.
//!
//! Every test signs up new users on the stack of the test run (`harness::shared`); a test that needs other settings or
//! faults starts a stack of its own. Quotas and usage counters themselves are tested in `tests/metering`.

mod access;
mod api_keys;
mod audit_log;
mod bad_input;
mod billing;
mod billing_repairs;
mod body_shapes;
mod cancelling;
mod caps;
mod checkout;
mod costs;
mod deleting;
mod demo;
mod edit;
mod entitlements;
mod erasing;
mod events;
mod free_text;
mod headers;
mod idempotency;
mod imports;
mod isolation;
mod languages;
mod lexicon;
mod lists;
mod logs;
mod mail_scanner;
mod main_journey;
mod members;
mod motion;
mod narration;
mod orchestration;
mod own_pictures;
mod plans;
mod policies;
mod quota;
mod rates;
mod reading;
mod redrive;
mod restore;
mod reuse;
mod sessions;
mod sign_in_flood;
mod signing_in;
mod table_down;
mod upload_records;
mod uploads;
mod waits;
mod worker_death;
