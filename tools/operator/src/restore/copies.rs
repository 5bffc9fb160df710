use std::io::{self, Write};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::primitives::DateTime;
use aws_sdk_dynamodb::types::{
    BillingMode, GlobalSecondaryIndex, SseSpecification, SseStatus, TableDescription, TableStatus,
};
use cloud::cause::sdk_cause;
use jiff::Timestamp;
use protection::{TableKind, TableNames};

use super::error::RestoreError;
use super::settings::TableSettings;
use crate::deployment::Deployment;

/// How long to wait between two checks whether a table is active.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// The most checks, which take 12 hours: DynamoDB restores a table in some twenty minutes, a large one in hours.
const MAX_POLLS: u32 = 12 * 60 * 12;

/// Copies of the live tables, named like them with a suffix.
pub struct Copies<'a> {
    deployment: &'a Deployment,
    client: Client,
    live: &'a TableNames,
    suffix: String,
}

/// The content with which a copy is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing.
    Empty,
    /// The table's content at a time.
    PointInTime(Timestamp),
}

impl<'a> Copies<'a> {
    pub fn new(deployment: &'a Deployment, live: &'a TableNames, suffix: &str) -> Self {
        let client = Client::new(&deployment.config);
        Self { deployment, client, live, suffix: suffix.to_owned() }
    }

    /// The copies' names.
    pub fn names(&self) -> TableNames {
        let name = |kind| format!("{}-{}", self.live.of(kind), self.suffix);
        TableNames {
            identity: name(TableKind::Identity),
            metering: name(TableKind::Metering),
            studio: name(TableKind::Studio),
            billing: name(TableKind::Billing),
            audit: name(TableKind::Audit),
            // Never copied: a restore must heed what was revoked until now.
            revocations: self.live.revocations.clone(),
        }
    }

    /// Prints the copies' names, and the settings that they will get.
    pub async fn report(&self, out: &mut dyn Write) -> Result<(), RestoreError> {
        let copies = self.names();
        for kind in TableKind::RESTORED {
            let settings = TableSettings::read(&self.deployment.config, self.live.of(kind)).await?;
            line(out, kind, copies.of(kind), &settings)?;
        }
        Ok(())
    }

    /// Makes the copies that do not exist, waits until they are active, and gives them the settings of the live tables.
    /// Idempotent.
    pub async fn create(&self, origin: Origin) -> Result<(), RestoreError> {
        let copies = self.names();
        for kind in TableKind::RESTORED {
            let (live, copy) = (self.live.of(kind), copies.of(kind));
            if self.describe(copy).await?.is_none() {
                match origin {
                    Origin::Empty => self.create_empty(live, copy).await?,
                    Origin::PointInTime(at) => self.restore_to(live, copy, at).await?,
                }
            }
        }
        for kind in TableKind::RESTORED {
            let (live, copy) = (self.live.of(kind), copies.of(kind));
            self.wait(copy).await?;
            let settings = TableSettings::read(&self.deployment.config, live).await?;
            settings.apply(&self.deployment.config, copy).await?;
            self.wait(copy).await?;
        }
        Ok(())
    }

    /// Whether the copies were made by an earlier run.
    pub async fn are_there(&self) -> Result<bool, RestoreError> {
        let copies = self.names();
        for kind in TableKind::RESTORED {
            let found = self.describe(copies.of(kind)).await?;
            if found.and_then(|found| found.table_status) != Some(TableStatus::Active) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn create_empty(&self, live: &str, copy: &str) -> Result<(), RestoreError> {
        let found = self.describe(live).await?;
        let found = found.ok_or_else(|| refused(live, "there is no such table".to_owned()))?;
        let indexes = found.global_secondary_indexes().iter().map(|index| {
            GlobalSecondaryIndex::builder()
                .set_index_name(index.index_name.clone())
                .set_key_schema(index.key_schema.clone())
                .set_projection(index.projection.clone())
                .build()
        });
        let indexes = indexes.collect::<Result<Vec<_>, _>>();
        let indexes = indexes.map_err(|error| refused(live, error.to_string()))?;
        let is_encrypted = found.sse_description().and_then(|sse| sse.status()) == Some(&SseStatus::Enabled);
        let request = self.client.create_table().table_name(copy).billing_mode(BillingMode::PayPerRequest);
        let request = request.set_attribute_definitions(found.attribute_definitions.clone());
        let request = request.set_key_schema(found.key_schema.clone());
        let request = request.set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes));
        let encryption = is_encrypted.then(|| SseSpecification::builder().enabled(true).build());
        let made = request.set_sse_specification(encryption).send().await;
        made.map(drop).map_err(|error| refused(copy, sdk_cause(&error)))
    }

    async fn restore_to(&self, live: &str, copy: &str, at: Timestamp) -> Result<(), RestoreError> {
        let request = self.client.restore_table_to_point_in_time().source_table_name(live);
        let request = request.target_table_name(copy).restore_date_time(DateTime::from_secs(at.as_second()));
        let restored = request.billing_mode_override(BillingMode::PayPerRequest).send().await;
        restored.map(drop).map_err(|error| refused(live, sdk_cause(&error)))
    }

    async fn describe(&self, table: &str) -> Result<Option<TableDescription>, RestoreError> {
        match self.client.describe_table().table_name(table).send().await {
            Ok(answer) => Ok(answer.table),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), DescribeTableError::ResourceNotFoundException(_)) =>
            {
                Ok(None)
            }
            Err(error) => Err(refused(table, sdk_cause(&error))),
        }
    }

    async fn wait(&self, table: &str) -> Result<(), RestoreError> {
        for _ in 0..MAX_POLLS {
            let found = self.describe(table).await?;
            if found.and_then(|found| found.table_status) == Some(TableStatus::Active) {
                return Ok(());
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Err(RestoreError::Slow(table.to_owned()))
    }
}

/// Prints that the copies are to be deleted.
pub fn remind(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "The tables that were made hold personal data, which no erasure reaches: `operator copies` lists those"
    )?;
    writeln!(out, "that are not in use, and how to delete them. Do that when the restore is over.")
}

fn line(out: &mut dyn Write, kind: TableKind, copy: &str, settings: &TableSettings) -> io::Result<()> {
    writeln!(out, "table {:<10}{copy}: {settings}", kind.as_str())
}

fn refused(table: &str, reason: String) -> RestoreError {
    RestoreError::Settings { table: table.to_owned(), reason }
}
