//! Temporary files of a step.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The prefix of the name of a worker's folder, before the process id.
const PREFIX: &str = "render-step-";

/// The folder of this process for temporary files, in which every attempt has a folder of its own. A process runs one
/// step at a time; several processes on one machine must not share a folder.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// A folder below `parent`. The folders of workers that have died are removed there first: a Lambda environment that
    /// is started again has the files of the process before, which may be another tenant's.
    ///
    /// # Errors
    /// When `parent` cannot be listed. A folder that cannot be removed is only logged.
    pub fn below(parent: &Path) -> Result<Self> {
        for entry in std::fs::read_dir(parent)? {
            let entry = entry?;
            let name = entry.file_name();
            let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).map(str::parse::<u32>);
            if let Some(Ok(process)) = process
                && !Path::new("/proc").join(process.to_string()).exists()
            {
                let folder = entry.path();
                // On a shared machine it can be another user's, which this worker cannot read either.
                if let Err(error) = ignore_missing(std::fs::remove_dir_all(&folder)) {
                    tracing::warn!(folder = %folder.display(), error = %error, "not removed: {error}");
                }
            }
        }
        Ok(Self { folder: parent.join(format!("{PREFIX}{}", std::process::id())) })
    }

    /// An empty folder for one attempt, which is removed when it is dropped. Files of earlier attempts are removed first.
    /// Each folder has a name of its own, so that the work of a timed-out attempt that still runs cannot write into the
    /// next attempt's folder.
    ///
    /// # Errors
    /// When the old folder cannot be removed or the new one cannot be created.
    pub fn empty(&self) -> Result<TempDir> {
        ignore_missing(std::fs::remove_dir_all(&self.folder))?;
        std::fs::create_dir_all(&self.folder)?;
        tempfile::tempdir_in(&self.folder)
    }
}

/// Treats a missing folder as removed: another worker may have removed it at the same time.
fn ignore_missing(removed: Result<()>) -> Result<()> {
    removed.or_else(|error: Error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, id};

    use super::*;

    #[test]
    fn files_of_an_earlier_attempt_are_removed() {
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::below(parent.path()).unwrap();
        let abandoned = scratch.empty().unwrap();
        let left = abandoned.path().join("speech.wav");
        std::fs::write(&left, "another tenant's").unwrap();
        let next = scratch.empty().unwrap();
        assert!(!left.exists());
        assert_ne!(next.path(), abandoned.path());
        assert_eq!(std::fs::read_dir(next.path()).unwrap().count(), 0);
    }

    #[test]
    fn folders_of_dead_workers_are_removed_and_others_stay() {
        let parent = tempfile::tempdir().unwrap();
        let mut child = Command::new("true").spawn().unwrap();
        let dead = child.id();
        child.wait().unwrap();
        let folder = |name: String| {
            let folder = parent.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("film.mp4"), "another tenant's").unwrap();
            folder
        };
        let (dead, living) = (folder(format!("{PREFIX}{dead}")), folder(format!("{PREFIX}{}", id())));
        let others = folder("render-step-notes".to_owned());
        Scratch::below(parent.path()).unwrap();
        assert!(!dead.exists() && living.exists() && others.exists());
    }
}
