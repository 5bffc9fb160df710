//! What every function needs of AWS, made once per process: configuration, settings, clock, logs, and
//! thin typed handles on a table, a queue, a bucket and a secret.

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

/// Configuration shared by all clients of the process.
///
/// Three attempts and 3.5 s in all: with the limiter before it an API call is answered within 5 s even when a
/// service hangs, and a problem that names the failing part is worth more than a wait.
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
