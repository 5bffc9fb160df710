//! Who changed what, in a log that shows when it was changed itself.
//!
//! Every tenant has a chain of entries. Each has the hash of the one before it in it, so that nobody edits, drops or
//! reorders an entry without breaking the chain from there on; and once an hour the head of every chain that grew
//! is written where nobody can change it ([`Seal`]), so that nobody makes the whole chain anew, or shortens it.
//! [`verify`] finds what was done. What was done within the hour, by somebody who writes the chain's head as well,
//! it cannot find.
//!
//! | partition, sort key | item |
//! |---|---|
//! | tenant, `ENTRY#{seq}` | [`Entry`] |
//! | tenant, `HEAD` | [`Head`]: the last entry's number and hash |
//! | tenant`#BEGUN`, request | [`Call`] whose outcome is not known yet |
//! | `PLATFORM`, `SEAL` | [`SealCheckpoint`]: how far chains are sealed |
//!
//! A call is written down before anything is changed ([`AuditLog::begin`]), and moved into the chain with its outcome
//! ([`AuditLog::end`]): no change is made without an entry, also by a function that dies. What it left is chained an
//! hour later at the latest, as of unknown outcome.
//!
//! Entries name people, keys and things by id, and say nothing of what was sent: there is no personal data in them.

mod abandoned;
mod call;
mod entry;
mod head;
mod log;
mod pending;
mod seal;
mod verify;

pub use abandoned::AbandonedEntry;
pub use call::{Actor, Call};
pub use entry::{ChainPosition, Entry};
pub use head::Head;
pub use log::{AuditError, AuditLog, EntryPage, Filter};
pub use pending::PendingEntry;
pub use seal::{LockedDocument, Seal, SealCheckpoint, SealedHead};
pub use verify::{AuditChain, Finding, StoredItem, verify};
