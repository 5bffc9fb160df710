//! Puts all that is kept of a tenant into one archive.
//!
//! An export is collected first: the items of every table are written to objects, and a [snapshot](Snapshot)
//! says which version of which object goes into the archive. Then it is [packed](pack) part by part. Whoever dies
//! on the way is followed by another, who goes on where the last whole part ends.

pub mod archive;
mod bucket_sink;
mod collect;
mod error;
mod export;
pub mod manifest;
pub mod pack;
pub mod size;
pub mod snapshot;

pub use error::ExportError;
pub use export::Exporter;
