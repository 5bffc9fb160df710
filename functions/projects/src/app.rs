//! The state that all routes share, and what they look up and refuse alike.

use cloud::bucket::{Bucket, BucketError};
use edge::Problem;
use metering::Entitlements;
use studio::{Manuscript, Project, ProjectId, RenderStarter, Studio, Uploads};
use tenancy::TenantId;

/// The state of the routes.
#[derive(Clone)]
pub struct App {
    /// Projects, jobs and videos.
    pub studio: Studio,
    /// Quotes renders and starts them.
    pub renders: RenderStarter,
    /// Which features are switched on for a tenant.
    pub entitlements: Entitlements,
    /// Pictures that people upload: quota, lists, deletion.
    pub uploads: Uploads,
    /// Uploaded pictures and finished films.
    pub bucket: Bucket,
    /// The frontend's origin, for links in problems.
    pub frontend: String,
}

impl App {
    /// The project, or a 404 problem.
    pub(crate) async fn project(&self, tenant: &TenantId, id: &ProjectId) -> Result<Project, Problem> {
        self.studio.project(tenant, id).await?.ok_or_else(|| Problem::not_found("project"))
    }

    /// The project with its text and storyboard, or a 404 problem.
    pub(crate) async fn project_with_text(
        &self,
        tenant: &TenantId,
        id: &ProjectId,
    ) -> Result<(Project, Manuscript), Problem> {
        self.studio.project_with_text(tenant, id).await?.ok_or_else(|| Problem::not_found("project"))
    }
}

/// The problem that answers a failed S3 request: 404 where the object does not exist, else 503.
pub(crate) fn bucket_problem(error: BucketError) -> Problem {
    match error {
        BucketError::NotFound(_) => Problem::not_found("file"),
        other => Problem::unavailable("bucket", other),
    }
}
