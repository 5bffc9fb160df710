use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::{Api, ApiError, Browser, SignedIn};

/// How long a mail may take: a queue, a cold function, the mail service.
const MAIL: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// What stands before the token in a sign-in link.
const TOKEN_MARK: &str = "#token=";

/// A stack on this machine, as its folder describes it.
#[derive(Clone, Debug)]
pub struct LocalStack {
    /// What its deployment wrote down.
    pub outputs: Outputs,
    api: Api,
}

/// The part of a stack's `outputs.json` that clients need.
#[derive(Clone, Debug, Deserialize)]
pub struct Outputs {
    /// Where the API's routes begin.
    pub api: String,
    /// The origin of the pages that mail links lead to.
    pub frontend: String,
    /// Every AWS service.
    pub endpoint: String,
    /// The mail that was sent.
    pub mail: String,
    /// The log group of all functions.
    pub function_logs: String,
    /// The stack's folder.
    pub data: PathBuf,
}

/// A mail that the stack has sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Mail {
    /// To whom.
    pub to: Vec<String>,
    /// What about.
    pub subject: String,
    /// Its text part.
    pub body_text: String,
    /// When it was sent, seconds since 1970.
    pub timestamp: f64,
}

/// Why the stack is of no use.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// There is none.
    #[error("no stack is deployed in {}: start it with `make dev`", .0.display())]
    NotDeployed(PathBuf),
    /// There was one.
    #[error("the stack does not answer at {endpoint}: start it with `make dev`")]
    NotRunning {
        /// Where it was.
        endpoint: String,
    },
    /// Its description is not one.
    #[error("{} cannot be read ({reason}): `make dev` writes it anew", file.display())]
    Outputs {
        /// The description.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The link never came.
    #[error("no sign-in mail to {email} came within {seconds} s: `make logs` shows why", seconds = MAIL.as_secs())]
    NoMail {
        /// To whom.
        email: String,
    },
    /// The API.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl LocalStack {
    /// The stack in a folder.
    ///
    /// # Errors
    /// [`StackError::NotDeployed`], [`StackError::Outputs`], or [`StackError::Api`].
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

    /// Its API, as nobody.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Signs in as a person does: asks for a link, reads the mail, follows the link in the same browser.
    ///
    /// # Errors
    /// [`StackError`].
    pub async fn sign_in(&self, email: &str) -> Result<(Api, SignedIn), StackError> {
        self.sign_in_with(&mut Browser::new(self), email).await
    }

    /// The same with a browser that keeps what it gets.
    ///
    /// # Errors
    /// [`StackError`].
    pub async fn sign_in_with(
        &self,
        browser: &mut Browser,
        email: &str,
    ) -> Result<(Api, SignedIn), StackError> {
        let token = browser.link(self, email).await?;
        let signed_in = browser.verify(Some(&token), None).await?;
        Ok((self.api.with_token(&signed_in.access_token), signed_in))
    }

    /// The token of the first sign-in mail to a person after the first `known` ones.
    ///
    /// # Errors
    /// [`StackError`].
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
        tokio::time::timeout(MAIL, newest)
            .await
            .map_err(|_| StackError::NoMail { email: email.to_owned() })?
    }

    /// All mail to a person, the newest last.
    ///
    /// # Errors
    /// [`StackError`].
    pub async fn mails_to(&self, email: &str) -> Result<Vec<Mail>, StackError> {
        #[derive(Deserialize)]
        struct Letters {
            messages: HashMap<String, Vec<Mail>>,
        }
        let answer = self.api.get(&self.outputs.mail).await.map_err(|error| match error {
            ApiError::Transport { .. } => StackError::NotRunning { endpoint: self.outputs.endpoint.clone() },
            other => other.into(),
        })?;
        let mails: Letters = answer.json()?;
        let mut mails: Vec<Mail> = mails.messages.into_values().flatten().collect();
        mails.retain(|mail| mail.to.iter().any(|to| to.eq_ignore_ascii_case(email)));
        mails.sort_by(|one, other| one.timestamp.total_cmp(&other.timestamp));
        Ok(mails)
    }
}

impl Mail {
    /// The code in it: `ABCD-EFGH`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let is_part = |part: &str| {
            part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        };
        let mut words = self.body_text.split_whitespace().map(|word| word.trim_matches(['.', ',']));
        words.find(|word| word.split_once('-').is_some_and(|(one, other)| is_part(one) && is_part(other)))
    }

    /// The link in it that brings a token.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.body_text.split_whitespace().find(|word| word.contains(TOKEN_MARK))
    }

    /// The token of the sign-in link in it.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        let (_, rest) = self.body_text.split_once(TOKEN_MARK)?;
        Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect())
    }
}
