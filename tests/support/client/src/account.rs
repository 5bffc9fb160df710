//! The signed-in user, their tenant, and what it has used this month, as the API sends them.

use serde::Deserialize;

/// A completed sign-in.
#[derive(Clone, Debug, Deserialize)]
pub struct SignedIn {
    /// The access token: a JWT, sent as `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// The id of the tenant whose data the token opens.
    pub tenant: String,
    /// The id of the user who signed in.
    pub user: String,
    /// The session's id, as `GET /api/auth/sessions` lists it.
    pub session: String,
}

/// The tenant and the user of a request's credential.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// The tenant of the credential.
    pub tenant: Tenant,
    /// The user of the credential.
    pub user: User,
}

/// A tenant: the account that owns projects, jobs and films.
#[derive(Clone, Debug, Deserialize)]
pub struct Tenant {
    /// The tenant's id: `tenant_…`.
    pub id: String,
    /// The name that its owners gave it.
    pub name: String,
    /// `free`, `pro` or `enterprise`.
    pub plan: String,
}

/// A user of a tenant.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    /// The user's id: `user_…`.
    pub id: String,
    /// Their mail address, by which they sign in.
    pub email: String,
    /// `owner` or `member`.
    pub role: String,
}

/// What a tenant has used in the current month.
#[derive(Clone, Debug, Deserialize)]
pub struct Usage {
    /// The plan that sets the limits: `free`, `pro` or `enterprise`.
    pub plan: String,
    /// When the counters start again from zero, RFC 3339.
    pub resets_at: String,
    /// Each metric that has a quota.
    pub metrics: Vec<MetricUsage>,
    /// Grants on top of the plan that have not expired.
    pub grants: Vec<Grant>,
}

/// A temporary increase of the plan's limits.
#[derive(Clone, Debug, Deserialize)]
pub struct Grant {
    /// The increase, percent of the plan's limit.
    pub percent: u32,
    /// The metric that it raises; every metric when absent.
    pub metric: Option<String>,
    /// When it expires, RFC 3339.
    pub until: String,
}

/// What a tenant has used and reserved of one metric.
#[derive(Clone, Debug, Deserialize)]
pub struct MetricUsage {
    /// `images_count`, `tts_seconds`, `render_minutes`, `storage_bytes`.
    pub metric: String,
    /// What was used this month, in the metric's unit; of storage, what is stored now.
    pub used: f64,
    /// What running jobs hold in reserve.
    pub held: f64,
    /// What the plan and its grants allow; absent when the plan sets no limit.
    pub limit: Option<f64>,
    /// How much of the limit is used or held, percent.
    pub percent: Option<u64>,
    /// `near_limit` or `at_limit`, once that much is used or held.
    pub warning: Option<String>,
    /// When this counter starts again from zero; absent for storage, which does not.
    pub resets_at: Option<String>,
}
