//! Calendar months, for which quotas are counted.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// A text is not a month of the form `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a month such as `2026-11`")]
pub struct InvalidMonth;

/// A calendar month in UTC, the period for which quotas are counted. Its text form is `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month in which a moment lies.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self::with(at.to_zoned(TimeZone::UTC).date())
    }

    /// The month before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        self.first().and_then(|first| first.checked_sub(1.month()).ok()).map_or(self, Self::with)
    }

    /// The first moment of the next month; [`Timestamp::MAX`] after the last month that can be represented.
    #[must_use]
    pub fn end(self) -> Timestamp {
        let next = self.first().and_then(|first| first.checked_add(1.month()).ok());
        let begin = next.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        begin.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// The month without the hyphen, `202611`, for file names.
    #[must_use]
    pub fn compact(self) -> String {
        format!("{:04}{:02}", self.year, self.month)
    }

    fn with(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    fn first(self) -> Option<Date> {
        Date::new(self.year, self.month, 1).ok()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;
    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let month: Date = format!("{text}-01").parse().map_err(|_| InvalidMonth)?;
        let month = Self::with(month);
        if month.to_string() == text { Ok(month) } else { Err(InvalidMonth) }
    }
}

impl TryFrom<String> for Month {
    type Error = InvalidMonth;
    fn try_from(text: String) -> Result<Self, InvalidMonth> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let at: Timestamp = "2026-12-31T23:59:59.999Z".parse().unwrap();
        let month = Month::of(at);
        assert_eq!((month.to_string().as_str(), month.compact().as_str()), ("2026-12", "202612"));
        assert_eq!(month.end().to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(Month::of(month.end()).previous(), month);
    }

    #[test]
    fn nothing_but_a_month_parses() {
        assert_eq!("2026-11".parse::<Month>().map(|m| m.to_string()), Ok("2026-11".into()));
        for bad in ["", "2026-13", "2026-1", "202611", "2026-11-01", "2026-11/..", "+002026-11"] {
            assert_eq!(bad.parse::<Month>(), Err(InvalidMonth), "{bad}");
        }
    }
}
