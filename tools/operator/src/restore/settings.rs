//! The settings of a table that neither a restored nor a new table has: TTL, point-in-time recovery, deletion
//! protection, a stream and tags. Alarms are not among them, because none in the template watches a table by its name.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    PointInTimeRecoverySpecification, PointInTimeRecoveryStatus, StreamSpecification, StreamViewType, Tag,
    TimeToLiveSpecification, TimeToLiveStatus,
};
use cloud::cause::{error_chain, sdk_cause};

use super::error::RestoreError;

/// The settings of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableSettings {
    /// The TTL attribute.
    expires_by: Option<String>,
    has_point_in_time: bool,
    is_protected: bool,
    stream: Option<StreamViewType>,
    tags: BTreeMap<String, String>,
}

impl fmt::Display for TableSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |is_on: bool| if is_on { "on" } else { "off" };
        write!(
            f,
            "expiry by {}, point-in-time recovery {}, deletion protection {}, stream {}, {} tags",
            self.expires_by.as_deref().unwrap_or("nothing"),
            on(self.has_point_in_time),
            on(self.is_protected),
            self.stream.as_ref().map_or("off", StreamViewType::as_str),
            self.tags.len()
        )
    }
}

impl TableSettings {
    /// Reads a table's settings.
    pub async fn read(config: &SdkConfig, table: &str) -> Result<Self, RestoreError> {
        let client = Client::new(config);
        let found = client.describe_table().table_name(table).send().await.map_err(refused(table))?;
        let found = found.table.ok_or_else(|| of(table)(Missing))?;
        let expiry = client.describe_time_to_live().table_name(table).send().await.map_err(refused(table))?;
        let expiry = expiry.time_to_live_description.filter(|expiry| {
            let status = expiry.time_to_live_status();
            matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))
        });
        let kept =
            client.describe_continuous_backups().table_name(table).send().await.map_err(refused(table))?;
        let recovery =
            kept.continuous_backups_description.and_then(|it| it.point_in_time_recovery_description);
        let recovery = recovery.and_then(|it| it.point_in_time_recovery_status);
        let tags = match found.table_arn() {
            None => Vec::new(),
            Some(arn) => {
                let listed = client.list_tags_of_resource().resource_arn(arn).send().await;
                listed.map_err(refused(table))?.tags.unwrap_or_default()
            }
        };
        // Tags that begin with `aws:` are CloudFormation's and cannot be set.
        let tags = tags.into_iter().filter(|tag| !tag.key.starts_with("aws:"));
        Ok(Self {
            expires_by: expiry.and_then(|expiry| expiry.attribute_name),
            has_point_in_time: recovery == Some(PointInTimeRecoveryStatus::Enabled),
            is_protected: found.deletion_protection_enabled.unwrap_or_default(),
            stream: found.stream_specification.and_then(|stream| stream.stream_view_type),
            tags: tags.map(|tag| (tag.key, tag.value)).collect(),
        })
    }

    /// Gives a table these settings, and verifies that it has them then. Settings that it has already are not sent.
    /// Idempotent.
    pub async fn apply(&self, config: &SdkConfig, table: &str) -> Result<(), RestoreError> {
        let client = Client::new(config);
        let has = Self::read(config, table).await?;
        if let Some(attribute) = self.expires_by.as_ref().filter(|_| has.expires_by != self.expires_by) {
            let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(attribute).build();
            let expiry = expiry.map_err(of(table))?;
            let set = client.update_time_to_live().table_name(table).time_to_live_specification(expiry);
            set.send().await.map_err(refused(table))?;
        }
        if self.has_point_in_time && !has.has_point_in_time {
            let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true);
            let recovery = recovery.build().map_err(of(table))?;
            let set = client.update_continuous_backups().table_name(table);
            set.point_in_time_recovery_specification(recovery).send().await.map_err(refused(table))?;
        }
        if self.is_protected && !has.is_protected {
            let set = client.update_table().table_name(table).deletion_protection_enabled(true);
            set.send().await.map_err(refused(table))?;
        }
        if let Some(view) = self.stream.as_ref().filter(|_| has.stream.is_none()) {
            let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(view.clone());
            let stream = stream.build().map_err(of(table))?;
            let set = client.update_table().table_name(table).stream_specification(stream);
            set.send().await.map_err(refused(table))?;
        }
        if self.tags != has.tags && !self.tags.is_empty() {
            let found = client.describe_table().table_name(table).send().await.map_err(refused(table))?;
            let arn = found.table.and_then(|table| table.table_arn);
            let tags = self.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
            let tags = tags.collect::<Result<Vec<_>, _>>().map_err(of(table))?;
            let set = client.tag_resource().set_resource_arn(arn).set_tags(Some(tags));
            set.send().await.map_err(refused(table))?;
        }
        let now = Self::read(config, table).await?;
        if now == *self {
            Ok(())
        } else {
            Err(of(table)(Unequal { wanted: self.to_string(), found: now.to_string() }))
        }
    }
}

/// The table does not exist.
#[derive(Debug, thiserror::Error)]
#[error("there is no such table")]
struct Missing;

/// The table does not have the settings that it was given.
#[derive(Debug, thiserror::Error)]
#[error("it was to have {wanted}, and has {found}")]
struct Unequal {
    wanted: String,
    found: String,
}

/// DynamoDB's refusal of a request about the table, as an error of the restore.
fn refused<E>(table: &str) -> impl FnOnce(SdkError<E>) -> RestoreError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let table = table.to_owned();
    move |error| RestoreError::Settings { table, reason: sdk_cause(&error) }
}

/// Any other error about the table, as an error of the restore.
fn of<E: Error + 'static>(table: &str) -> impl FnOnce(E) -> RestoreError {
    let table = table.to_owned();
    move |error| RestoreError::Settings { table, reason: error_chain(&error) }
}
