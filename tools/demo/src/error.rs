//! Why the demo has failed, worded for the person at the terminal.

use std::io;
use std::path::PathBuf;

use client::{ApiError, FetchError, StackError};

/// Why there is no film. Each message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("{} is not UTF-8 text: convert it, for example with iconv", .0.display())]
    NotText(PathBuf),
    #[error("no text in `{language}` comes with the demo (only {known}): give one with TEXT=file.txt")]
    NoText { language: String, known: String },
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("the plan's quota does not suffice for this film: a shorter text or a lower RESOLUTION may fit")]
    DoesNotFit,
    #[error("the film was not made: {message} (step {step})")]
    JobFailed { message: String, step: String },
    #[error("the film was not made: somebody cancelled the job")]
    Cancelled,
    #[error("the job ended without a film: `make logs` shows why")]
    NoVideo,
    #[error("the film arrived with {arrived} of {expected} bytes: try again")]
    Incomplete { arrived: u64, expected: u64 },
    #[error("{} cannot be written: {source}", file.display())]
    Unwritable { file: PathBuf, source: io::Error },
    #[error("nothing can be printed: {0}")]
    Print(#[from] io::Error),
}

impl DemoError {
    /// The error of a download into this file.
    pub(crate) fn fetching(error: FetchError, file: PathBuf) -> Self {
        match error {
            FetchError::Api(error) => error.into(),
            FetchError::File(source) => Self::Unwritable { file, source },
        }
    }
}
