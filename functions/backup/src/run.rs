use std::time::{Duration, SystemTime};

use cloud::table::Key;
use cloud::{clock, tenant_role};
use futures_util::{StreamExt as _, stream};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protection::TableKind;
use serde::{Deserialize, Serialize};
use tenancy::TenantId;

use crate::error::BackupRunError;
use crate::scope::BackupScope;

/// How many tenants are backed up concurrently. Each holds up to 8 MiB of an upload's part in memory, and the
/// compressor's state.
const MAX_CONCURRENT: usize = 8;

/// The function's event. The schedule sends none of the fields, which begins a run for today.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BackupRequest {
    /// The date of the backup, UTC; none for today.
    #[serde(default)]
    pub night: Option<Date>,
    /// The key of the `identity` table after which the listing of tenants goes on; none at the beginning.
    #[serde(default)]
    pub after: Option<Key>,
    /// How often the run was handed over to another invocation.
    #[serde(default, rename = "turn")]
    pub handovers: u32,
    /// How many tenants the run has gone through so far.
    #[serde(default)]
    pub tenants: usize,
    /// How many tenants' backups failed so far.
    #[serde(default)]
    pub failed: usize,
}

/// How an invocation ended.
pub enum RunOutcome {
    /// Every tenant is backed up.
    Done { night: Date, tenants: usize },
    /// The time was up; the event for the invocation that goes on.
    Unfinished(BackupRequest),
}

/// Backs up the platform and all tenants.
pub struct BackupRun {
    /// With the function's own credentials: the platform's items, and the list of tenants.
    pub platform: BackupScope,
    /// With credentials for the one tenant that is acted for.
    pub tenant: BackupScope,
    /// The size in bytes above which a file is compressed.
    pub compressed_above: u64,
    /// How long before the function's timeout a run stops.
    pub margin: Duration,
}

impl BackupRun {
    /// Backs up the platform and every tenant, until `deadline` less the margin. Cost: one scan of the `identity` table
    /// for the tenants' ids; and the cost of each tenant's backup.
    ///
    /// A tenant whose backup of this date is complete costs one request, so that a run that is begun again, by hand or
    /// after a crash, soon is where it was.
    ///
    /// # Errors
    /// [`BackupRunError::Table`] when the tenants cannot be listed, [`BackupRunError::Platform`] when the platform's
    /// backup fails, [`BackupRunError::Failed`] at the end when tenants' backups failed.
    pub async fn run(
        &self,
        request: BackupRequest,
        deadline: SystemTime,
    ) -> Result<RunOutcome, BackupRunError> {
        let night = request.night.unwrap_or_else(|| clock::now().to_zoned(TimeZone::UTC).date());
        let mut request = BackupRequest { night: Some(night), ..request };
        if request.after.is_none() {
            let platform = self.platform.backup_platform(night, self.compressed_above);
            platform.await.map_err(BackupRunError::Platform)?;
        }
        loop {
            let identity = self.platform.tables.of(TableKind::Identity);
            let page = identity.scan_keys("TENANT", request.after.as_ref()).await?;
            let tenants = page.keys.iter().filter_map(|key| key.partition().strip_prefix("TENANT#"));
            let tenants: Vec<TenantId> = tenants.filter_map(|id| id.parse().ok()).collect();
            let left = deadline.duration_since(clock::now().into()).unwrap_or_default();
            let Some(left) = left.checked_sub(self.margin) else { return Ok(handed_over(request)) };
            let page_of = self.page(night, &tenants);
            match tokio::time::timeout(left, page_of).await {
                Ok(failed) => request.failed += failed,
                Err(_) => return Ok(handed_over(request)),
            }
            request.tenants += tenants.len();
            request.after = page.next;
            if request.after.is_none() {
                break;
            }
        }
        if request.failed > 0 {
            return Err(BackupRunError::Failed(request.failed));
        }
        Ok(RunOutcome::Done { night, tenants: request.tenants })
    }

    /// Backs up these tenants concurrently. Gives how many failed, and logs each reason.
    async fn page(&self, night: Date, tenants: &[TenantId]) -> usize {
        let each = tenants.iter().map(|tenant| self.one(night, *tenant));
        let outcomes: Vec<bool> = stream::iter(each).buffer_unordered(MAX_CONCURRENT).collect().await;
        outcomes.iter().filter(|ok| !**ok).count()
    }

    async fn one(&self, night: Date, tenant: TenantId) -> bool {
        let kept = self.tenant.backup_tenant(night, tenant, self.compressed_above);
        let kept = Box::pin(tenant_role::acting_for(tenant, kept)).await;
        kept.inspect_err(|error| {
            tracing::error!(%tenant, error = %error, "{tenant} is not backed up: {error}");
        })
        .is_ok()
    }
}

fn handed_over(request: BackupRequest) -> RunOutcome {
    RunOutcome::Unfinished(BackupRequest { handovers: request.handovers + 1, ..request })
}
