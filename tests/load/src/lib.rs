//! Many people at once, against a stack of their own: each signs in by mail, makes a project, sees its quote,
//! starts its film, and looks again and again how far it is.
//!
//! What is measured is the API beside workers that render as fast as the machine lets them.

mod person;
mod scenario;

pub use scenario::{LoadProfile, REQUESTS, attack, failed};
