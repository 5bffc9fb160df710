use cloud::bucket::{Bucket, BucketError};
use cloud::table::TableError;
use jiff::{Timestamp, tz::TimeZone};
use metering::UsageCounter;
use tenancy::{Month, ObjectKey};

/// The last day of a month on which the log of the month before is written again. A job runs for a day at most, so that
/// the month's last jobs end on the first; the two other days are a margin for when this function could not run.
const LAST_REWRITE_DAY: i8 = 3;

/// Writes the usage log: one object a month, with each usage event of all tenants once.
pub struct Log {
    /// With credentials for the events of all tenants.
    pub counter: UsageCounter,
    /// The bucket of the logs, with credentials to write them.
    pub bucket: Bucket,
}

/// Why a month's log was not written. The next run writes it.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error("an event cannot be written: {0}")]
    Entry(#[from] serde_json::Error),
}

impl Log {
    /// Writes this month's log, and until the third day the log of the month before. Each is written anew from all of the
    /// month's events, so that a run may fail or be repeated at any point.
    pub async fn write(&self, now: Timestamp) -> Result<(), LogError> {
        for month in months(now) {
            let events = self.write_month(month).await?;
            tracing::info!(%month, events, "usage of {month} written");
        }
        Ok(())
    }

    /// Writes a month's log, and gives the number of events. Cost: one query for every 500 events, eight at least; one request for every 8 MiB.
    async fn write_month(&self, month: Month) -> Result<u64, LogError> {
        let mut events = self.counter.log(month);
        let mut object = self.bucket.upload(ObjectKey::usage_log(month), "application/x-ndjson");
        let mut count = 0;
        while let Some(event) = events.next().await? {
            let mut line = serde_json::to_vec(&event)?;
            line.push(b'\n');
            object.write(&line).await?;
            count += 1;
        }
        object.finish().await?;
        Ok(count)
    }
}

fn months(now: Timestamp) -> Vec<Month> {
    let this = Month::of(now);
    let day = now.to_zoned(TimeZone::UTC).day();
    if day <= LAST_REWRITE_DAY { vec![this.previous(), this] } else { vec![this] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_before_is_written_until_the_third() {
        let names = |at: &str| -> Vec<String> {
            months(at.parse().unwrap()).iter().map(ToString::to_string).collect()
        };
        assert_eq!(names("2027-01-03T23:59:59Z"), ["2026-12", "2027-01"]);
        assert_eq!(names("2027-01-04T00:00:00Z"), ["2027-01"]);
    }
}
