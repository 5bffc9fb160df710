//! The scratch files beside the output.

use std::fs;
use std::path::{Path, PathBuf};

/// Paths of the scratch files, which are removed on drop.
pub(super) struct Scratch {
    pub(super) music: PathBuf,
    pub(super) mix: PathBuf,
    pub(super) master: PathBuf,
}

impl Scratch {
    pub(super) fn beside(out: &Path) -> Self {
        let name = |kind: &str| {
            let mut name = out.file_stem().unwrap_or_default().to_owned();
            name.push(kind);
            out.with_file_name(name)
        };
        Self { music: name(".music.wav"), mix: name(".mix.wav"), master: name(".master.wav") }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for path in [&self.music, &self.mix, &self.master] {
            // A file that was never created cannot be removed.
            let _ = fs::remove_file(path);
        }
    }
}
