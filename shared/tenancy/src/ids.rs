//! The ids that several crates share.

use crate::id;

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
