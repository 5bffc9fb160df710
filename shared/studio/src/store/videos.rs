use cloud::table::{Page, TableError};
use tenancy::TenantId;

use super::{Studio, video_key};
use crate::{Video, VideoId};

impl Studio {
    /// A finished film. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn video(&self, tenant: &TenantId, video: &VideoId) -> Result<Option<Video>, TableError> {
        self.table.get(&video_key(tenant, video)).await
    }

    /// Finished films, newest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn videos(
        &self,
        tenant: &TenantId,
        limit: i32,
        after: Option<VideoId>,
    ) -> Result<Page<Video>, TableError> {
        let after = after.map(|video| format!("VIDEO#{video}"));
        self.table.query(&tenant.partition(), "VIDEO#", true, limit, after.as_deref()).await
    }

    /// Takes a film out of the library. Its objects may serve other films of the tenant. Cost: one
    /// transaction of one item.
    ///
    /// # Errors
    /// [`TableError::Condition`] when there is no such film.
    pub async fn delete_video(&self, tenant: &TenantId, video: &VideoId) -> Result<(), TableError> {
        let removal = self.table.update(&video_key(tenant, video)).when_present().build_delete()?;
        self.table.transact(vec![removal]).await
    }
}
