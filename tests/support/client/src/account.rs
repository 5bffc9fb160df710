//! Who asks, and what they have used: what the API sends of it.

use serde::Deserialize;

/// A completed sign-in.
#[derive(Clone, Debug, Deserialize)]
pub struct SignedIn {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds until the token ends.
    pub expires_in: u64,
    /// Whose data the token opens.
    pub tenant: String,
    /// Who signed in.
    pub user: String,
    /// The session, as `/api/auth/sessions` lists it.
    pub session: String,
}

/// The tenant and the person who asks.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// The tenant.
    pub tenant: Tenant,
    /// The person.
    pub user: User,
}

/// A tenant.
#[derive(Clone, Debug, Deserialize)]
pub struct Tenant {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `free`, `pro` or `enterprise`.
    pub plan: String,
}

/// A person.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    /// Their id.
    pub id: String,
    /// Where mail reaches them.
    pub email: String,
    /// What they may do in the tenant.
    pub role: String,
}

/// A month's consumption.
#[derive(Clone, Debug, Deserialize)]
pub struct Usage {
    /// The plan that sets the limits.
    pub plan: String,
    /// When counting begins again.
    pub resets_at: String,
    /// Everything that is counted.
    pub metrics: Vec<MetricUsage>,
    /// What is granted on top of the plan now.
    pub grants: Vec<Grant>,
}

/// More than the plan allows, for a time.
#[derive(Clone, Debug, Deserialize)]
pub struct Grant {
    /// Of the plan's limit, on top of it.
    pub percent: u32,
    /// Of what; of everything when none.
    pub metric: Option<String>,
    /// When it ends.
    pub until: String,
}

/// What was used of one metric.
#[derive(Clone, Debug, Deserialize)]
pub struct MetricUsage {
    /// `images_count`, `tts_seconds`, `render_minutes`, `storage_bytes`.
    pub metric: String,
    /// Used.
    pub used: f64,
    /// Set aside for jobs that run.
    pub held: f64,
    /// What the plan and its grants allow; none is without limit.
    pub limit: Option<f64>,
    /// How much of the limit is used or held.
    pub percent: Option<u64>,
    /// `near_limit` or `at_limit`.
    pub warning: Option<String>,
    /// When counting begins again.
    pub resets_at: Option<String>,
}
