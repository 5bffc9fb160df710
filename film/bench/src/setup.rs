//! What every benchmark is given: programs, assets, and how much to measure.

use std::path::{Path, PathBuf};

use film_engine::Ffmpeg;

use crate::peers::programs::Programs;

/// What every benchmark is given.
pub(crate) struct Setup {
    pub(crate) ffmpeg: Ffmpeg,
    /// An FFmpeg with libvmaf, for the figures that need it.
    pub(crate) vmaf: Option<PathBuf>,
    /// The folder with voices and fonts.
    pub(crate) assets: PathBuf,
    /// `espeak-pipe`.
    pub(crate) espeak: PathBuf,
    pub(crate) seconds: u32,
    pub(crate) rounds: u32,
    pub(crate) photographs: Vec<PathBuf>,
    /// Where the programs are that the engine is compared with.
    pub(crate) peers: Programs,
    /// Number of scenes of the whole film.
    pub(crate) scenes: u32,
    /// A folder that is gone afterwards.
    pub(crate) scratch: tempfile::TempDir,
}

impl Setup {
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }
}
