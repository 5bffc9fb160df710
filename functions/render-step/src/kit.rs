use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cloud::bucket::Bucket;
use cloud::settings::{self, ASSETS_ROOT, ESPEAK_PROGRAM, FFMPEG_PROGRAM};
use film_captions::Fonts;
use film_engine::Ffmpeg;
use film_narrator::{EmbeddedNarrator, EmbeddedSettings};
use providers::Providers;
use serde_json::Value;
use studio::LeasedStep;
use tenancy::{ArtefactVersion, JobDocument, ObjectKey};

use crate::error::StepError;
use crate::made::Made;
use crate::painter::OffThreadPainter;
use crate::scratch::Scratch;
use crate::steps;
use crate::worker::Maker;

/// What steps work with, made once per process: the bucket, the engine's programs and fonts, the providers.
pub struct Kit {
    pub(crate) bucket: Bucket,
    pub(crate) ffmpeg: Ffmpeg,
    pub(crate) fonts: Fonts,
    pub(crate) providers: Providers,
    /// Where steps keep files while they work; emptied before each.
    pub(crate) scratch: Scratch,
}

impl Maker for Kit {
    async fn make(&self, leased: &LeasedStep) -> Result<Made, StepError> {
        steps::run(self, leased).await
    }

    async fn find(&self, leased: &LeasedStep, version: ArtefactVersion) -> Result<Option<Made>, StepError> {
        // The last object that is stored has the note.
        let Some(last) = leased.step.input.kind().objects(&leased.tenant, &version).pop() else {
            return Ok(None);
        };
        let note = self.bucket.head(&last).await?.and_then(|object| object.note);
        Ok(note.and_then(|note| serde_json::from_value(note).ok()))
    }

    async fn keep_summary(&self, leased: &LeasedStep, summary: &Value) -> Result<(), StepError> {
        let key = ObjectKey::job(&leased.tenant, leased.job.id.uuid(), JobDocument::Summary);
        Ok(self.bucket.put(&key, summary.to_string().into_bytes(), "application/json").await?)
    }
}

impl Kit {
    /// From `ASSETS_ROOT`, `FFMPEG_PROGRAM` and `ESPEAK_PROGRAM`; `FFMPEG_STALL_S`, where it is set, is how long
    /// FFmpeg may stand still. Models are loaded when first needed.
    ///
    /// # Errors
    /// A setting that is missing or cannot be read, fonts or programs that are not where they should be.
    pub fn from_settings(config: &aws_config::SdkConfig, bucket: Bucket) -> anyhow::Result<Self> {
        let assets = PathBuf::from(settings::text(ASSETS_ROOT)?);
        let espeak = PathBuf::from(settings::text(ESPEAK_PROGRAM)?);
        let threads = settings::parsed("NARRATION_THREADS", 1)?;
        let stall_s = settings::parsed("FFMPEG_STALL_S", Ffmpeg::DEFAULT_IDLE_TIMEOUT.as_secs())?.max(1);
        let narrator =
            EmbeddedNarrator::with(EmbeddedSettings { threads, ..EmbeddedSettings::new(&assets, &espeak) })?;
        Ok(Self {
            bucket,
            ffmpeg: Ffmpeg {
                idle_timeout: Duration::from_secs(stall_s),
                ..Ffmpeg::new(settings::text(FFMPEG_PROGRAM)?)
            },
            fonts: Fonts::load(&assets)?,
            providers: Providers::from_settings(config, Arc::new(OffThreadPainter), Arc::new(narrator))?,
            scratch: Scratch::below(&std::env::temp_dir())?,
        })
    }
}
