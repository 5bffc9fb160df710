//! What the tests of failure share: a stack whose every AWS call passes a [fault proxy](fault_proxy), a
//! sweeper that comes every second, workers that are watched call by call and killed between two of them,
//! and an account of what a film has left behind.

mod aws;
mod census;
mod film;
mod killer;
mod ledger;
mod leftovers;
mod place;
mod reaper;
mod stack;
mod workers;

pub use aws::{Item, items, messages_in, send_message, set_visibility_timeout, usage_log};
pub use census::Census;
pub use film::{Outcome, SCENES, TwoScenes, wait_until_tidy};
pub use killer::{Killed, Killer, Point};
pub use ledger::Ledger;
pub use leftovers::{leftovers, usage_events};
pub use place::{Follower, Place, Sight, StepName};
pub use reaper::Reaper;
pub use stack::ChaosStack;
pub use workers::Callers;
