//! Files that exist under their own name only when they are whole.

use std::path::{Path, PathBuf};

use crate::error::FilmError;

/// A file that is written beside its place, and removed if it is not finished.
#[derive(Debug)]
pub(crate) struct PartFile {
    part: PathBuf,
    whole: PathBuf,
    finished: bool,
}

impl PartFile {
    pub(crate) fn of(whole: &Path) -> Self {
        let mut name = whole.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        Self { part: whole.with_file_name(name), whole: whole.to_owned(), finished: false }
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.part
    }

    /// Gives the file its name, and tells how many bytes it has.
    pub(crate) fn finish(mut self) -> Result<u64, FilmError> {
        let bytes = std::fs::metadata(&self.part).map_err(|e| FilmError::io(&self.part, e))?.len();
        std::fs::rename(&self.part, &self.whole).map_err(|e| FilmError::io(&self.whole, e))?;
        self.finished = true;
        Ok(bytes)
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.finished {
            // It may never have been made; there is nobody to tell.
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
        let whole = folder.path().join("a.mp4");
        let part = PartFile::of(&whole);
        std::fs::write(part.path(), "half").unwrap();
        drop(part);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

        let part = PartFile::of(&whole);
        std::fs::write(part.path(), "whole").unwrap();
        assert_eq!(part.finish().unwrap(), 5);
        assert_eq!(std::fs::read_to_string(&whole).unwrap(), "whole");
    }
}
