//! Secrets of Secrets Manager, cached for five minutes, so that a rotation reaches warm processes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use serde::de::DeserializeOwned;
use tokio::sync::RwLock;

use crate::cause::sdk_cause;
use crate::settings::{self, SecretName, SettingError};

/// How long a value is cached. Rotation keeps old keys valid for longer than this.
const LIFETIME: Duration = Duration::from_secs(300);

/// How long the cached value is used on after Secrets Manager did not answer, before the next attempt: otherwise
/// every request would wait for the timeout.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Why a secret cannot be used. Its content is never in the message.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Secrets Manager did not answer, or refused.
    #[error("secret {name} cannot be read: {reason}")]
    Unavailable {
        /// The secret's name or ARN.
        name: String,
        /// Secrets Manager's error code and message, or why there was no answer.
        reason: String,
    },
    /// The secret's value does not parse as the expected type.
    #[error("secret {name} is not of the expected form (line {line}, column {column})")]
    Malformed {
        /// The secret's name or ARN.
        name: String,
        /// The line at which parsing stopped, counted from one.
        line: usize,
        /// The column at which parsing stopped, counted from one.
        column: usize,
    },
}

/// One secret, parsed from JSON and cached.
pub struct Secret<T> {
    client: Client,
    name: String,
    kept: RwLock<Option<(Instant, Arc<T>)>>,
}

impl<T: DeserializeOwned> Secret<T> {
    /// A handle on the secret with this name or ARN; nothing is read yet.
    #[must_use]
    pub fn new(config: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(config), name, kept: RwLock::new(None) }
    }

    /// A handle on a secret of the deployment; nothing is read from Secrets Manager yet.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when the secret's variable is not set.
    pub fn from_settings(config: &SdkConfig, secret: SecretName) -> Result<Self, SettingError> {
        Ok(Self::new(config, settings::text(secret)?))
    }

    /// The value, read from Secrets Manager at most once in five minutes. When it does not answer, the value read
    /// before is used on.
    ///
    /// # Errors
    /// [`SecretError`] when no value was read before and reading fails.
    pub async fn get(&self) -> Result<Arc<T>, SecretError> {
        let old = self.kept.read().await.clone();
        match old {
            Some((fresh_until, value)) if Instant::now() < fresh_until => Ok(value),
            Some((_, value)) => match self.read().await {
                Ok(fresh) => Ok(fresh),
                Err(error) => {
                    tracing::warn!(error = %error, "the value read before is used on: {error}");
                    self.keep(Instant::now() + RETRY_AFTER, &value).await;
                    Ok(value)
                }
            },
            None => self.read().await,
        }
    }

    async fn read(&self) -> Result<Arc<T>, SecretError> {
        let answer = self.client.get_secret_value().secret_id(&self.name).send().await;
        let answer = answer.map_err(|error| SecretError::Unavailable {
            name: self.name.clone(),
            reason: sdk_cause(&error),
        })?;
        let value: T = serde_json::from_str(answer.secret_string().unwrap_or_default()).map_err(|error| {
            SecretError::Malformed { name: self.name.clone(), line: error.line(), column: error.column() }
        })?;
        let value = Arc::new(value);
        self.keep(Instant::now() + LIFETIME, &value).await;
        Ok(value)
    }

    async fn keep(&self, fresh_until: Instant, value: &Arc<T>) {
        *self.kept.write().await = Some((fresh_until, Arc::clone(value)));
    }
}
