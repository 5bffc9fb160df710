//! What every kind of step works with.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::settings::{self, ASSETS_ROOT, BucketName, ESPEAK_PROGRAM, FFMPEG_PROGRAM, PICTURE_PROGRAM};
use film_captions::Fonts;
use film_engine::Ffmpeg;
use film_narrator::{EmbeddedNarrator, EmbeddedSettings};
use film_pictures::PicturePipe;
use providers::Providers;

use crate::narrator::EmbeddedVoices;
use crate::painter::EmbeddedPainter;
use crate::scratch::Scratch;
use crate::script_fonts::ScriptFonts;

/// Runs the work of a step: the bucket, FFmpeg, the fonts and the providers, made once per process.
pub struct StepRunner {
    /// Where artefacts are stored.
    pub(crate) bucket: Bucket,
    /// The FFmpeg program and how long it may make no progress.
    pub(crate) ffmpeg: Ffmpeg,
    /// The fonts of captions and titles.
    pub(crate) fonts: ScriptFonts,
    /// The program that decodes uploaded pictures.
    pub(crate) pictures: PicturePipe,
    /// The chains of providers for pictures and speech.
    pub(crate) providers: Providers,
    /// Where steps keep files while they work; emptied before each step.
    pub(crate) scratch: Scratch,
}

impl StepRunner {
    /// A runner on the programs and fonts that `ASSETS_ROOT`, `FFMPEG_PROGRAM`, `ESPEAK_PROGRAM` and `PICTURE_PROGRAM`
    /// name, with the providers that the settings of the crate `providers` choose. `FFMPEG_STALL_S`, if set, is the
    /// number of seconds for which FFmpeg may make no progress; `NARRATION_THREADS` (1) is the number of threads for
    /// speech. `bucket` is reached with the role of the step's tenant, and the fonts of scripts that the assets lack with
    /// the function's own. Speech models are loaded when they are first needed. Unless `INSPECTABLE` is `true`, other
    /// processes of the same user, among them the program that decodes pictures, can read neither memory nor environment
    /// of this one.
    ///
    /// # Errors
    /// When a setting is missing or cannot be parsed, when the fonts or one of the programs cannot be loaded, when the
    /// program that decodes pictures cannot limit itself, or when the folder for temporary files cannot be read.
    pub async fn from_settings(config: &aws_config::SdkConfig, bucket: Bucket) -> anyhow::Result<Self> {
        let assets = PathBuf::from(settings::text(ASSETS_ROOT)?);
        let espeak = PathBuf::from(settings::text(ESPEAK_PROGRAM)?);
        let threads = settings::parsed("NARRATION_THREADS", 1)?;
        let stall_s = settings::parsed("FFMPEG_STALL_S", Ffmpeg::DEFAULT_IDLE_TIMEOUT.as_secs())?.max(1);
        let narrator =
            EmbeddedNarrator::with(EmbeddedSettings { threads, ..EmbeddedSettings::new(&assets, &espeak) })?;
        // Tests of failures look at a worker's open files, to find out which calls are its own.
        if !settings::parsed("INSPECTABLE", false)? {
            film_pictures::hide_memory()?;
        }
        let own_bucket = Bucket::from_settings(config, BucketName::Media, WORKER_TIMEOUT)?;
        let pictures = PicturePipe::new(PathBuf::from(settings::text(PICTURE_PROGRAM)?))?;
        // Now, and not when a person's picture fails its step, or an image model was paid for one that cannot be used.
        pictures.check().await.context("this system decodes no picture")?;
        let (painter, voices) = (Arc::new(EmbeddedPainter), Arc::new(EmbeddedVoices(narrator)));
        Ok(Self {
            bucket,
            ffmpeg: Ffmpeg {
                idle_timeout: Duration::from_secs(stall_s),
                ..Ffmpeg::new(settings::text(FFMPEG_PROGRAM)?)
            },
            fonts: ScriptFonts::new(Fonts::load(&assets)?, own_bucket)?,
            providers: Providers::from_settings(config, painter, voices, &pictures)?,
            pictures,
            scratch: Scratch::below(&std::env::temp_dir())?,
        })
    }
}
