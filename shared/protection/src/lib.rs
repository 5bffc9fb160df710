//! Data protection: all that is kept of a tenant, found whole, so that it can be taken out, backed up, given back
//! and erased.
//!
//! This crate knows where a tenant's things are and not what they say. [`tables`] finds its items, [`Bucket`]
//! the versions of its objects, [`item`] writes items as text and compares them, and a [`Tombstone`] says that a
//! tenant is gone and must not come back.
//!
//! [`Bucket`]: cloud::bucket::Bucket

#[cfg(feature = "backup")]
pub mod backup;
pub mod erasure;
pub mod exports;
pub mod item;
pub mod tables;
pub mod tenant_data;
pub mod tombstone;

pub use exports::{Export, ExportState, Exports};
pub use tables::{TableKind, TableNames, Tables};
pub use tenant_data::{TenantData, TenantDataError, TenantDataReport, TenantRecord};
pub use tombstone::{ErasedTenants, Tombstone, Tombstones};
