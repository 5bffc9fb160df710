use std::time::{Duration, SystemTime};

use cloud::table::Key;
use cloud::{clock, tenant_role};
use futures_util::{StreamExt as _, stream};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protection::TableKind;
use serde::{Deserialize, Serialize};
use tenancy::TenantId;

use crate::error::NightError;
use crate::owner::Reach;

/// How many tenants are backed up at once. Each holds 8 MiB of a part at most, and what compresses it.
const AT_ONCE: usize = 8;

/// What to do: a schedule says nothing of it, and means the night that it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Which night, UTC.
    #[serde(default)]
    pub night: Option<Date>,
    /// Where among the tenants to go on: after this key.
    #[serde(default)]
    pub after: Option<Key>,
    /// How often it was handed over.
    #[serde(default)]
    pub turn: u32,
    /// How many tenants were met so far.
    #[serde(default)]
    pub tenants: usize,
    /// How many tenants failed so far.
    #[serde(default)]
    pub failed: usize,
}

/// How far a run came.
pub enum Outcome {
    /// To the end.
    Done { night: Date, tenants: usize },
    /// Not to the end: what is left.
    Left(Order),
}

/// Backs everything up.
pub struct Night {
    /// Reaches what is no tenant's, and sees which tenants there are.
    pub platform: Reach,
    /// Reaches one tenant at a time.
    pub tenant: Reach,
    /// Above how many bytes a file is compressed.
    pub compressed_above: u64,
    /// How long before the end of the function it stops.
    pub margin: Duration,
}

impl Night {
    /// Backs up the platform and every tenant, as far as it comes by `deadline`. Cost: reading the `identity`
    /// table once for the tenants' names; and what each tenant's backup costs.
    ///
    /// A tenant that was backed up this night costs one request, so that whatever is begun again, by hand or
    /// after a crash, soon is where it was.
    pub async fn run(&self, order: Order, deadline: SystemTime) -> Result<Outcome, NightError> {
        let night = order.night.unwrap_or_else(|| clock::now().to_zoned(TimeZone::UTC).date());
        let mut order = Order { night: Some(night), ..order };
        if order.after.is_none() {
            let platform = self.platform.keep_platform(night, self.compressed_above);
            platform.await.map_err(NightError::Platform)?;
        }
        loop {
            let identity = self.platform.tables.of(TableKind::Identity);
            let page = identity.keys_at("TENANT", order.after.as_ref()).await?;
            let tenants = page.keys.iter().filter_map(|key| key.partition().strip_prefix("TENANT#"));
            let tenants: Vec<TenantId> = tenants.filter_map(|id| id.parse().ok()).collect();
            let left = deadline.duration_since(clock::now().into()).unwrap_or_default();
            let Some(left) = left.checked_sub(self.margin) else { return Ok(handed_over(order)) };
            let page_of = self.page(night, &tenants);
            match tokio::time::timeout(left, page_of).await {
                Ok(failed) => order.failed += failed,
                Err(_) => return Ok(handed_over(order)),
            }
            order.tenants += tenants.len();
            order.after = page.next;
            if order.after.is_none() {
                break;
            }
        }
        if order.failed > 0 {
            return Err(NightError::Failed(order.failed));
        }
        Ok(Outcome::Done { night, tenants: order.tenants })
    }

    /// How many of these failed; why, is logged.
    async fn page(&self, night: Date, tenants: &[TenantId]) -> usize {
        let each = tenants.iter().map(|tenant| self.one(night, *tenant));
        let outcomes: Vec<bool> = stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
        outcomes.iter().filter(|ok| !**ok).count()
    }

    async fn one(&self, night: Date, tenant: TenantId) -> bool {
        let kept = self.tenant.keep_tenant(night, tenant, self.compressed_above);
        let kept = Box::pin(tenant_role::acting_for(tenant, kept)).await;
        kept.inspect_err(|error| {
            tracing::error!(%tenant, error = %error, "{tenant} is not backed up: {error}");
        })
        .is_ok()
    }
}

fn handed_over(order: Order) -> Outcome {
    Outcome::Left(Order { turn: order.turn + 1, ..order })
}
