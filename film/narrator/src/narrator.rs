//! The interface that every provider of speech implements, embedded or remote.

use crate::speech::{Script, Speech};

/// Why no speech came.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NarratorError {
    /// Try again later: throttled, timed out, 5xx.
    #[error("{provider} is not answering: {reason}")]
    Unavailable {
        /// Who.
        provider: &'static str,
        /// What it said.
        reason: String,
    },
    /// Never with this script: language or text not supported.
    #[error("{provider} cannot speak this: {reason}")]
    Unsupported {
        /// Who.
        provider: &'static str,
        /// Why.
        reason: String,
    },
}

/// Anything that turns a script into speech. Remote providers implement it beside the embedded ones.
#[async_trait::async_trait]
pub trait Narrator: Send + Sync {
    /// The provider's name, as it stands in receipts.
    fn name(&self) -> &'static str;
    /// Speaks the script.
    async fn narrate(&self, script: &Script) -> Result<Speech, NarratorError>;
}
