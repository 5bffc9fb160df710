//! Foreign pictures: what is decoded, what is refused, and that no file takes more than the limits.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking, their helpers too")]

mod colours;
mod corpus;
mod decoding;
mod demanding;
mod fitting;
mod flat_jpeg;
mod foreign_pictures;
mod refusing;
mod support;
