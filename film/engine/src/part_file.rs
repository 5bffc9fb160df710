//! Output files that get their name only when they are complete.

use std::path::{Path, PathBuf};

use crate::error::FilmError;

/// A file that is written as `<name>.part` beside its final path, and removed on drop if it was not finished.
#[derive(Debug)]
pub(crate) struct PartFile {
    part: PathBuf,
    target: PathBuf,
    finished: bool,
}

impl PartFile {
    pub(crate) fn of(target: &Path) -> Self {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        Self { part: target.with_file_name(name), target: target.to_owned(), finished: false }
    }

    /// The path to write to.
    pub(crate) fn path(&self) -> &Path {
        &self.part
    }

    /// Renames the file to its final path and returns its size in bytes.
    pub(crate) fn finish(mut self) -> Result<u64, FilmError> {
        let bytes = std::fs::metadata(&self.part).map_err(|e| FilmError::io(&self.part, e))?.len();
        std::fs::rename(&self.part, &self.target).map_err(|e| FilmError::io(&self.target, e))?;
        self.finished = true;
        Ok(bytes)
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.finished {
            // The file may never have been created, and drop cannot report an error.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.mp4");
        let part = PartFile::of(&target);
        std::fs::write(part.path(), "half").unwrap();
        drop(part);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

        let part = PartFile::of(&target);
        std::fs::write(part.path(), "whole").unwrap();
        assert_eq!(part.finish().unwrap(), 5);
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "whole");
    }
}
