//! What a table has beside its items, keys and indexes, and what neither a restored table nor a new one has:
//! expiry, point-in-time recovery, protection from deletion, a stream and tags. Alarms are not among them: none of the
//! template's watches a table by its name.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    PointInTimeRecoverySpecification, PointInTimeRecoveryStatus, StreamSpecification, StreamViewType, Tag,
    TimeToLiveSpecification, TimeToLiveStatus,
};
use cloud::cause::error_chain;

use super::error::RestoreError;

/// The settings of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableSettings {
    /// The attribute that says when an item expires.
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
    /// As they are.
    pub async fn read(config: &SdkConfig, table: &str) -> Result<Self, RestoreError> {
        let client = Client::new(config);
        let found = client.describe_table().table_name(table).send().await.map_err(of(table))?;
        let found = found.table.ok_or_else(|| of(table)(Missing))?;
        let expiry = client.describe_time_to_live().table_name(table).send().await.map_err(of(table))?;
        let expiry = expiry.time_to_live_description.filter(|expiry| {
            let status = expiry.time_to_live_status();
            matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))
        });
        let kept = client.describe_continuous_backups().table_name(table).send().await.map_err(of(table))?;
        let recovery =
            kept.continuous_backups_description.and_then(|it| it.point_in_time_recovery_description);
        let recovery = recovery.and_then(|it| it.point_in_time_recovery_status);
        let tags = match found.table_arn() {
            None => Vec::new(),
            Some(arn) => {
                let listed = client.list_tags_of_resource().resource_arn(arn).send().await;
                listed.map_err(of(table))?.tags.unwrap_or_default()
            }
        };
        // CloudFormation's own may be set by nobody else.
        let tags = tags.into_iter().filter(|tag| !tag.key.starts_with("aws:"));
        Ok(Self {
            expires_by: expiry.and_then(|expiry| expiry.attribute_name),
            has_point_in_time: recovery == Some(PointInTimeRecoveryStatus::Enabled),
            is_protected: found.deletion_protection_enabled.unwrap_or_default(),
            stream: found.stream_specification.and_then(|stream| stream.stream_view_type),
            tags: tags.map(|tag| (tag.key, tag.value)).collect(),
        })
    }

    /// Gives them to another table, and looks whether it has them then. What it has already stays as it is, so
    /// that this may be done again.
    pub async fn apply(&self, config: &SdkConfig, table: &str) -> Result<(), RestoreError> {
        let client = Client::new(config);
        let has = Self::read(config, table).await?;
        if let Some(attribute) = self.expires_by.as_ref().filter(|_| has.expires_by != self.expires_by) {
            let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(attribute).build();
            let expiry = expiry.map_err(of(table))?;
            let set = client.update_time_to_live().table_name(table).time_to_live_specification(expiry);
            set.send().await.map_err(of(table))?;
        }
        if self.has_point_in_time && !has.has_point_in_time {
            let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true);
            let recovery = recovery.build().map_err(of(table))?;
            let set = client.update_continuous_backups().table_name(table);
            set.point_in_time_recovery_specification(recovery).send().await.map_err(of(table))?;
        }
        if self.is_protected && !has.is_protected {
            let set = client.update_table().table_name(table).deletion_protection_enabled(true);
            set.send().await.map_err(of(table))?;
        }
        if let Some(view) = self.stream.as_ref().filter(|_| has.stream.is_none()) {
            let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(view.clone());
            let stream = stream.build().map_err(of(table))?;
            let set = client.update_table().table_name(table).stream_specification(stream);
            set.send().await.map_err(of(table))?;
        }
        if self.tags != has.tags && !self.tags.is_empty() {
            let found = client.describe_table().table_name(table).send().await.map_err(of(table))?;
            let arn = found.table.and_then(|table| table.table_arn);
            let tags = self.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
            let tags = tags.collect::<Result<Vec<_>, _>>().map_err(of(table))?;
            let set = client.tag_resource().set_resource_arn(arn).set_tags(Some(tags));
            set.send().await.map_err(of(table))?;
        }
        let now = Self::read(config, table).await?;
        if now == *self {
            Ok(())
        } else {
            Err(of(table)(Unequal { wanted: self.to_string(), found: now.to_string() }))
        }
    }
}

/// It is not there.
#[derive(Debug, thiserror::Error)]
#[error("there is no such table")]
struct Missing;

/// The table did not take what it was told.
#[derive(Debug, thiserror::Error)]
#[error("it was to have {wanted}, and has {found}")]
struct Unequal {
    wanted: String,
    found: String,
}

fn of<E: Error + 'static>(table: &str) -> impl FnOnce(E) -> RestoreError {
    let table = table.to_owned();
    move |error| RestoreError::Settings { table, reason: error_chain(&error) }
}
