//! The FFmpeg program: where it is, its version, and whether it has the encoders that films need.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::error::FilmError;

/// The FFmpeg to call, and how long one of its processes may make no progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ffmpeg {
    /// The program: a path, or a name to be found on `PATH`.
    pub program: PathBuf,
    /// How long a process may make no progress (no frame taken, nothing written) before it is killed.
    /// [`DEFAULT_IDLE_TIMEOUT`](Self::DEFAULT_IDLE_TIMEOUT) unless set.
    pub idle_timeout: Duration,
}

/// The version that `ffmpeg -version` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The first number: 5 of `5.1.9-0+deb12u1`, 9 of `n9.0.2-17-g2a571b6068`.
    pub major: u32,
    /// The whole version, as FFmpeg prints it.
    pub text: String,
}

impl Ffmpeg {
    /// One minute. The slowest step that works, a frame of 4K on a busy processor, takes a second.
    pub const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(60);

    /// The oldest major version that films are tested with.
    pub const OLDEST: u32 = 5;

    /// FFmpeg at a path, with the default idle timeout.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), idle_timeout: Self::DEFAULT_IDLE_TIMEOUT }
    }

    /// Asks the program for its version and whether it can encode H.264 and AAC. Once per process is enough:
    /// it costs 0.02 to 0.2 CPU s.
    ///
    /// # Errors
    /// [`FilmError::Ffmpeg`] if it cannot be started, is older than [`Self::OLDEST`], or lacks an encoder.
    pub fn check(&self) -> Result<Version, FilmError> {
        let said = self.ask(&["-version"])?;
        let text = said.split_whitespace().nth(2).unwrap_or_default().to_owned();
        let digits: String =
            text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        let Ok(major) = digits.parse() else {
            return Err(self.unusable(format!("it does not say its version but {text:?}")));
        };
        // Builds of the development branch are called N-123456-g…: the number counts commits, and is recent.
        if major < Self::OLDEST {
            return Err(self.unusable(format!("version {text} is older than {}", Self::OLDEST)));
        }
        let encoders = self.ask(&["-hide_banner", "-encoders"])?;
        for encoder in ["libx264", "aac"] {
            if !encoders.lines().any(|line| line.split_whitespace().nth(1) == Some(encoder)) {
                return Err(self.unusable(format!("it was built without the encoder {encoder}")));
            }
        }
        Ok(Version { major, text })
    }

    fn ask(&self, arguments: &[&str]) -> Result<String, FilmError> {
        let output = Command::new(&self.program)
            .args(arguments)
            .output()
            .map_err(|error| self.unusable(error.to_string()))?;
        if !output.status.success() {
            return Err(self.unusable(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn unusable(&self, reason: String) -> FilmError {
        FilmError::Ffmpeg { program: self.program.clone(), reason }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use super::*;

    /// `DEVOTIONAL_FFMPEG`, else what the set-up put into the workspace, else the one on `PATH`.
    #[allow(clippy::disallowed_methods, reason = "a test has no settings to be given it by")]
    pub(crate) fn real() -> PathBuf {
        let local = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.local/bin/ffmpeg");
        let found = if local.exists() { local } else { "ffmpeg".into() };
        std::env::var("DEVOTIONAL_FFMPEG").map_or(found, PathBuf::from)
    }

    #[test]
    fn the_one_at_hand_is_good_enough() {
        let version = Ffmpeg::new(real()).check().unwrap();
        assert!(version.major >= Ffmpeg::OLDEST && version.text.contains('.'), "{version:?}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Ffmpeg::new("/nowhere/ffmpeg").check().unwrap_err();
        assert!(error.to_string().starts_with("/nowhere/ffmpeg cannot be used"), "{error}");
    }

    #[test]
    fn another_program_is_refused() {
        assert!(matches!(Ffmpeg::new("/bin/true").check(), Err(FilmError::Ffmpeg { .. })));
    }
}
