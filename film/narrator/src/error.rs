//! Why a script was not spoken.

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
