//! A stack on this machine: where its API is, and the mail that it has sent.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::answer::ApiError;
use crate::api::Api;

/// How long a mail may take: a queue, the cold start of a function, the mail service.
const MAIL_TIMEOUT: Duration = Duration::from_secs(30);
/// How often the mail is looked at meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// What precedes the token in a sign-in link: it is in the URL's fragment, which no server sees.
const TOKEN_MARK: &str = "#token=";

/// A stack on this machine, as `outputs.json` in its folder describes it.
#[derive(Clone, Debug)]
pub struct LocalStack {
    /// The outputs of its deployment.
    pub outputs: Outputs,
    api: Api,
}

/// The part of a stack's `outputs.json` that clients need.
#[derive(Clone, Debug, Deserialize)]
pub struct Outputs {
    /// The base URL of the API.
    pub api: String,
    /// The origin of the pages that mail links lead to.
    pub frontend: String,
    /// The endpoint URL of every AWS service.
    pub endpoint: String,
    /// The URL at which the emulator lists the mails that were sent.
    pub mail: String,
    /// The name of the log group that all functions share.
    pub function_logs: String,
    /// The folder that holds the stack's state.
    pub data: PathBuf,
}

/// A mail that the stack has sent, as the emulator lists it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Mail {
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// The subject line.
    pub subject: String,
    /// The plain-text part.
    pub body_text: String,
    /// When it was sent, seconds since 1970.
    pub timestamp: f64,
}

/// Why a local stack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The folder holds no `outputs.json`.
    #[error("no stack is deployed in {}: start it with `make dev`", .0.display())]
    NotDeployed(PathBuf),
    /// The emulator does not accept connections any more.
    #[error("the stack does not answer at {endpoint}: start it with `make dev`")]
    NotRunning {
        /// The endpoint URL in its outputs.
        endpoint: String,
    },
    /// `outputs.json` cannot be read or parsed.
    #[error("{} cannot be read ({reason}): `make dev` writes it anew", file.display())]
    Outputs {
        /// The path of `outputs.json`.
        file: PathBuf,
        /// The error of reading or parsing.
        reason: String,
    },
    /// No sign-in mail came in time.
    #[error("no sign-in mail to {email} came within {seconds} s: `make logs` shows why", seconds = MAIL_TIMEOUT.as_secs())]
    NoMail {
        /// The recipient's address.
        email: String,
    },
    /// A request to the API failed or was refused.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl LocalStack {
    /// The stack in a folder.
    ///
    /// # Errors
    /// [`StackError::NotDeployed`] when the folder has no `outputs.json`, [`StackError::Outputs`] when that cannot be
    /// read, [`StackError::Api`] when no HTTP client can be set up.
    pub fn at(folder: &Path) -> Result<Self, StackError> {
        let file = folder.join("outputs.json");
        let text = std::fs::read_to_string(&file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => StackError::NotDeployed(folder.to_owned()),
            _ => StackError::Outputs { file: file.clone(), reason: error.to_string() },
        })?;
        let outputs: Outputs = serde_json::from_str(&text)
            .map_err(|error| StackError::Outputs { file, reason: error.to_string() })?;
        Ok(Self { api: Api::at(&outputs.api)?, outputs })
    }

    /// The stack's API without a credential.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Waits for a sign-in mail to an address beyond the first `known` mails, and gives the token in it.
    ///
    /// # Errors
    /// [`StackError::NoMail`] when none comes within 30 s, [`StackError::NotRunning`] when the stack does not answer.
    pub async fn token_after(&self, email: &str, known: usize) -> Result<String, StackError> {
        let newest = async {
            loop {
                let mails = self.mails_to(email).await?;
                if let Some(token) = mails.get(known..).and_then(|new| new.iter().find_map(Mail::token)) {
                    return Ok(token);
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        tokio::time::timeout(MAIL_TIMEOUT, newest)
            .await
            .map_err(|_| StackError::NoMail { email: email.to_owned() })?
    }

    /// All mails to an address, the newest last.
    ///
    /// # Errors
    /// [`StackError::NotRunning`] when the stack does not answer.
    pub async fn mails_to(&self, email: &str) -> Result<Vec<Mail>, StackError> {
        #[derive(Deserialize)]
        struct Mails {
            messages: HashMap<String, Vec<Mail>>,
        }
        let answer = self.api.get(&self.outputs.mail).await.map_err(|error| match error {
            ApiError::Transport { .. } => StackError::NotRunning { endpoint: self.outputs.endpoint.clone() },
            other => other.into(),
        })?;
        let mails: Mails = answer.json()?;
        let mut mails: Vec<Mail> = mails.messages.into_values().flatten().collect();
        mails.retain(|mail| mail.to.iter().any(|to| to.eq_ignore_ascii_case(email)));
        mails.sort_by(|one, other| one.timestamp.total_cmp(&other.timestamp));
        Ok(mails)
    }
}

impl Mail {
    /// The sign-in code in the text, which another device has to type: `ABCD-EFGH`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let is_part = |part: &str| {
            part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        };
        let mut words = self.body_text.split_whitespace().map(|word| word.trim_matches(['.', ',']));
        words.find(|word| word.split_once('-').is_some_and(|(one, other)| is_part(one) && is_part(other)))
    }

    /// The link in the text that has a token.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.body_text.split_whitespace().find(|word| word.contains(TOKEN_MARK))
    }

    /// The token of that link.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        let (_, rest) = self.body_text.split_once(TOKEN_MARK)?;
        Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect())
    }
}
