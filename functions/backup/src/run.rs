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

/// How many tenants are backed up at once. Each holds 8 MiB of a part at most, and what compresses it.
const MAX_CONCURRENT: usize = 8;

/// What to do: a schedule says nothing of it, and means the night that it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BackupRequest {
    /// Which night, UTC.
    #[serde(default)]
    pub night: Option<Date>,
    /// Where among the tenants to go on: after this key.
    #[serde(default)]
    pub after: Option<Key>,
    /// How often it was handed over.
    #[serde(default, rename = "turn")]
    pub handovers: u32,
    /// How many tenants were met so far.
    #[serde(default)]
    pub tenants: usize,
    /// How many tenants failed so far.
    #[serde(default)]
    pub failed: usize,
}

/// How far a run came.
pub enum RunOutcome {
    /// To the end.
    Done { night: Date, tenants: usize },
    /// Not to the end: what is left.
    Unfinished(BackupRequest),
}

/// Backs everything up.
pub struct BackupRun {
    /// Reaches what is no tenant's, and sees which tenants there are.
    pub platform: BackupScope,
    /// Reaches one tenant at a time.
    pub tenant: BackupScope,
    /// Above how many bytes a file is compressed.
    pub compressed_above: u64,
    /// How long before the end of the function it stops.
    pub margin: Duration,
}

impl BackupRun {
    /// Backs up the platform and every tenant, as far as it comes by `deadline`. Cost: reading the `identity`
    /// table once for the tenants' names; and what each tenant's backup costs.
    ///
    /// A tenant that was backed up this night costs one request, so that whatever is begun again, by hand or
    /// after a crash, soon is where it was.
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

    /// How many of these failed; why, is logged.
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
