//! Uploads as a measurement of the bucket finds them: which are not charged yet, and which have no record.

use std::collections::{BTreeMap, BTreeSet};

use cloud::table::{Page, TableError};
use serde::Deserialize;
use storyboard::UploadId;
use tenancy::TenantId;

use super::studio::Studio;
use crate::project::{Manuscript, ProjectId};
use crate::upload::Upload;

/// How many texts are read at a time: each can be some megabytes once it is inflated.
const TEXTS_AT_ONCE: i32 = 16;

/// Uploads whose bytes are held and not charged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldUploads {
    /// Their ids.
    pub uploads: BTreeSet<UploadId>,
    /// The sum of what they hold, bytes.
    pub bytes: u64,
}

/// A manuscript with the sort key that names its project.
#[derive(Deserialize)]
struct ProjectText {
    sk: String,
    #[serde(flatten)]
    manuscript: Manuscript,
}

impl ProjectText {
    fn id(&self) -> Option<ProjectId> {
        self.sk.strip_prefix("MANUSCRIPT#")?.parse().ok()
    }
}

impl Studio {
    /// The uploads of a tenant whose bytes are held and not charged yet; none while a job holds storage, of which is
    /// not known how much it has stored. Cost: one query, one read for each hold.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn held_uploads(&self, tenant: &TenantId) -> Result<Option<HeldUploads>, TableError> {
        let holds = self.quotas.holds(tenant).await?;
        let ids: Vec<UploadId> = holds.iter().map(|hold| UploadId::from_uuid(hold.job)).collect();
        let records = self.uploads(tenant, &ids).await?;
        let mut held = HeldUploads::default();
        for ((hold, id), record) in holds.iter().zip(ids).zip(records) {
            match record {
                Some(_) => {
                    held.uploads.insert(id);
                    held.bytes = held.bytes.saturating_add(hold.amounts.stored_bytes);
                }
                None if hold.amounts.stored_bytes > 0 => return Ok(None),
                None => {}
            }
        }
        Ok(Some(held))
    }

    /// Writes records for files in the bucket that have none: those of a time before there were records, and those that
    /// arrived after all was given up. They are kept as any other, and deleted when no storyboard shows them. Cost:
    /// one read for each; where a record is missing one query for every 16 projects, which reads their texts, and one
    /// write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn adopt_uploads(
        &self,
        tenant: &TenantId,
        files: &[(UploadId, u64)],
    ) -> Result<usize, TableError> {
        let ids: Vec<UploadId> = files.iter().map(|(id, _)| *id).collect();
        let records = self.uploads(tenant, &ids).await?;
        let strays: Vec<_> = files.iter().zip(records).filter(|(_, record)| record.is_none()).collect();
        if strays.is_empty() {
            return Ok(0);
        }
        let mut shown_by: BTreeMap<UploadId, Vec<ProjectId>> =
            strays.iter().map(|((id, _), _)| (*id, Vec::new())).collect();
        self.find_shown(tenant, &mut shown_by).await?;
        for ((id, bytes), _) in &strays {
            let shown_by = shown_by.remove(id).unwrap_or_default();
            let found = Upload::found(*id, "application/octet-stream", *bytes, shown_by);
            self.adopt_upload(tenant, &found).await?;
        }
        Ok(strays.len())
    }

    /// Adds to each of these uploads the projects whose storyboards show it.
    async fn find_shown(
        &self,
        tenant: &TenantId,
        shown_by: &mut BTreeMap<UploadId, Vec<ProjectId>>,
    ) -> Result<(), TableError> {
        let mut after: Option<String> = None;
        loop {
            let page: Page<ProjectText> = self
                .table
                .query(&tenant.partition(), "MANUSCRIPT#", false, TEXTS_AT_ONCE, after.as_deref())
                .await?;
            for text in page.items {
                for upload in text.manuscript.storyboard.uploads() {
                    if let Some(projects) = shown_by.get_mut(&upload) {
                        projects.extend(text.id());
                    }
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}
