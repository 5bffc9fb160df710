//! Artefacts: which are there, and their deletion once no job uses them.

use cloud::table::{TableError, conflict_backoff, parse};
use tenancy::{ArtefactVersion, AttemptId, ContentHash, Extension, ObjectKey, TenantId};

use super::keys::{artefact_key, step_key};
use super::studio::Studio;
use crate::artefact::Artefact;
use crate::ids::JobId;
use crate::step::{Step, StepState};
use crate::step_kind::StepKind;

impl StepKind {
    /// The objects of an artefact of this kind, in the order in which they are stored: when the last one is
    /// there, all are.
    #[must_use]
    pub fn objects(self, tenant: &TenantId, made: &ArtefactVersion) -> Vec<ObjectKey> {
        match self {
            Self::Image => vec![ObjectKey::image(tenant, made)],
            Self::Narration => {
                [Extension::WAV, Extension::JSON].map(|e| ObjectKey::audio(tenant, made, e)).into()
            }
            Self::Soundtrack => vec![ObjectKey::audio(tenant, made, Extension::M4A)],
            Self::Clip => vec![ObjectKey::video(tenant, made, Extension::MP4)],
            Self::Stitch => [Extension::SRT, Extension::VTT, Extension::JPG, Extension::MP4]
                .map(|e| ObjectKey::video(tenant, made, e))
                .into(),
        }
    }
}

impl Studio {
    /// The record of an artefact; none when it has not been made, or was deleted. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn artefact(
        &self,
        tenant: &TenantId,
        hash: &ContentHash,
    ) -> Result<Option<Artefact>, TableError> {
        self.table.get(&artefact_key(tenant, hash)).await
    }

    /// The records of artefacts, in the order of `hashes`. Cost: one read for each.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn artefacts(
        &self,
        tenant: &TenantId,
        hashes: &[ContentHash],
    ) -> Result<Vec<Option<Artefact>>, TableError> {
        let keys: Vec<_> = hashes.iter().map(|hash| artefact_key(tenant, hash)).collect();
        self.table.get_all(&keys).await
    }

    /// Ends a job's use of all artefacts that its steps made or reused, deletes the records of those that no other
    /// job uses, and takes their bytes off the tenant's storage. Gives the objects of the deleted records, which the
    /// caller deletes next. The steps note which objects those are, so that the call can be repeated after a crash at
    /// any point. Cost: one query; for each step two reads and up to two transactions, of two and of three items.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer; a part of the artefacts may be released by then.
    pub async fn release_artefacts(
        &self,
        tenant: &TenantId,
        job: &JobId,
    ) -> Result<Vec<ObjectKey>, TableError> {
        let mut objects = Vec::new();
        for step in self.steps(tenant, job).await?.iter().filter(|step| step.state == StepState::Done) {
            self.release_artefact(tenant, step).await?;
            if let Some(attempt) = self.delete_unused(tenant, step).await? {
                let made = ArtefactVersion { made_from: step.artefact, attempt };
                objects.extend(step.input.kind().objects(tenant, &made));
            }
        }
        Ok(objects)
    }

    /// Takes one use off a step's artefact. Marks the step in the same transaction, so that it happens once.
    async fn release_artefact(&self, tenant: &TenantId, step: &Step) -> Result<(), TableError> {
        loop {
            let released = self.table.update(&step_key(tenant, &step.job, &step.id)).set("let_go", true);
            let artefact = self.table.update(&artefact_key(tenant, &step.artefact)).add("uses", -1);
            let writes = vec![
                released.when_absent("let_go").when("state", "=", StepState::Done).build()?,
                artefact.when("uses", ">=", 1).build()?,
            ];
            match self.table.transact(writes).await {
                Ok(()) | Err(TableError::Condition { .. }) => return Ok(()),
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Deletes the record of a step's artefact if nothing uses it. Gives the attempt whose objects are to be deleted,
    /// also where an earlier or a concurrent call deleted the record.
    async fn delete_unused(&self, tenant: &TenantId, step: &Step) -> Result<Option<AttemptId>, TableError> {
        let (key, step_key) = (artefact_key(tenant, &step.artefact), step_key(tenant, &step.job, &step.id));
        loop {
            let mut items = self.table.get_items(&[key.clone(), step_key.clone()]).await?.into_iter();
            let artefact: Option<Artefact> = items.next().flatten().map(parse).transpose()?;
            let step: Option<Step> = items.next().flatten().map(parse).transpose()?;
            if let Some(deletes) = step.and_then(|step| step.deletes) {
                return Ok(Some(deletes));
            }
            let Some(artefact) = artefact.filter(|artefact| artefact.uses == 0) else { return Ok(None) };
            let record = self.table.update(&key).when("uses", "=", 0).when("attempt", "=", artefact.attempt);
            let to_do = self.table.update(&step_key);
            let writes = vec![
                record.build_delete()?,
                self.quotas.freed(tenant, artefact.bytes)?,
                to_do.set("deletes", artefact.attempt).when_absent("deletes").build()?,
            ];
            match self.table.transact(writes).await {
                Ok(()) => return Ok(Some(artefact.attempt)),
                // A job reuses it meanwhile, or a concurrent call deleted it: read both again.
                Err(TableError::Condition { .. } | TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error),
            }
        }
    }
}
