use cloud::SdkConfig;
use cloud::settings::{SettingError, TableName};
use cloud::table::Table;
use metering::{QuotaManager, UsageCounter};

use super::settings::StudioSettings;

/// The `studio` table, and the parts of the `metering` table that change in the same transactions: holds and usage
/// events.
#[derive(Clone)]
pub struct Studio {
    pub(super) table: Table,
    pub(crate) quotas: QuotaManager,
    pub(super) counter: UsageCounter,
    pub(super) settings: StudioSettings,
}

impl Studio {
    /// Over the tables `studio` and `metering`.
    #[must_use]
    pub fn new(studio: Table, metering: &Table, settings: StudioSettings) -> Self {
        let (quotas, counter) = (QuotaManager::new(metering.clone()), UsageCounter::new(metering.clone()));
        Self { table: studio, quotas, counter, settings }
    }

    /// Over the deployment's tables, reached with the credentials of `config`.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `STUDIO_TABLE` or `METERING_TABLE` is not set, [`SettingError::Invalid`] as
    /// [`StudioSettings::from_settings`].
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        let metering = Table::from_settings(config, TableName::Metering)?;
        let studio = Table::from_settings(config, TableName::Studio)?;
        Ok(Self::new(studio, &metering, StudioSettings::from_settings()?))
    }
}
