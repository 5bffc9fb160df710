//! Reads the usage events of all tenants in the order of time.

use std::collections::VecDeque;

use cloud::table::{IndexCursor, Table, TableError};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use tenancy::{Month, TenantId};

use crate::counter::{SHARDS, UsageCounter, log_shard};
use crate::metric::Metric;

/// The number of events of a shard that are read and kept in memory at once.
const PAGE_SIZE: i32 = 500;

/// The usage events of all tenants in a month, in the order of time, read page by page.
pub struct UsageLog {
    table: Table,
    shards: Vec<Shard>,
}

/// One partition of the index, and how far it has been read.
struct Shard {
    name: String,
    buffered: VecDeque<IndexedEvent>,
    next: NextPage,
}

enum NextPage {
    At(Option<IndexCursor>),
    End,
}

/// An event as the index projects it.
#[derive(Debug, Deserialize)]
struct IndexedEvent {
    pk: String,
    log_order: String,
    at: Timestamp,
    metric: Metric,
    amount: u64,
}

/// A line of the usage log. Its JSON has the form that docs/operations.md shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogEntry {
    /// When the step was done: `2025-01-15T14:30:00`, UTC without a zone.
    pub timestamp: String,
    /// The tenant whose step it was.
    pub tenant_id: TenantId,
    /// The metric that the step used.
    pub metric: Metric,
    /// The amount used, in the unit of the metric's name.
    pub amount: Number,
}

impl UsageCounter {
    /// The events of a month. It needs credentials for all tenants. Events of the last seconds may be missing, because the
    /// index is eventually consistent.
    #[must_use]
    pub fn log(&self, month: Month) -> UsageLog {
        let shard = |shard| Shard {
            name: log_shard(month, shard),
            buffered: VecDeque::new(),
            next: NextPage::At(None),
        };
        UsageLog { table: self.table.clone(), shards: (0..SHARDS).map(shard).collect() }
    }
}

impl UsageLog {
    /// The next event; none at the end. Cost: one query for every 500 events of a shard.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an event cannot be parsed, and
    /// [`TableError::Refused`] when its partition key is not a tenant's.
    pub async fn next(&mut self) -> Result<Option<LogEntry>, TableError> {
        for shard in &mut self.shards {
            shard.fill(&self.table).await?;
        }
        let with_events = self.shards.iter_mut().filter(|shard| !shard.buffered.is_empty());
        let first = with_events.min_by(|one, other| one.first_order().cmp(&other.first_order()));
        let event = first.and_then(|shard| shard.buffered.pop_front());
        event.map(LogEntry::try_from).transpose()
    }
}

impl Shard {
    /// Reads pages until an event is buffered or the partition ends.
    async fn fill(&mut self, table: &Table) -> Result<(), TableError> {
        while self.buffered.is_empty()
            && let NextPage::At(after) = &self.next
        {
            let partition = ("log_shard", self.name.as_str());
            let (events, next) = table.query_index("usage_log", partition, PAGE_SIZE, after.clone()).await?;
            self.buffered = VecDeque::from(events);
            self.next = next.map_or(NextPage::End, |cursor| NextPage::At(Some(cursor)));
        }
        Ok(())
    }

    fn first_order(&self) -> Option<&str> {
        self.buffered.front().map(|event| event.log_order.as_str())
    }
}

impl TryFrom<IndexedEvent> for LogEntry {
    type Error = TableError;
    fn try_from(event: IndexedEvent) -> Result<Self, TableError> {
        let tenant = event.pk.strip_prefix("TENANT#").and_then(|tenant| tenant.parse().ok());
        let not_a_tenant = || TableError::Refused(format!("{} is no tenant's partition", event.pk));
        Ok(Self {
            timestamp: event.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            tenant_id: tenant.ok_or_else(not_a_tenant)?,
            metric: event.metric,
            amount: event.metric.shown(event.amount),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_form_that_the_guide_prescribes() {
        let tenant = TenantId::new();
        let event = IndexedEvent {
            pk: tenant.partition().as_str().to_owned(),
            log_order: String::new(),
            at: "2025-01-15T14:30:00.9Z".parse().unwrap(),
            metric: Metric::TtsSeconds,
            amount: 45_500,
        };
        let line = serde_json::to_string(&LogEntry::try_from(event).unwrap()).unwrap();
        let expected = format!(
            r#"{{"timestamp":"2025-01-15T14:30:00","tenant_id":"{tenant}","metric":"tts_seconds","amount":45.5}}"#
        );
        assert_eq!(line, expected);
    }
}
