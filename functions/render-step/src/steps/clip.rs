use std::path::Path;

use cloud::bucket::Content;
use film_engine::VideoFormat;
use film_engine::clip::{ClipJob, SceneArt, render_clip};
use film_engine::frames::Overlay;
use film_engine::timeline::ClipSpan;
use film_painter::Picture;
use metering::Amounts;
use studio::{ClipInput, LeasedStep, SceneInput};
use tenancy::{Extension, ObjectKey};

use super::compute::compute;
use super::sources::{source, speech};
use super::store::store_last;
use crate::artefacts::decode_picture;
use crate::error::StepError;
use crate::output::StepOutput;
use crate::runner::StepRunner;
use crate::scenes::{self, CROSSFADE, RATE};

/// Encodes one scene's frames with captions, and crossfades into the first frames of the next scene at its end. Cost: 0.5
/// to 0.6 CPU s for a second of film at 1080p.
pub async fn run(
    runner: &StepRunner,
    leased: &LeasedStep,
    input: &ClipInput,
    scratch: &Path,
) -> Result<StepOutput, StepError> {
    let format = VideoFormat::new(input.resolution, input.aspect, RATE);
    let frame = (format.size.width, format.size.height);
    let shown = LoadedScene::load(runner, leased, &input.scene, &input.language, frame).await?;
    let next = match &input.next {
        Some(next) => Some(LoadedScene::load(runner, leased, next, &input.language, frame).await?),
        None => None,
    };
    let span = ClipSpan::new(shown.frames, CROSSFADE, input.opens, next.is_none());
    let file = scratch.join("clip.mp4");
    let (ffmpeg, out) = (runner.ffmpeg.clone(), file.clone());
    let report = compute(move || {
        let next = next.as_ref().map(LoadedScene::art);
        let job = ClipJob { format, span, scene: shown.art(), next };
        Ok(render_clip(&job, &ffmpeg, &out, &mut |_| {})?)
    })
    .await?;
    let output =
        StepOutput::by_engine(Amounts { render_ms: RATE.ms(u64::from(report.frames)), ..Amounts::default() });
    let key = ObjectKey::video(&leased.tenant, &leased.artefact_version(), Extension::MP4);
    store_last(runner, &key, Content::File(&file), "video/mp4", output).await
}

/// A scene with everything that is drawn in its frames.
struct LoadedScene {
    picture: Picture,
    overlays: Vec<Overlay>,
    frames: u32,
    seed: u64,
}

impl LoadedScene {
    async fn load(
        runner: &StepRunner,
        leased: &LeasedStep,
        scene: &SceneInput,
        language: &str,
        frame: (u32, u32),
    ) -> Result<Self, StepError> {
        let picture =
            runner.bucket.get(&ObjectKey::image(&leased.tenant, &source(leased, &scene.image)?)).await?;
        let speech = speech(runner, leased, scene).await?;
        let captions = scenes::captions(&runner.fonts, scene, &speech, language, frame)?;
        let overlays = captions.iter().map(|cue| {
            let bitmap = runner.fonts.draw(&cue.text, language, frame)?;
            Ok(Overlay::caption(cue, bitmap, RATE))
        });
        Ok(Self {
            overlays: overlays.collect::<Result<_, StepError>>()?,
            picture: compute(move || decode_picture(&picture)).await?,
            frames: scenes::length(speech.samples, scene.pause_ms).frames(CROSSFADE),
            seed: u64::from(scene.seed),
        })
    }

    fn art(&self) -> SceneArt<'_> {
        SceneArt {
            picture: &self.picture,
            layers: None,
            seed: self.seed,
            frames: self.frames,
            overlays: &self.overlays,
        }
    }
}
