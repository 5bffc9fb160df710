//! The interface that every provider of speech implements, embedded or remote.

use crate::speech::{Script, Speech};

/// Why a script was not spoken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NarratorError {
    /// The provider did not answer, and may on another try: it was throttled, timed out, or answered with a 5xx. The
    /// embedded provider gives it when a program or library is missing.
    #[error("{provider} is not answering: {reason}")]
    Unavailable {
        /// The provider's name.
        provider: &'static str,
        /// The provider's own message.
        reason: String,
    },
    /// The provider can never speak this script: it does not support the language, or the text has no word.
    #[error("{provider} cannot speak this: {reason}")]
    Unsupported {
        /// The provider's name.
        provider: &'static str,
        /// What is not supported.
        reason: String,
    },
}

/// Anything that turns a script into speech. Remote providers implement it beside the embedded ones.
#[async_trait::async_trait]
pub trait Narrator: Send + Sync {
    /// The provider's name, as a job's receipt shows it.
    fn name(&self) -> &'static str;
    /// Speaks the script.
    ///
    /// # Errors
    /// [`NarratorError::Unavailable`] if the provider did not answer; [`NarratorError::Unsupported`] if it can never
    /// speak this script.
    async fn narrate(&self, script: &Script) -> Result<Speech, NarratorError>;
}
