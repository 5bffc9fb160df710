use cloud::bucket::{Bucket, BucketError};
use edge::Problem;
use metering::{Entitlements, QuotaManager};
use studio::{Manuscript, Project, ProjectId, StepQueue, Studio};
use tenancy::TenantId;

/// What the routes share.
#[derive(Clone)]
pub struct App {
    /// Projects and jobs.
    pub studio: Studio,
    /// What may be used.
    pub entitlements: Entitlements,
    /// What is used and held.
    pub quotas: QuotaManager,
    /// Texts, pictures and films.
    pub bucket: Bucket,
    /// Where steps wait for a worker.
    pub steps: StepQueue,
    /// The frontend's origin, for links in problems.
    pub frontend: String,
}

impl App {
    /// The project, or a 404.
    pub(crate) async fn project(&self, tenant: &TenantId, id: &ProjectId) -> Result<Project, Problem> {
        self.studio.project(tenant, id).await?.ok_or_else(|| Problem::not_found("project"))
    }

    /// The project with its text, or a 404. An edit between the two reads shows as a conflict when the answer
    /// is written back.
    pub(crate) async fn project_with_text(
        &self,
        tenant: &TenantId,
        id: &ProjectId,
    ) -> Result<(Project, Manuscript), Problem> {
        let project = self.project(tenant, id).await?;
        let manuscript = self.studio.manuscript(tenant, id).await?;
        Ok((project, manuscript.ok_or_else(|| Problem::not_found("project"))?))
    }
}

/// What a route says when the bucket refuses.
pub(crate) fn bucket_problem(error: BucketError) -> Problem {
    match error {
        BucketError::NotFound(_) => Problem::not_found("file"),
        other => Problem::unavailable("bucket", other),
    }
}
