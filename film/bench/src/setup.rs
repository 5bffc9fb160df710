//! What every benchmark is given: programs, assets, and how much to measure.

use std::path::{Path, PathBuf};

use film_engine::Ffmpeg;

use crate::peers::programs::Programs;

/// What every table is given.
pub(crate) struct Setup {
    pub(crate) ffmpeg: Ffmpeg,
    /// An FFmpeg with libvmaf.
    pub(crate) vmaf: Option<PathBuf>,
    /// Voices and fonts.
    pub(crate) assets: PathBuf,
    /// `espeak-pipe`.
    pub(crate) espeak: PathBuf,
    pub(crate) seconds: u32,
    pub(crate) rounds: u32,
    pub(crate) photographs: Vec<PathBuf>,
    /// Programs of others.
    pub(crate) peers: Programs,
    /// Scenes of the whole film.
    pub(crate) scenes: u32,
    /// A folder that is gone afterwards.
    pub(crate) scratch: tempfile::TempDir,
}

impl Setup {
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }
}
