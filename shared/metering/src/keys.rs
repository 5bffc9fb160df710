//! The keys of the `metering` table.

use cloud::table::Key;
use tenancy::{Month, Partition, TenantId};
use uuid::Uuid;

use crate::metric::Metric;

/// The prefix of the sort keys of grants.
pub(crate) const GRANTS: &str = "GRANT#";

/// The prefix of the sort keys of holds.
pub(crate) const HOLDS: &str = "HOLD#";

/// The item that counts a metric: that of the month, or the one of what is stored.
pub(crate) fn counter_key(tenant: &TenantId, month: Month, metric: Metric) -> Key {
    let sk = match metric {
        Metric::StorageBytes => "STORAGE".to_owned(),
        _ => format!("USAGE#{month}"),
    };
    Key::of(&tenant.partition(), sk)
}

pub(crate) fn hold_key(tenant: &TenantId, job: Uuid) -> Key {
    Key::of(&tenant.partition(), format!("{HOLDS}{}", job.simple()))
}

pub(crate) fn grant_key(partition: &Partition, grant: Uuid) -> Key {
    Key::of(partition, format!("{GRANTS}{}", grant.simple()))
}

pub(crate) fn features_key(partition: &Partition) -> Key {
    Key::of(partition, "FEATURES")
}
