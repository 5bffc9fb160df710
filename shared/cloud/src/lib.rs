//! AWS as the functions use it: the SDK's configuration, settings, clock, logs and metrics, and thin typed handles on
//! a DynamoDB table, an SQS queue, an S3 bucket and a secret.
//!
//! A function turns on the features of the services that it calls (`table`, `queue`, `bucket`, `secrets`,
//! `tenant-role`) and compiles no other service's SDK.
//!
//! This crate knows how items, objects and messages are stored and not what they mean: no key prefixes of a domain,
//! no HTTP, no business rules. Of the other crates it may depend on `tenancy` alone, whose keys it takes.
//!
//! ```no_run
//! use cloud::queue::Queue;
//! use cloud::settings::{QueueName, TableName};
//! use cloud::table::{Key, Table};
//! use tenancy::TenantId;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! cloud::telemetry::init();
//! let config = cloud::config().await;
//! let table = Table::from_settings(&config, TableName::Studio)?;
//! let queue = Queue::from_settings(&config, QueueName::Mail)?;
//!
//! let tenant = TenantId::new();
//! let key = Key::of(&tenant.partition(), "NOTE#1");
//! table.put(&key, &serde_json::json!({ "text": "Psalm 23" })).await?;
//! queue.send(&"written", &tenant.to_string(), std::time::Duration::ZERO).await?;
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "table")]
mod batch;
pub mod cause;
pub mod clock;
pub mod correlation;
pub mod metrics;
pub mod settings;
pub mod telemetry;

#[cfg(feature = "bucket")]
pub mod bucket;
#[cfg(feature = "table")]
mod item;
#[cfg(feature = "bucket")]
mod listing;
#[cfg(feature = "bucket")]
mod multipart;
#[cfg(feature = "queue")]
pub mod queue;
#[cfg(feature = "secrets")]
pub mod secrets;
#[cfg(feature = "table")]
pub mod table;
#[cfg(feature = "tenant-role")]
pub mod tenant_role;
#[cfg(feature = "table")]
mod update;
#[cfg(feature = "bucket")]
mod upload;
#[cfg(feature = "bucket")]
mod versions;

use std::time::Duration;

use aws_config::{BehaviorVersion, retry::RetryConfig, timeout::TimeoutConfig};

pub use aws_config::SdkConfig;

/// The SDK's configuration, shared by all clients of the process.
///
/// A call makes at most three attempts within 3.5 s. With the rate limiter's call before it, a request to the API is
/// answered within 5 s even when a service hangs: a problem that names the failing service is worth more to the
/// caller than a longer wait.
pub async fn config() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_millis(3500))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .load()
        .await
}
