//! Secrets, read once and kept for a while, so that a rotation reaches warm processes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use serde::de::DeserializeOwned;
use tokio::sync::RwLock;

use crate::cause::sdk_cause;
use crate::settings::{self, SecretName, SettingError};

/// How long a value is believed. Rotation keeps old keys valid for longer than this.
const LIFETIME: Duration = Duration::from_secs(300);

/// How long nobody asks again after Secrets Manager did not answer: otherwise every request would wait for
/// it.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// The secret cannot be read or is not of the expected form. Its content is never in the message.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Secrets Manager did not answer.
    #[error("secret {name} cannot be read: {reason}")]
    Unavailable {
        /// Which secret.
        name: String,
        /// What Secrets Manager said.
        reason: String,
    },
    /// The value does not parse.
    #[error("secret {name} is not of the expected form (line {line}, column {column})")]
    Malformed {
        /// Which secret.
        name: String,
        /// Where parsing stopped.
        line: usize,
        /// Where parsing stopped.
        column: usize,
    },
}

/// One secret, parsed from JSON.
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

    /// The value, read at most once in five minutes.
    ///
    /// # Errors
    /// [`SecretError`]; a value read before is used on when Secrets Manager does not answer.
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
