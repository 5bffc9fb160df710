//! The protocol that meters usage and renders films, as state machines small enough to be checked in every
//! state that they can reach.
//!
//! - [`holds`]: hold, commit, release and expiry against a limit, with requests, steps and settlements
//!   that come twice, late, or never; what `shared/metering` does.
//! - [`artefacts`]: one artefact that several jobs share, from its making to its deletion.
//! - [`pipeline`]: jobs, steps, slots and backlog, leases, the queue and the sweeper, with processes that die
//!   between any two calls; what `shared/studio/src/store` does. [`pipeline::rules`] is meant to be read
//!   beside it.
//!
//! It knows the protocol only: no crate of the product is linked. A change of `shared/studio/src/store` or of
//! `shared/metering` that changes a condition, an order of writes or a call is made here as well, by hand.
//!
//! A model with a [`Mutation`](pipeline::Mutation) lacks one of the conditions that the protocol stands on.
//! The checker must find what goes wrong without it: that shows that the condition is needed, and that
//! the properties would notice.
//!
//! # What "eventually" means here
//!
//! A run has a budget of faults. Time is not a number but an event: an entry of the sweeper's index becomes
//! due when no process works on it any more, or, as a fault, too early. That makes the graph of states finite and
//! free of cycles, as [`check::prove`] verifies edge by edge: every run ends. So "eventually everything is
//! settled" is the invariant "where nothing is left to do, everything is settled", which needs none of the
//! checker's reservations about liveness.
//!
//! ```no_run
//! use protocol_model::check::{self, Unproved};
//! use protocol_model::pipeline::Pipeline;
//!
//! # fn main() -> Result<(), Unproved> {
//! let proof = check::prove("two tenants", &Pipeline { cancels: false, ..Pipeline::two_tenants(0) }, 1_000_000)?;
//! assert_eq!(proof.failures().count(), 0, "{proof}");
//! # Ok(())
//! # }
//! ```

pub mod artefacts;
pub mod check;
pub mod holds;
pub mod pipeline;
