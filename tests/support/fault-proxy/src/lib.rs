//! A proxy between the functions and an AWS service: it lets calls through and counts them, or makes
//! them fail in the ways in which services and networks fail. A watcher may act between what a service has
//! done and what its client knows of it.
//!
//! AWS clients find it by `AWS_ENDPOINT_URL_DYNAMODB` and its like for other services, or by
//! `AWS_ENDPOINT_URL` for all of them.

mod call;
mod fault;
mod proxy;

pub use call::{Call, Endpoints, ItemKey};
pub use fault::Fault;
pub use proxy::{FaultProxy, Phase};
