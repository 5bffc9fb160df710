use std::time::Duration;

use cloud::table::{Page, TableError, conflict_backoff};
use tenancy::TenantId;

use super::due_index;
use super::keys::{deleted_project_key, manuscript_key, project_key};
use super::studio::Studio;
use crate::project::{Manuscript, Project, ProjectId};

/// The outcome of [`Studio::create_project`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectCreation {
    /// It was written.
    Created,
    /// The tenant has as many projects as its plan allows. Nothing was written.
    TooMany,
}

impl Studio {
    /// Writes a new project and its text, if the tenant has fewer than `most`. Cost: one transaction of three items; for
    /// a tenant's first project also what counting them costs.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn create_project(
        &self,
        tenant: &TenantId,
        project: &Project,
        manuscript: &Manuscript,
        most: u64,
    ) -> Result<ProjectCreation, TableError> {
        let writes = vec![
            self.one_project_more(tenant, most).build()?,
            self.table.put_new(&project_key(tenant, &project.id), project)?,
            self.table.put_new(&manuscript_key(tenant, &project.id), manuscript)?,
        ];
        loop {
            match self.table.transact(writes.clone()).await {
                Ok(()) => return Ok(ProjectCreation::Created),
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(TableError::Condition { failed }) if failed.first() == Some(&true) => {
                    if !self.count_projects(tenant).await? {
                        return Ok(ProjectCreation::TooMany);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// A project without its text. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn project(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
    ) -> Result<Option<Project>, TableError> {
        self.table.get(&project_key(tenant, project)).await
    }

    /// A project's text and storyboard. Cost: one read for every 4 KB.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn manuscript(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
    ) -> Result<Option<Manuscript>, TableError> {
        self.table.get(&manuscript_key(tenant, project)).await
    }

    /// A project with its text and storyboard; none when either is missing. They are read one after the other: an
    /// edit in between shows as a refused condition when [`replace_project`](Self::replace_project) writes them back.
    /// Cost: one read, and one for every 4 KB of text and storyboard.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn project_with_text(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
    ) -> Result<Option<(Project, Manuscript)>, TableError> {
        let Some(found) = self.project(tenant, project).await? else { return Ok(None) };
        Ok(self.manuscript(tenant, project).await?.map(|manuscript| (found, manuscript)))
    }

    /// Projects, newest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn projects(
        &self,
        tenant: &TenantId,
        limit: i32,
        after: Option<ProjectId>,
    ) -> Result<Page<Project>, TableError> {
        let after = after.map(|project| format!("PROJECT#{project}"));
        self.table.query(&tenant.partition(), "PROJECT#", true, limit, after.as_deref()).await
    }

    /// Replaces a project, and its manuscript when one is given, if it is still at revision `project.revision - 1`
    /// (optimistic locking). Cost: one transaction of one or two items.
    ///
    /// # Errors
    /// [`TableError::Condition`] when it was changed or deleted meanwhile; [`TableError::Unavailable`] when DynamoDB
    /// does not answer.
    pub async fn replace_project(
        &self,
        tenant: &TenantId,
        project: &Project,
        manuscript: Option<&Manuscript>,
    ) -> Result<(), TableError> {
        let key = project_key(tenant, &project.id);
        let unchanged = ("revision", project.revision - 1);
        let mut writes = vec![self.table.put_if_equals(&key, project, unchanged)?];
        if let Some(manuscript) = manuscript {
            writes.push(self.table.put_any(&manuscript_key(tenant, &project.id), manuscript)?);
        }
        self.table.transact(writes).await
    }

    /// Removes a project and its text. Its videos stay; the sweeper releases its uploads. Cost: one transaction of four
    /// items.
    ///
    /// # Errors
    /// [`TableError::Condition`] when there is no such project.
    pub async fn delete_project(&self, tenant: &TenantId, project: &ProjectId) -> Result<(), TableError> {
        let due = due_index::due_after(tenant, Duration::ZERO);
        let writes = vec![
            self.table.update(&project_key(tenant, project)).when_present().build_delete()?,
            self.table.update(&manuscript_key(tenant, project)).build_delete()?,
            self.one_project_less(tenant).build()?,
            self.table.put_any(&deleted_project_key(tenant, project), &due)?,
        ];
        loop {
            match self.table.transact(writes.clone()).await {
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(TableError::Condition { failed }) if failed.first() == Some(&false) => {
                    self.count_projects(tenant).await?;
                }
                outcome => return outcome,
            }
        }
    }
}
