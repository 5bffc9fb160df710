//! What a client sends, as a tree of values, and how a type is made from it: one set of rules for bodies and queries.
//!
//! serde's own rules are too lenient and its errors are for programmers: a struct is made from an array too, `null` is
//! no default, and a fault is told by the names of Rust types. [`Input`] is a `Deserializer` with the rules of this API:
//! an object is an object, a member that is `null` is as absent, and a [`Fault`] says where and what to do.

mod fault;
mod json;
mod node;

pub(crate) use fault::Fault;
pub(crate) use json::{JsonError, parse_json};
pub(crate) use node::Input;
