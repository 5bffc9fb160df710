use std::collections::HashMap;
use std::path::{Path, PathBuf};

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::table::Table;
use identity::{IdentityStore, Lifetimes, Plans};
use metering::{Entitlements, UsageCounter};
use protection::{TableNames, Tables, TenantData, Tombstones};
use serde::Deserialize;

use crate::options::DeploymentOptions;

/// A deployment, reached with the operator's credentials.
pub struct Deployment {
    pub config: SdkConfig,
    given: DeploymentOptions,
    outputs: Outputs,
}

/// Why a resource of the deployment is not known.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// The resource is named neither in the outputs nor by its own option.
    #[error("which {0}? Give --stack-outputs, or --{0}")]
    Missing(&'static str),
    /// The file of outputs cannot be read or does not parse.
    #[error("{} cannot be read: {reason}", file.display())]
    Outputs { file: PathBuf, reason: String },
}

/// The names of a deployment's resources.
#[derive(Debug, Default)]
struct Outputs {
    /// The resources' names, by the names of the command line's options.
    names: HashMap<&'static str, String>,
    /// The endpoint and region of an emulator; none for a deployment on AWS.
    emulator: Option<(String, String)>,
}

/// The content of a file of outputs: what the local stack writes, or what CloudFormation's `DescribeStacks` answers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    CloudFormation(Vec<Output>),
    Local(HashMap<String, String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

/// For each resource: the command line's option, the key in the local stack's outputs, and the template's output.
const NAMES: [(&str, &str, &str); 19] = [
    ("identity-table", "identity_table", "IdentityTable"),
    ("metering-table", "metering_table", "MeteringTable"),
    ("studio-table", "studio_table", "StudioTable"),
    ("billing-table", "billing_table", "BillingTable"),
    ("audit-table", "audit_table", "AuditTable"),
    ("revocations-table", "revocations_table", "RevocationsTable"),
    ("media-bucket", "media_bucket", "MediaBucket"),
    ("vault-bucket", "vault_bucket", "VaultBucket"),
    ("mail-queue", "mail_queue", "MailQueueUrl"),
    ("mail-dead-letters", "mail_dead_letters", "MailDeadLettersUrl"),
    ("render-steps-queue", "render_steps_queue", "RenderStepsQueueUrl"),
    ("render-steps-dead-letters", "render_steps_dead_letters", "RenderStepsDeadLettersUrl"),
    ("stripe-sync-queue", "stripe_sync_queue", "StripeSyncQueueUrl"),
    ("stripe-sync-dead-letters", "stripe_sync_dead_letters", "StripeSyncDeadLettersUrl"),
    ("export-queue", "export_queue", "ExportQueueUrl"),
    ("export-dead-letters", "export_dead_letters", "ExportDeadLettersUrl"),
    ("erasure-queue", "erasure_queue", "ErasureQueueUrl"),
    ("erasure-dead-letters", "erasure_dead_letters", "ErasureDeadLettersUrl"),
    ("reconcile-function", "reconcile_function", "ReconcileFunction"),
];

impl Deployment {
    /// The deployment that the options name.
    pub async fn new(given: DeploymentOptions) -> Result<Self, DeploymentError> {
        let outputs = given.stack_outputs.as_deref().map(Outputs::read).transpose()?.unwrap_or_default();
        let config = match &outputs.emulator {
            None => cloud::config().await,
            Some((endpoint, region)) => {
                // An emulator accepts any credentials, and must not get the operator's.
                let credentials = Credentials::new("local", "local", None, None, "emulator");
                SdkConfig::builder()
                    .behavior_version(aws_config::BehaviorVersion::latest())
                    .region(Region::new(region.clone()))
                    .endpoint_url(endpoint)
                    .credentials_provider(SharedCredentialsProvider::new(credentials))
                    .build()
            }
        };
        Ok(Self { config, given, outputs })
    }

    pub fn entitlements(&self) -> Result<Entitlements, DeploymentError> {
        let metering = self.metering()?;
        let identity = self.name("identity-table", &self.given.identity_table)?;
        let plans = Plans::new(Table::new(&self.config, identity));
        Ok(Entitlements::new(plans, metering.clone(), metering))
    }

    pub fn counter(&self) -> Result<UsageCounter, DeploymentError> {
        Ok(UsageCounter::new(self.metering()?))
    }

    pub fn identity_store(&self) -> Result<IdentityStore, DeploymentError> {
        let TableNames { identity, revocations, .. } = self.tables()?;
        let [identity, revocations] = [identity, revocations].map(|name| Table::new(&self.config, name));
        Ok(IdentityStore::new(identity, revocations, Lifetimes::DEFAULT))
    }

    /// The URLs of the mail queue and its dead-letter queue.
    pub fn mail_queues(&self) -> Result<(String, String), DeploymentError> {
        let queue = self.name("mail-queue", &self.given.mail_queue)?;
        Ok((queue, self.name("mail-dead-letters", &self.given.mail_dead_letters)?))
    }

    /// The URLs of the queue of render steps and its dead-letter queue.
    pub fn step_queues(&self) -> Result<(String, String), DeploymentError> {
        let queue = self.name("render-steps-queue", &self.given.render_steps_queue)?;
        Ok((queue, self.name("render-steps-dead-letters", &self.given.render_steps_dead_letters)?))
    }

    /// The URLs of the queue of Stripe events and its dead-letter queue.
    pub fn stripe_queues(&self) -> Result<(String, String), DeploymentError> {
        let queue = self.name("stripe-sync-queue", &self.given.stripe_sync_queue)?;
        Ok((queue, self.name("stripe-sync-dead-letters", &self.given.stripe_sync_dead_letters)?))
    }

    /// The URLs of the queue of exports and its dead-letter queue.
    pub fn export_queues(&self) -> Result<(String, String), DeploymentError> {
        let queue = self.name("export-queue", &self.given.export_queue)?;
        Ok((queue, self.name("export-dead-letters", &self.given.export_dead_letters)?))
    }

    /// The URLs of the queue of erasures and its dead-letter queue.
    pub fn erasure_queues(&self) -> Result<(String, String), DeploymentError> {
        let queue = self.name("erasure-queue", &self.given.erasure_queue)?;
        Ok((queue, self.name("erasure-dead-letters", &self.given.erasure_dead_letters)?))
    }

    /// The name of the function that compares subscriptions with Stripe.
    pub fn reconcile_function(&self) -> Result<String, DeploymentError> {
        self.name("reconcile-function", &self.given.reconcile_function)
    }

    /// The names of the tables that hold tenants' items.
    pub fn tables(&self) -> Result<TableNames, DeploymentError> {
        Ok(TableNames {
            identity: self.name("identity-table", &self.given.identity_table)?,
            metering: self.name("metering-table", &self.given.metering_table)?,
            studio: self.name("studio-table", &self.given.studio_table)?,
            billing: self.name("billing-table", &self.given.billing_table)?,
            audit: self.name("audit-table", &self.given.audit_table)?,
            revocations: self.name("revocations-table", &self.given.revocations_table)?,
        })
    }

    /// Every place that stores tenants' data.
    pub fn tenant_data(&self) -> Result<TenantData, DeploymentError> {
        let names = self.tables()?;
        Ok(TenantData {
            tables: Tables::new(&self.config, &names),
            customers: Table::new(&self.config, names.billing),
            media: self.media()?,
            vault: self.vault()?,
        })
    }

    /// The store of tombstones.
    pub fn tombstones(&self) -> Result<Tombstones, DeploymentError> {
        Ok(Tombstones::new(self.vault()?))
    }

    /// The bucket of tenants' objects.
    pub fn media(&self) -> Result<Bucket, DeploymentError> {
        Ok(self.bucket(self.name("media-bucket", &self.given.media_bucket)?))
    }

    /// The bucket of backups, tombstones and the audit log's seals.
    pub fn vault(&self) -> Result<Bucket, DeploymentError> {
        Ok(self.bucket(self.name("vault-bucket", &self.given.vault_bucket)?))
    }

    fn bucket(&self, name: String) -> Bucket {
        // An emulator has no DNS name per bucket, and needs path-style URLs.
        Bucket::new(&self.config, name, self.outputs.emulator.is_some(), WORKER_TIMEOUT)
    }

    /// The table of the audit log.
    pub fn audit_table(&self) -> Result<Table, DeploymentError> {
        Ok(Table::new(&self.config, self.name("audit-table", &self.given.audit_table)?))
    }

    fn metering(&self) -> Result<Table, DeploymentError> {
        Ok(Table::new(&self.config, self.name("metering-table", &self.given.metering_table)?))
    }

    fn name(&self, option: &'static str, given: &Option<String>) -> Result<String, DeploymentError> {
        let known = given.as_ref().or_else(|| self.outputs.names.get(option));
        known.cloned().ok_or(DeploymentError::Missing(option))
    }
}

impl Outputs {
    fn read(file: &Path) -> Result<Self, DeploymentError> {
        let unreadable = |reason: String| DeploymentError::Outputs { file: file.to_owned(), reason };
        let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
        let document = serde_json::from_str(&text)
            .map_err(|_| unreadable("neither a local stack's outputs nor CloudFormation's".to_owned()))?;
        Ok(Self::of(document))
    }

    fn of(document: Document) -> Self {
        match document {
            Document::CloudFormation(outputs) => {
                let mut found: HashMap<String, String> =
                    outputs.into_iter().map(|output| (output.output_key, output.output_value)).collect();
                let names = NAMES.iter().filter_map(|(option, _, key)| Some((*option, found.remove(*key)?)));
                Self { names: names.collect(), emulator: None }
            }
            Document::Local(mut found) => {
                let names = NAMES.iter().filter_map(|(option, key, _)| Some((*option, found.remove(*key)?)));
                let names = names.collect();
                Self { names, emulator: found.remove("endpoint").zip(found.remove("region")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn outputs(text: &str) -> Result<Outputs, DeploymentError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Outputs::read(file.path())
    }

    #[test]
    fn both_forms_of_outputs_are_understood() {
        let local = r#"{"metering_table": "m", "endpoint": "http://127.0.0.1:1", "region": "us-east-1"}"#;
        let aws = r#"[{"OutputKey": "MeteringTable", "OutputValue": "m", "Description": "d"}]"#;
        let (local, aws) = (outputs(local).unwrap(), outputs(aws).unwrap());
        for found in [&local, &aws] {
            assert_eq!(found.names.get("metering-table").map(String::as_str), Some("m"));
        }
        assert!(local.emulator.is_some() && aws.emulator.is_none());
        assert!(outputs("12").is_err());
    }

    #[tokio::test]
    async fn what_is_not_known_is_asked_for() {
        let config = SdkConfig::builder().build();
        let given = DeploymentOptions { mail_queue: Some("q".into()), ..DeploymentOptions::default() };
        let deployment = Deployment { config, given, outputs: Outputs::default() };
        let error = deployment.mail_queues().unwrap_err();
        assert_eq!(
            error.to_string(),
            "which mail-dead-letters? Give --stack-outputs, or --mail-dead-letters"
        );
    }
}
