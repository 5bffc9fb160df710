//! What is recorded of a call: who made it, with which credential, and what it was about.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::UserId;

/// Who made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, who signed in or used an API key of theirs.
    User(UserId),
    /// The operator of the deployment, with the command line tool.
    Operator,
    /// An unauthenticated report of a leaked API key.
    LeakReport,
    /// The reuse of a session's refresh token, which ended the session. Whoever presented it is not known.
    TokenReuse,
}

/// The text is neither `operator`, `leak_report` or `token_reuse`, nor a user id.
#[derive(Debug, thiserror::Error)]
#[error("no actor: {0:?}")]
pub struct UnknownActor(String);

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::Operator => f.write_str("operator"),
            Self::LeakReport => f.write_str("leak_report"),
            Self::TokenReuse => f.write_str("token_reuse"),
        }
    }
}

impl FromStr for Actor {
    type Err = UnknownActor;
    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        match text {
            "operator" => Ok(Self::Operator),
            "leak_report" => Ok(Self::LeakReport),
            "token_reuse" => Ok(Self::TokenReuse),
            user => user.parse().map(Self::User).map_err(|_| UnknownActor(text.to_owned())),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A call that may change something, without its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// When the call began.
    pub at: Timestamp,
    /// Who made the call.
    pub actor: Actor,
    /// The id of the session or of the API key that was used; `None` for a call without a credential.
    pub credential: Option<String>,
    /// What was called: method and route (`PATCH /api/v1/projects/{id}`), or a command of the operator tool.
    pub action: String,
    /// The ids in the path, in the order of the route's parameters.
    pub subjects: Vec<String>,
    /// The request id, as logs and the header `X-Request-Id` have it.
    pub request: String,
}
