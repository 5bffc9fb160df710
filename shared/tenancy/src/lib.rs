//! Who a request belongs to, and the only ways to name what belongs to a tenant.
//!
//! A table key or an object key of a tenant can be built from a [`TenantId`] and nothing else: no
//! function here takes a free string, and an id parses only in its exact shape. So `..`, `/`, control
//! characters, another tenant's prefix and over-long ids cannot reach a key.

mod context;
mod hash;
mod id;
mod keys;
mod month;

pub use context::{Plan, Role, Scope, SignInMethod, TenantContext, UnknownName};
pub use hash::{ContentHash, InvalidHash};
pub use id::InvalidId;
#[doc(hidden)]
pub use id::{parse_suffix, schema, utoipa, uuid};
pub use keys::{ArtefactVersion, ExportPart, Extension, JobDocument, ObjectKey, Partition};
pub use month::{InvalidMonth, Month};

id!(
    /// A tenant: one household, parish, school or company with its own data, plan and bill.
    TenantId,
    "tenant_"
);
id!(
    /// A person, who may belong to several tenants.
    UserId,
    "user_"
);
id!(
    /// One sign-in of one person on one device.
    SessionId,
    "sess_"
);
id!(
    /// A key that programs call the API with, for one person in one tenant.
    ApiKeyId,
    "key_"
);
id!(
    /// An invitation of an address to a tenant.
    InvitationId,
    "inv_"
);
id!(
    /// One export of everything that is kept of a tenant.
    ExportId,
    "export_"
);
id!(
    /// One attempt of one worker at one step.
    AttemptId,
    "att_"
);
