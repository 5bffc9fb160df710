//! The audit log: who changed what in a tenant, in a form that shows tampering with the log itself.
//!
//! Every tenant has a hash chain of entries. Each entry contains the hash of the one before it, so that editing,
//! dropping or reordering an entry breaks the chain from there on. Once an hour the heads of all chains that grew are
//! written to a bucket with object lock ([`Seal`]), so that rewriting or shortening a whole chain shows as well.
//! [`verify`] reports what was changed. It cannot detect a change of entries that are not sealed yet, made within the
//! hour by somebody who also rewrites the chain's head.
//!
//! The crate knows the `audit` table and the content of sealed documents, but nothing of HTTP, of the bucket or of how
//! callers are authenticated: the `edge` crate records requests, the function `seal-audit` writes the documents.
//!
//! | partition, sort key | item |
//! |---|---|
//! | tenant, `ENTRY#{seq}` | [`Entry`] |
//! | tenant, `HEAD` | [`Head`]: the last entry's number and hash |
//! | tenant`#BEGUN`, request | [`PendingEntry`]: a [`Call`] whose outcome is not known yet |
//! | tenant`#BEGUN`, `REFUSED#{actor}#{hash of credential and action}` | a counter of refused calls that get no entry of their own |
//! | `PLATFORM`, `SEAL` | [`SealCheckpoint`]: up to when chains are sealed |
//!
//! A call is written down before anything is changed ([`AuditLog::begin`]), and moved into the chain with its outcome
//! ([`AuditLog::end`]): no change is made without an entry, even when the function dies in between. An entry that
//! stays pending for that reason is moved into the chain within an hour, with its outcome as unknown.
//!
//! Calls that were refused change nothing, and a caller can make any number of them. So the first ones of an actor with
//! one credential and action within an hour have entries of their own, which the caller of this crate decides, and the
//! others are counted ([`AuditLog::count_refused`]). Once an hour each count becomes one entry, with the last of these
//! calls.
//!
//! Entries name people, keys and things by id and contain nothing of the request's body: they hold no personal data.
//!
//! # Example
//! A chain that is as it was written has no findings; one whose entry was edited has.
//! ```
//! use audit::{Actor, AuditChain, Call, ChainPosition, Entry, Finding, StoredItem, verify};
//! use tenancy::TenantId;
//!
//! let tenant = TenantId::new();
//! let call = Call {
//!     at: "2026-11-23T01:02:03Z".parse()?,
//!     actor: Actor::Operator,
//!     credential: None,
//!     action: "DELETE /api/v1/projects/{id}".into(),
//!     subjects: vec!["proj_1".into()],
//!     request: "request-1".into(),
//! };
//! let mut entry = Entry::after(ChainPosition::START, &tenant, call, Some(204));
//! let head = Some(entry.position());
//! let chain = |entry| AuditChain { tenant, entries: vec![StoredItem::Entry(Box::new(entry))], head, sealed: vec![] };
//! assert_eq!(verify(&chain(entry.clone())), []);
//!
//! entry.status = Some(403);
//! assert_eq!(verify(&chain(entry)), [Finding::Edited(1)]);
//! # Ok::<(), jiff::Error>(())
//! ```

mod abandoned;
mod call;
mod entry;
mod head;
mod log;
mod pending;
mod refusals;
mod seal;
mod verify;

pub use abandoned::AbandonedEntry;
pub use call::{Actor, Call};
pub use entry::{ChainPosition, Entry};
pub use head::Head;
pub use log::{AuditError, AuditLog, EntryPage, Filter};
pub use pending::PendingEntry;
pub use refusals::RefusalCounter;
pub use seal::{LockedDocument, Seal, SealCheckpoint, SealedHead};
pub use verify::{AuditChain, Finding, StoredItem, verify};
