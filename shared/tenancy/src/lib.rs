//! The identity of a caller ([`TenantContext`]), prefixed ids, and the only ways to build the DynamoDB partition keys
//! ([`Partition`]) and S3 object keys ([`ObjectKey`]) of a tenant.
//!
//! A key of a tenant can be built from a [`TenantId`] and other typed values only: no function here takes a free
//! string, and an id parses only in its exact shape. So `..`, `/`, control characters, another tenant's prefix and
//! over-long ids cannot reach a key.
//!
//! The crate is pure: it calls no AWS service and depends on no other crate of this workspace.
//!
//! ```
//! use tenancy::{ObjectKey, TenantId};
//!
//! let tenant: TenantId = "tenant_0198f0c5d2a07a3bb0c1d2e3f4a5b6c7".parse()?;
//! assert_eq!(tenant.partition().as_str(), "TENANT#tenant_0198f0c5d2a07a3bb0c1d2e3f4a5b6c7");
//! assert!(ObjectKey::tombstone(&tenant).as_str().starts_with("tombstones/tenant_"));
//! assert!("tenant_../../other".parse::<TenantId>().is_err());
//! # Ok::<(), tenancy::InvalidId>(())
//! ```

mod context;
mod hash;
mod id;
mod ids;
mod keys;
mod month;

pub use context::{Plan, Role, Scope, SignInMethod, TenantContext, UnknownName};
pub use hash::{ContentHash, ContentHasher, InvalidHash};
pub use id::InvalidId;
#[doc(hidden)]
pub use id::{parse_suffix, schema, utoipa, uuid};
pub use ids::{ApiKeyId, AttemptId, ExportId, InvitationId, SessionId, TenantId, UserId};
pub use keys::{ArtefactVersion, ExportPart, Extension, JobDocument, ObjectKey, Partition};
pub use month::{InvalidMonth, Month};
