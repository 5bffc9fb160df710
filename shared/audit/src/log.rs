//! Writing entries, and listing them.

use aws_config::SdkConfig;
use cloud::clock;
use cloud::settings::{SettingError, TableName};
use cloud::table::{Key, Table, TableError, Update, conflict_backoff};
use jiff::Timestamp;
use tenancy::TenantId;

use crate::call::{Actor, Call};
use crate::entry::{ChainPosition, ENTRIES, Entry, sort_key};
use crate::head::Head;
use crate::pending::{PendingEntry, PendingItem, pending_key};

/// How often appending is attempted while other requests append to the same chain. More requests of one tenant than
/// this are not carried out at the same moment.
const MAX_ATTEMPTS: usize = 20;

/// How many entries one page of a list reads at most, whether or not the filter matches them.
const SCAN_LIMIT: i32 = 500;

/// Why an entry was not written.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The table did not take the write.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Other requests appended to the chain during every one of the attempts.
    #[error("the chain grows all the time")]
    Contended,
}

/// The audit logs of all tenants, as far as the table's credentials reach.
#[derive(Clone)]
pub struct AuditLog {
    pub(crate) table: Table,
}

/// Which entries a list contains: those that match every field that is `Some`.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The actor of the call.
    pub actor: Option<Actor>,
    /// The id of the session or API key.
    pub credential: Option<String>,
    /// The beginning of the action, such as `POST` or `DELETE /api/v1/projects`.
    pub action: Option<String>,
    /// An id that is among the subjects.
    pub subject: Option<String>,
    /// The earliest time of the call, inclusive.
    pub from: Option<Timestamp>,
    /// The end of the time range, exclusive.
    pub until: Option<Timestamp>,
    /// `true` for calls with a status of 200 to 399, `false` for all others, including those without a status.
    pub succeeded: Option<bool>,
}

/// A page of a list, newest entry first.
#[derive(Clone, Debug)]
pub struct EntryPage {
    /// The entries that the filter matches. It can be empty although later pages are not.
    pub entries: Vec<Entry>,
    /// What to pass as `before` to get the next page; `None` on the last page.
    pub next: Option<u64>,
}

impl Filter {
    fn matches(&self, entry: &Entry) -> bool {
        let Entry { call, status, .. } = entry;
        let is_success = status.is_some_and(|status| (200..400).contains(&status));
        self.actor.is_none_or(|actor| call.actor == actor)
            && self.credential.as_ref().is_none_or(|credential| call.credential.as_ref() == Some(credential))
            && self.action.as_ref().is_none_or(|action| call.action.starts_with(action))
            && self.subject.as_ref().is_none_or(|subject| call.subjects.contains(subject))
            && self.from.is_none_or(|from| call.at >= from)
            && self.until.is_none_or(|until| call.at < until)
            && self.succeeded.is_none_or(|succeeded| succeeded == is_success)
    }
}

impl AuditLog {
    /// The log in this table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Over the deployment's table, reached with the credentials of `config`.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `AUDIT_TABLE` is not set.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        Ok(Self::new(Table::from_settings(config, TableName::Audit)?))
    }

    /// Writes a pending entry before a call is carried out. Cost: one write.
    ///
    /// # Errors
    /// [`AuditError::Table`] when the write fails. The call must not be carried out then.
    pub async fn begin(&self, tenant: TenantId, call: Call) -> Result<PendingEntry, AuditError> {
        self.table.put(&pending_key(&tenant, &call.request), &PendingItem::new(tenant, call.clone())).await?;
        Ok(PendingEntry { tenant, call })
    }

    /// Moves a pending entry into the chain, with its outcome. Cost: one read and one transaction of three items for
    /// every attempt; an attempt fails when another request appends first.
    ///
    /// # Errors
    /// [`AuditError::Table`] when the table does not answer, [`AuditError::Contended`] after 20 attempts. The entry
    /// stays pending then, and the hourly sealer moves it into the chain without a status.
    pub async fn end(&self, entry: PendingEntry, status: Option<u16>) -> Result<(), AuditError> {
        let PendingEntry { tenant, call } = entry;
        let key = pending_key(&tenant, &call.request);
        let pending = self.table.update(&key).when_present();
        // When there is no such entry any more, it was moved into the chain already.
        self.append_to_chain(&tenant, &call, status, 1, Some(pending)).await.map(drop)
    }

    /// Appends a call that was carried out already, without a pending entry before. Cost: as [`end`](Self::end), with
    /// one item less.
    ///
    /// # Errors
    /// As [`end`](Self::end); the call is not recorded then.
    pub async fn append(&self, tenant: &TenantId, call: Call, status: u16) -> Result<(), AuditError> {
        self.append_to_chain(tenant, &call, Some(status), 1, None).await.map(drop)
    }

    /// Appends an entry that stands for `count` calls, and in the same transaction deletes the item of `source` under
    /// its condition. Gives `false` when that condition fails, and appends nothing then.
    pub(crate) async fn append_to_chain(
        &self,
        tenant: &TenantId,
        call: &Call,
        status: Option<u16>,
        count: u64,
        source: Option<Update>,
    ) -> Result<bool, AuditError> {
        for _ in 0..MAX_ATTEMPTS {
            let head = self.head(tenant).await?;
            let last = head.as_ref().map_or(ChainPosition::START, Head::position);
            let entry = Entry::counting(last, tenant, call.clone(), status, count);
            let grown = Head::new(*tenant, entry.position(), clock::now());
            let mut writes = vec![
                match head {
                    None => self.table.put_new(&head_key(tenant), &grown)?,
                    Some(_) => self.table.put_if_equals(&head_key(tenant), &grown, ("seq", last.seq))?,
                },
                // Conditional on there being no such item: no entry is ever overwritten.
                self.table.put_new(&entry_key(tenant, entry.seq), &entry)?,
            ];
            if let Some(source) = source.clone() {
                writes.push(source.build_delete()?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(true),
                // The condition on the source.
                Err(TableError::Condition { failed }) if failed.get(2) == Some(&true) => return Ok(false),
                Err(TableError::Condition { .. } | TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error.into()),
            }
        }
        Err(AuditError::Contended)
    }

    /// The end of a tenant's chain, or `None` while it has no entry. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn head(&self, tenant: &TenantId) -> Result<Option<Head>, TableError> {
        self.table.get(&head_key(tenant)).await
    }

    /// The newest entries before number `before` that the filter matches, at most `limit` of them. Reads at most 500
    /// entries. Cost: one query, of one read unit for every 4 KB, which is about ten entries.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn entries(
        &self,
        tenant: &TenantId,
        filter: &Filter,
        before: Option<u64>,
        limit: usize,
    ) -> Result<EntryPage, TableError> {
        let after = before.map(sort_key);
        let partition = tenant.partition();
        let page = self.table.query::<Entry>(&partition, ENTRIES, true, SCAN_LIMIT, after.as_deref()).await?;
        let last_looked_at = page.items.last().map(|entry| entry.seq);
        let mut entries: Vec<Entry> = page.items.into_iter().filter(|entry| filter.matches(entry)).collect();
        let next = if entries.len() > limit {
            entries.truncate(limit);
            entries.last().map(|entry| entry.seq)
        } else {
            page.next.and(last_looked_at)
        };
        Ok(EntryPage { entries, next })
    }
}

fn head_key(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "HEAD")
}

fn entry_key(tenant: &TenantId, seq: u64) -> Key {
    Key::of(&tenant.partition(), sort_key(seq))
}
