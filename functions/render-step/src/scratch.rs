//! Where a step's files lie while it works.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// What stands before the process id in the name of a worker's folder.
const PREFIX: &str = "render-step-";

/// The folder of this process, in which every attempt has one of its own. A process does one step at a
/// time; several on one machine must not share a folder.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Below `parent`, where the folders of workers that have died are removed: a Lambda that is started
    /// again finds what its predecessor left, perhaps another tenant's.
    pub fn below(parent: &Path) -> Result<Self> {
        for entry in std::fs::read_dir(parent)? {
            let entry = entry?;
            let name = entry.file_name();
            let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).map(str::parse::<u32>);
            if let Some(Ok(process)) = process
                && !Path::new("/proc").join(process.to_string()).exists()
            {
                let folder = entry.path();
                // Another user's, on a machine that is shared: this worker cannot read it either.
                if let Err(error) = present(std::fs::remove_dir_all(&folder)) {
                    tracing::warn!(folder = %folder.display(), error = %error, "not removed: {error}");
                }
            }
        }
        Ok(Self { folder: parent.join(format!("{PREFIX}{}", std::process::id())) })
    }

    /// An empty folder for one attempt, gone when dropped. Whatever an earlier one left is removed first;
    /// and because each has a name of its own, work that was given up and still runs cannot leave its files
    /// in the next one's folder.
    pub fn empty(&self) -> Result<TempDir> {
        present(std::fs::remove_dir_all(&self.folder))?;
        std::fs::create_dir_all(&self.folder)?;
        tempfile::tempdir_in(&self.folder)
    }
}

/// That there was nothing to remove is no error: another worker may have been faster.
fn present(removed: Result<()>) -> Result<()> {
    removed.or_else(|error: Error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, id};

    use super::*;

    #[test]
    fn nothing_of_an_earlier_attempt_is_left() {
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::below(parent.path()).unwrap();
        let given_up = scratch.empty().unwrap();
        let left = given_up.path().join("speech.wav");
        std::fs::write(&left, "another tenant's").unwrap();
        let next = scratch.empty().unwrap();
        assert!(!left.exists());
        assert_ne!(next.path(), given_up.path());
        assert_eq!(std::fs::read_dir(next.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_dead_worker_left_is_removed_and_a_living_ones_stays() {
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
