use std::path::PathBuf;

use cloud::bucket::Bucket;
use cloud::settings;
use film::Ffmpeg;
use film_captions::Fonts;
use film_narrator::{EmbeddedNarrator, EmbeddedSettings};
use tempfile::TempDir;

use crate::providers::Providers;

/// What steps work with, made once per process: the bucket, the engine's programs and fonts, the providers.
pub struct Kit {
    pub bucket: Bucket,
    pub ffmpeg: Ffmpeg,
    pub fonts: Fonts,
    pub providers: Providers,
    /// Where steps keep files while they work; emptied before each.
    scratch: PathBuf,
}

impl Kit {
    /// From `ASSETS_ROOT`, `FFMPEG_PROGRAM` and `ESPEAK_PROGRAM`. Models are loaded when first needed.
    pub fn from_settings(config: &aws_config::SdkConfig, bucket: Bucket) -> anyhow::Result<Self> {
        let assets = PathBuf::from(settings::text("ASSETS_ROOT")?);
        let espeak = PathBuf::from(settings::text("ESPEAK_PROGRAM")?);
        let threads = settings::parsed("NARRATION_THREADS", 1)?;
        let narrator =
            EmbeddedNarrator::with(EmbeddedSettings { threads, ..EmbeddedSettings::new(&assets, &espeak) })?;
        Ok(Self {
            bucket,
            ffmpeg: Ffmpeg::new(settings::text("FFMPEG_PROGRAM")?),
            fonts: Fonts::load(&assets)?,
            providers: Providers::from_settings(config, narrator)?,
            // One process handles one step at a time; several on one machine must not share a folder.
            scratch: std::env::temp_dir().join(format!("render-step-{}", std::process::id())),
        })
    }

    /// An empty folder for one attempt, gone when dropped. Whatever an earlier one left, perhaps another
    /// tenant's, is removed first; and because each has a name of its own, work that was given up and still
    /// runs cannot leave its files in the next one's folder.
    pub fn empty_scratch(&self) -> std::io::Result<TempDir> {
        match std::fs::remove_dir_all(&self.scratch) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => std::fs::create_dir_all(&self.scratch)?,
        }
        tempfile::tempdir_in(&self.scratch)
    }
}
