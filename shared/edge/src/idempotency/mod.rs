//! The header `Idempotency-Key`: a request that is sent again with the same key is answered as the first time, and its
//! work is done once.
//!
//! A handler that can be repeated takes an [`Idempotent`] after its caller and before its body. The request's key is
//! claimed there, so that who may call the route is checked first, every time. What the handler answers is kept for a
//! day in the caller's partition of the function's own table, and given again with `Idempotent-Replayed: true`. An
//! answer that is of no use for so long is kept for less ([`ReplayFor`]). One that is too large to keep, or cannot be
//! read, is a 409 that says so: the work is not done again.
//!
//! A handler that can record the key in the transaction with what it makes takes a [`ScopedKey`] instead.
//!
//! ```text
//! no record, or an expired one ─► claimed ─► answered (2xx) ─► given again for 24 hours
//!                                    │ refused (4xx)   ─► as if it had not been sent
//!                                    │ failed (5xx)    ─► claimed again by the next request, with the same id
//!                                    └ process died    ─► the same, once the claim has ended (30 s)
//! ```
//!
//! The claim has an id, which stays the same when the claim is taken over. A handler gives it to what it makes, and so
//! finds out on a retry that it was made already. A key belongs to one caller with one role and scope, and to one path;
//! with another body it is refused.
//!
//! Cost: requests without the header pay nothing. With it, two writes; where the answer is given again, one.

mod answer;
mod extract;
mod header;
mod layer;
mod scoped_key;
mod store;

pub use answer::{ReplayAs, ReplayFor};
pub use extract::Idempotent;
pub(crate) use header::NAME;
pub use header::{IdempotencyHeader, REPLAYED};
pub(crate) use layer::with_idempotency;
pub use scoped_key::ScopedKey;
pub use store::IdempotencyStore;
