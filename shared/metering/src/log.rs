use std::collections::VecDeque;

use cloud::table::{IndexCursor, Table, TableError};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use tenancy::{Month, TenantId};

use crate::counter::{SHARDS, log_shard};
use crate::{Metric, UsageCounter};

/// How many events of a shard are in memory at once.
const PAGE: i32 = 500;

/// A month's usage events of all tenants in the order of their times, read page by page.
pub struct UsageLog {
    table: Table,
    shards: Vec<Shard>,
}

/// One partition of the index, as far as it was read.
struct Shard {
    name: String,
    read: VecDeque<Indexed>,
    next: Next,
}

enum Next {
    Page(Option<IndexCursor>),
    End,
}

/// An event as the index has it.
#[derive(Debug, Deserialize)]
struct Indexed {
    pk: String,
    log_order: String,
    at: Timestamp,
    metric: Metric,
    amount: u64,
}

/// A line of the usage log. Its JSON is the form that the deployment guide sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogEntry {
    /// When the step was done: seconds, UTC, without a zone.
    pub timestamp: String,
    /// Whose step it was.
    pub tenant_id: TenantId,
    /// What it used.
    pub metric: Metric,
    /// How much, in the unit that the metric's name says.
    pub amount: Number,
}

impl UsageCounter {
    /// The events of a month, for whoever sees all tenants' events. Those of the last seconds may be missing:
    /// the index follows the table.
    #[must_use]
    pub fn log(&self, month: Month) -> UsageLog {
        let shard =
            |shard| Shard { name: log_shard(month, shard), read: VecDeque::new(), next: Next::Page(None) };
        UsageLog { table: self.table.clone(), shards: (0..SHARDS).map(shard).collect() }
    }
}

impl UsageLog {
    /// The next event, none at the end. Cost: one query for every 500 events of a shard.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn next(&mut self) -> Result<Option<LogEntry>, TableError> {
        for shard in &mut self.shards {
            shard.fill(&self.table).await?;
        }
        let with_events = self.shards.iter_mut().filter(|shard| !shard.read.is_empty());
        let first = with_events.min_by(|one, other| one.order().cmp(&other.order()));
        let event = first.and_then(|shard| shard.read.pop_front());
        event.map(LogEntry::try_from).transpose()
    }
}

impl Shard {
    /// Reads on until there is an event or the end.
    async fn fill(&mut self, table: &Table) -> Result<(), TableError> {
        while self.read.is_empty()
            && let Next::Page(after) = &self.next
        {
            let partition = ("log_shard", self.name.as_str());
            let (events, next) = table.query_index("usage_log", partition, PAGE, after.clone()).await?;
            self.read = VecDeque::from(events);
            self.next = next.map_or(Next::End, |cursor| Next::Page(Some(cursor)));
        }
        Ok(())
    }

    fn order(&self) -> Option<&str> {
        self.read.front().map(|event| event.log_order.as_str())
    }
}

impl TryFrom<Indexed> for LogEntry {
    type Error = TableError;
    fn try_from(event: Indexed) -> Result<Self, TableError> {
        let tenant = event.pk.strip_prefix("TENANT#").and_then(|tenant| tenant.parse().ok());
        let stray = || TableError::Refused(format!("{} is no tenant's partition", event.pk));
        Ok(Self {
            timestamp: event.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            tenant_id: tenant.ok_or_else(stray)?,
            metric: event.metric,
            amount: event.metric.shown(event.amount),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_guides_form() {
        let tenant = TenantId::new();
        let event = Indexed {
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
