use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::UserId;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, also through a key that they made.
    User(UserId),
    /// Whoever runs the deployment, with its own tool.
    Operator,
    /// Whoever showed us an API key that they should not have.
    LeakReport,
}

/// The text names no actor.
#[derive(Debug, thiserror::Error)]
#[error("no actor: {0:?}")]
pub struct UnknownActor(String);

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::Operator => f.write_str("operator"),
            Self::LeakReport => f.write_str("leak_report"),
        }
    }
}

impl FromStr for Actor {
    type Err = UnknownActor;
    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        match text {
            "operator" => Ok(Self::Operator),
            "leak_report" => Ok(Self::LeakReport),
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

/// Something that somebody set out to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// With what: a session's or an API key's id; none without one.
    pub credential: Option<String>,
    /// What: a route (`PATCH /api/v1/projects/{id}`), or a command of the operator's.
    pub action: String,
    /// To what: the ids in the route's place of parameters.
    pub subjects: Vec<String>,
    /// The request, as logs and the answer's `X-Request-Id` have it.
    pub request: String,
}
