use std::time::Duration;

use cloud::settings::{self, SettingError};

/// Time limits of leases and messages, and the number of slots of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StudioSettings {
    /// How long a worker's lease lasts without being renewed; then another worker may take the step. Workers renew it
    /// after a third of this time.
    pub lease: Duration,
    /// How long a queued step may wait to be claimed before the sweeper sends its message again.
    pub delivery: Duration,
    /// How many steps of one tenant are queued or running at once. Further steps wait in the backlog, so that one
    /// tenant cannot fill the queue before another tenant's steps.
    pub tenant_concurrency: u32,
}

impl Default for StudioSettings {
    fn default() -> Self {
        Self { lease: Duration::from_secs(45), delivery: Duration::from_secs(120), tenant_concurrency: 6 }
    }
}

impl StudioSettings {
    /// From `STEP_LEASE_S`, `STEP_DELIVERY_S` and `TENANT_CONCURRENCY`, where they are set.
    ///
    /// # Errors
    /// [`SettingError::Invalid`] when one is set and is not a whole number.
    pub fn from_settings() -> Result<Self, SettingError> {
        let default = Self::default();
        let seconds = |name, default: Duration| {
            settings::parsed(name, default.as_secs()).map(|s| Duration::from_secs(s.max(1)))
        };
        Ok(Self {
            lease: seconds("STEP_LEASE_S", default.lease)?,
            delivery: seconds("STEP_DELIVERY_S", default.delivery)?,
            tenant_concurrency: settings::parsed("TENANT_CONCURRENCY", default.tenant_concurrency)?.max(1),
        })
    }
}
