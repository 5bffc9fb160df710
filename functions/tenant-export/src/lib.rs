//! The export worker: puts everything that is stored of a tenant into one ZIP archive.
//!
//! An export is collected first: the items of every table are written to objects, and a
//! [snapshot](snapshot::Snapshot) records which version of which object goes into the archive. Then the archive is
//! [packed](pack::pack) and uploaded part by part. When a process dies or its time is up, another resumes the export
//! behind the last uploaded part, because the archive's bytes follow from the snapshot alone.
//!
//! This crate knows nothing of HTTP and of what items mean; [`protection`] finds a tenant's data, and keeps the state
//! of exports. `tests/archive.rs` is an example: it packs an archive into memory, stops it at any part, resumes it, and
//! compares the result.

pub mod archive;
mod bucket_sink;
mod collect;
mod error;
mod export;
mod manifest;
pub mod pack;
pub mod size;
pub mod snapshot;

pub use error::ExportError;
pub use export::Exporter;
