//! Starting a render, and resuming one whose start was interrupted.
//!
//! ```text
//! plan ─► job, its plan, idempotency key and hold (one transaction)
//!      ─► plan document in the bucket ─► steps ─► free slots filled ─► messages sent ─► job marked
//! ```
//!
//! [`RenderStarter`] goes through all of it behind the API. From the transaction on the job is accepted and due in the
//! sweeper's index: if the process dies, the sweeper goes through the second line again with
//! [`StepDispatcher::resume`].

mod dispatcher;
mod error;
mod order;
mod starter;

pub use dispatcher::StepDispatcher;
pub use error::{DispatchError, RenderError};
pub use order::{RenderExtent, RenderOrder};
pub use starter::{RenderQuote, RenderStarter, StartedRender};
