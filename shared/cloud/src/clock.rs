//! The one place where the time comes from.

use jiff::Timestamp;

/// Now, in UTC.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Milliseconds since 1970, as tables keep times.
#[must_use]
pub fn now_ms() -> i64 {
    now().as_millisecond()
}
