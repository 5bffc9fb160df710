use std::time::Duration;

use cloud::settings::{self, SettingError};

/// How long things may take, and how much of a tenant runs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StudioSettings {
    /// How long a worker may be silent before its step is given to another. Workers renew every third of
    /// it.
    pub lease: Duration,
    /// How long a message may be under way before the sweeper sends another.
    pub delivery: Duration,
    /// How many steps of one tenant are in the queue or run: what is more stands in line, so that it is
    /// never before another tenant's.
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
