use std::path::PathBuf;

use cloud::bucket::Bucket;
use cloud::settings;
use film::Ffmpeg;
use film_captions::Fonts;
use film_narrator::{EmbeddedNarrator, EmbeddedSettings};

use crate::providers::Providers;
use crate::scratch::Scratch;

/// What steps work with, made once per process: the bucket, the engine's programs and fonts, the providers.
pub struct Kit {
    pub bucket: Bucket,
    pub ffmpeg: Ffmpeg,
    pub fonts: Fonts,
    pub providers: Providers,
    /// Where steps keep files while they work; emptied before each.
    pub scratch: Scratch,
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
            scratch: Scratch::below(&std::env::temp_dir())?,
        })
    }
}
