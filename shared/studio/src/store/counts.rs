//! The item `COUNTS`: how many projects and pending uploads a tenant has, for the caps of its plan. A cap is a
//! condition on this item in the transaction that adds to it, so that concurrent requests cannot pass it.

use cloud::table::{Key, TableError, Update};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tenancy::TenantId;

use super::studio::Studio;

/// Number of projects. Absent until the tenant's first project since projects are counted.
const PROJECTS: &str = "projects";
/// Number of uploads that were asked for and have not arrived.
const PENDING_UPLOADS: &str = "pending_uploads";

/// The item. A restore from a backup tells by `version` that the live one is newer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Counts {
    projects: Option<i64>,
}

impl Studio {
    /// Counts one more project, if there are fewer than `most`. The condition also fails while projects are not
    /// counted yet: see [`count_projects`](Self::count_projects).
    pub(super) fn one_project_more(&self, tenant: &TenantId, most: u64) -> Update {
        self.counts(tenant).add(PROJECTS, 1).when(PROJECTS, "<", most)
    }

    /// Counts one project less. The condition fails while projects are not counted yet.
    pub(super) fn one_project_less(&self, tenant: &TenantId) -> Update {
        self.counts(tenant).add(PROJECTS, -1).when_has(PROJECTS)
    }

    /// Counts one more pending upload, if there are fewer than `most`.
    pub(super) fn one_upload_more(&self, tenant: &TenantId, most: u64) -> Update {
        self.counts(tenant).add(PENDING_UPLOADS, 1).when_absent_or(PENDING_UPLOADS, "<", most)
    }

    /// Counts one pending upload less.
    pub(super) fn one_upload_less(&self, tenant: &TenantId) -> Update {
        self.counts(tenant).add(PENDING_UPLOADS, -1)
    }

    /// Begins to count the projects of a tenant that has none counted yet; false when they are counted. No project is
    /// added or removed meanwhile, because both wait for the count. Cost: one read; where they are not counted one
    /// query and one write.
    pub(super) async fn count_projects(&self, tenant: &TenantId) -> Result<bool, TableError> {
        let counts: Option<Counts> = self.table.get(&counts_key(tenant)).await?;
        if counts.unwrap_or_default().projects.is_some() {
            return Ok(false);
        }
        let projects: Vec<IgnoredAny> = self.table.query_all(&tenant.partition(), "PROJECT#").await?;
        self.counts(tenant).set_if_absent(PROJECTS, projects.len()).send::<IgnoredAny>().await?;
        Ok(true)
    }

    fn counts(&self, tenant: &TenantId) -> Update {
        self.table.update(&counts_key(tenant)).add("version", 1)
    }
}

fn counts_key(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "COUNTS")
}
