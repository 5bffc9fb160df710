//! The sweeper: once a minute it takes up what nobody took care of in time.
//!
//! Every write of [`studio`] that something must follow (a message to be sent, steps to be created, a lease to be
//! kept, an upload to be charged or deleted) leaves an entry in the index `due` of the `studio` table. The [`Sweeper`]
//! reads the entries whose time has come and does what should have followed, so that a process may die after any call.
//! It decides nothing about steps and jobs that the table does not say, and is the only function that reads across
//! tenants, by keys alone.
//!
//! What is done for a job in which state is a pure function, and its best example: [`JobAction::of`].

mod error;
mod job_action;
mod sweeper;

pub use error::SweepError;
pub use job_action::JobAction;
pub use sweeper::Sweeper;
