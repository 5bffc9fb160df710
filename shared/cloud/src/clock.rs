//! The only source of the current time (clippy forbids `SystemTime::now` elsewhere).

use jiff::Timestamp;

/// The current time, UTC.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The current time in milliseconds since 1970, UTC: the form of the tables' sortable times.
#[must_use]
pub fn now_ms() -> i64 {
    now().as_millisecond()
}
