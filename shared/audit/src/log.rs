use aws_config::SdkConfig;
use cloud::clock;
use cloud::settings::{SettingError, TableName};
use cloud::table::{Key, Table, TableError, conflict_backoff};
use jiff::Timestamp;
use tenancy::TenantId;

use crate::call::{Actor, Call};
use crate::entry::{ChainPosition, ENTRIES, Entry, sort_key};
use crate::head::Head;
use crate::pending::{PendingEntry, PendingItem, pending_key};

/// How often others may write to the chain first: more than one person's requests at once.
const MAX_ATTEMPTS: usize = 20;

/// How many entries a page of a list looks at.
const SCAN_LIMIT: i32 = 500;

/// The log was not written.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Others write all the time.
    #[error("the chain grows all the time")]
    Contended,
}

/// The log of every tenant.
#[derive(Clone)]
pub struct AuditLog {
    pub(crate) table: Table,
}

/// Which entries a list shows; what is left out does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whose.
    pub actor: Option<Actor>,
    /// With which session or API key.
    pub credential: Option<String>,
    /// With what the action begins: `POST`, `DELETE /api/v1/projects`.
    pub action: Option<String>,
    /// Of what thing.
    pub subject: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Only what succeeded, or only what did not.
    pub succeeded: Option<bool>,
}

/// A part of a list, newest first.
#[derive(Clone, Debug)]
pub struct EntryPage {
    /// The entries that the filter shows; also none, while there are more to look at.
    pub entries: Vec<Entry>,
    /// Before which place to go on; none at the end.
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
    /// Over the `audit` table.
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

    /// Writes a call down before it is carried out. Cost: one write.
    ///
    /// # Errors
    /// [`AuditError::Table`]: nothing may be changed then.
    pub async fn begin(&self, tenant: TenantId, call: Call) -> Result<PendingEntry, AuditError> {
        self.table.put(&pending_key(&tenant, &call.request), &PendingItem::new(tenant, call.clone())).await?;
        Ok(PendingEntry { tenant, call })
    }

    /// Moves a call into the chain, with its outcome. Cost: one read, one transaction of three items; as often
    /// again as others were faster.
    ///
    /// # Errors
    /// [`AuditError`]: the call stays where it is, and is chained later as of unknown outcome.
    pub async fn end(&self, entry: PendingEntry, status: Option<u16>) -> Result<(), AuditError> {
        let PendingEntry { tenant, call } = entry;
        let key = pending_key(&tenant, &call.request);
        self.append_to_chain(&tenant, call, status, Some(&key)).await
    }

    /// Adds a call to the chain that is done already. Cost: as [`end`](Self::end), with one item less.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn append(&self, tenant: &TenantId, call: Call, status: u16) -> Result<(), AuditError> {
        self.append_to_chain(tenant, call, Some(status), None).await
    }

    async fn append_to_chain(
        &self,
        tenant: &TenantId,
        call: Call,
        status: Option<u16>,
        pending: Option<&Key>,
    ) -> Result<(), AuditError> {
        for _ in 0..MAX_ATTEMPTS {
            let head = self.head(tenant).await?;
            let last = head.as_ref().map_or(ChainPosition::START, Head::position);
            let entry = Entry::after(last, tenant, call.clone(), status);
            let grown = Head::new(*tenant, entry.position(), clock::now());
            let mut writes = vec![
                match head {
                    None => self.table.put_new(&head_key(tenant), &grown)?,
                    Some(_) => self.table.put_if_equals(&head_key(tenant), &grown, ("seq", last.seq))?,
                },
                // No entry is ever written over.
                self.table.put_new(&entry_key(tenant, entry.seq), &entry)?,
            ];
            if let Some(pending) = pending {
                writes.push(self.table.update(pending).when_present().build_delete()?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(()),
                // Somebody has chained it already.
                Err(TableError::Condition { failed }) if failed.get(2) == Some(&true) => return Ok(()),
                Err(TableError::Condition { .. } | TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error.into()),
            }
        }
        Err(AuditError::Contended)
    }

    /// Where a tenant's chain ends; none of one that nobody has changed. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn head(&self, tenant: &TenantId) -> Result<Option<Head>, TableError> {
        self.table.get(&head_key(tenant)).await
    }

    /// The newest entries before `before` that the filter shows, at most `limit` of them. Looks at 500 at most.
    /// Cost: one query, one read for every 4 KB looked at: some ten entries.
    ///
    /// # Errors
    /// [`TableError`].
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
