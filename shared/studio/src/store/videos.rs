use std::time::Duration;

use cloud::table::{Page, TableError};
use tenancy::TenantId;

use super::due_index;
use super::keys::{job_key, video_key};
use super::studio::Studio;
use crate::ids::{JobId, VideoId};
use crate::video::Video;

impl Studio {
    /// A finished film. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn video(&self, tenant: &TenantId, video: &VideoId) -> Result<Option<Video>, TableError> {
        self.table.get(&video_key(tenant, video)).await
    }

    /// Finished films, newest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn videos(
        &self,
        tenant: &TenantId,
        limit: i32,
        after: Option<VideoId>,
    ) -> Result<Page<Video>, TableError> {
        let after = after.map(|video| format!("VIDEO#{video}"));
        self.table.query(&tenant.partition(), "VIDEO#", true, limit, after.as_deref()).await
    }

    /// Takes a film out of the library, and makes its job due, so that the sweeper deletes the artefacts that no other
    /// job uses. Cost: one transaction of two items.
    ///
    /// # Errors
    /// [`TableError::Condition`] when there is no such film; [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn delete_video(&self, tenant: &TenantId, video: &VideoId) -> Result<(), TableError> {
        let removal = self.table.update(&video_key(tenant, video)).when_present().build_delete()?;
        let due = due_index::due_after(tenant, Duration::ZERO);
        let job = self.table.update(&job_key(tenant, &JobId::from_uuid(video.uuid()))).when_present();
        let job = job.set("discarded", true).set("due_shard", due.due_shard).set("due_at", due.due_at);
        self.table.transact(vec![removal, job.build()?]).await
    }
}
