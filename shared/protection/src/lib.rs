//! Data protection: finds everything that is stored of a tenant, so that it can be exported, backed up, restored and
//! erased.
//!
//! [`tables`] finds a tenant's items, [`Bucket`] the versions of its objects, [`TenantData`] counts and erases both,
//! [`item`] writes items as text and compares them, `backup` (a feature) writes and reads backups, [`Exports`] keeps the
//! state of exports, and a [`Tombstone`] says that a tenant was erased and must not be restored.
//!
//! This crate knows where a tenant's data is and not what it means: it parses no domain type and depends on `cloud` and
//! `tenancy` alone. A new place in which tenants' data is stored must be added here, or it is neither backed up nor
//! erased; [`register`] lists every place, with how long, and a test holds it against the template.
//!
//! # Example
//!
//! ```no_run
//! use protection::{TableKind, Tables};
//! use tenancy::TenantId;
//!
//! /// Prints every item of a tenant, as one line of DynamoDB's JSON each.
//! async fn print(config: &cloud::SdkConfig, tenant: &TenantId) -> Result<(), Box<dyn std::error::Error>> {
//!     let tables = Tables::from_settings(config)?;
//!     for kind in TableKind::ALL {
//!         let mut items = tables.items(kind, tenant);
//!         while let Some(page) = items.next_page().await? {
//!             for item in page {
//!                 print!("{}", String::from_utf8(protection::item::to_line(&item)?)?);
//!             }
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! [`Bucket`]: cloud::bucket::Bucket

#[cfg(feature = "backup")]
pub mod backup;
pub mod erasure;
pub mod exports;
pub mod item;
pub mod register;
pub mod tables;
pub mod tenant_data;
pub mod tombstone;

pub use exports::{Export, ExportState, Exports};
pub use tables::{TableKind, TableNames, Tables};
pub use tenant_data::{TenantData, TenantDataError, TenantDataReport, TenantRecord};
pub use tombstone::{ErasedTenants, Tombstone, Tombstones};
