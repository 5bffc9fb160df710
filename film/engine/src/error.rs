//! The engine's error.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::timeline::TimelineError;

/// Everything that can go wrong between pictures and a finished file.
///
/// [`is_transient`](Self::is_transient) says which errors are worth another try on the same machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilmError {
    /// The inputs contradict each other; no retry will help.
    #[error("cannot make this: {0}")]
    Invalid(String),
    /// FFmpeg is absent, too old, or was built without an encoder that films need.
    #[error("{program} cannot be used: {reason}")]
    Ffmpeg {
        /// The program that was tried.
        program: PathBuf,
        /// What is wrong with it, for a message.
        reason: String,
    },
    /// FFmpeg ended with an error.
    #[error("FFmpeg failed ({status}): {stderr}")]
    Failed {
        /// Exit code or signal.
        status: ExitStatus,
        /// The last lines of its standard error, at most 2,000 bytes.
        stderr: String,
    },
    /// FFmpeg made no progress for so long that it was killed.
    #[error("FFmpeg made no progress for {idle:?} and was stopped: {stderr}")]
    Stuck {
        /// How long it made no progress.
        idle: Duration,
        /// The last lines of its standard error, at most 2,000 bytes.
        stderr: String,
    },
    /// The disk that holds the output, or the scratch files beside it, is full.
    #[error("no space left on the disk that holds {}", .0.display())]
    DiskFull(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A sound or MP4 file is not what it should be.
    #[error("{} is not usable: {reason}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, for a message.
        reason: String,
    },
}

impl FilmError {
    /// True when the same work may succeed if it is tried again: a process that hung or was killed. A full
    /// disk is not among them, for a second try on the same disk meets the same end.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Stuck { .. } => true,
            // No exit code means that a signal ended it: memory pressure, or the platform shutting down.
            Self::Failed { status, .. } => status.code().is_none(),
            _ => false,
        }
    }

    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull {
            return Self::DiskFull(path.to_owned());
        }
        Self::Io { path: path.to_owned(), source }
    }

    pub(crate) fn malformed(path: &Path, reason: impl ToString) -> Self {
        Self::Malformed { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn wav(path: &Path, error: hound::Error) -> Self {
        match error {
            hound::Error::IoError(source) => Self::io(path, source),
            other => Self::malformed(path, other),
        }
    }
}

impl From<TimelineError> for FilmError {
    fn from(error: TimelineError) -> Self {
        Self::Invalid(error.to_string())
    }
}
