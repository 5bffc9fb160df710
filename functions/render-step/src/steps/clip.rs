use std::path::Path;

use cloud::bucket::Content;
use film_engine::VideoFormat;
use film_engine::clip::{ClipJob, SceneArt, render_clip};
use film_engine::frames::Overlay;
use film_engine::shots::Shots;
use film_engine::timeline::ClipSpan;
use film_painter::{Brief, Layers, Picture, paint_layered};
use metering::Amounts;
use studio::{ClipInput, LeasedStep, Motion, SceneInput};
use tenancy::{Extension, ObjectKey};

use super::compute::compute;
use super::sources::{source, speech};
use super::store::store_last;
use crate::artefacts::decode_painting;
use crate::error::StepError;
use crate::output::StepOutput;
use crate::runner::StepRunner;
use crate::scenes::{self, CROSSFADE, RATE};

/// Encodes one scene's frames with captions, and crossfades into the first frames of the next scene at its end. Cost: 0.5
/// to 0.6 CPU s for a second of film at 1080p, and 0.1 for each further shot. Where pictures live: 0.1 to 0.5 more for a
/// second of film, and 1 to 4 to paint the planes of the scene and as much for those of the next one.
pub async fn run(
    runner: &StepRunner,
    leased: &LeasedStep,
    input: &ClipInput,
    scratch: &Path,
) -> Result<StepOutput, StepError> {
    let format = VideoFormat::new(input.resolution, input.aspect, RATE);
    let frame = (format.size.width, format.size.height);
    let shown = LoadedScene::load(runner, leased, &input.scene, input, frame).await?;
    let next = match &input.next {
        Some(next) => Some(LoadedScene::load(runner, leased, next, input, frame).await?),
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
    layers: Option<Layers>,
    shots: Shots,
    overlays: Vec<Overlay>,
    frames: u32,
    seed: u64,
}

impl LoadedScene {
    async fn load(
        runner: &StepRunner,
        leased: &LeasedStep,
        scene: &SceneInput,
        clip: &ClipInput,
        frame: (u32, u32),
    ) -> Result<Self, StepError> {
        let language = &clip.language;
        let picture =
            runner.bucket.get(&ObjectKey::image(&leased.tenant, &source(leased, &scene.image)?)).await?;
        let speech = speech(runner, leased, scene).await?;
        let fonts = runner.fonts.ready_for(&scene.text, language).await?;
        let captions = scenes::captions(fonts, scene, &speech, language, frame)?;
        let overlays = captions.iter().map(|cue| {
            let bitmap = fonts.draw(&cue.text, language, frame)?;
            Ok(Overlay::caption(cue, bitmap, RATE))
        });
        let frames = scenes::length(speech.samples, scene.pause_ms).frames(CROSSFADE);
        let lives = clip.motion == Some(Motion::Living) && may_live(frames, frame);
        let (picture, layers) = compute(move || {
            let (picture, brief) = decode_painting(&picture)?;
            Ok(match brief {
                Some(brief) if lives => in_planes(picture, &brief),
                _ => (picture, None),
            })
        })
        .await?;
        Ok(Self {
            overlays: overlays.collect::<Result<_, StepError>>()?,
            picture,
            layers,
            shots: if clip.motion.is_some() { Shots::Several } else { Shots::One },
            frames,
            seed: u64::from(scene.seed),
        })
    }

    fn art(&self) -> SceneArt<'_> {
        SceneArt {
            picture: &self.picture,
            layers: self.layers.as_ref(),
            seed: self.seed,
            frames: self.frames,
            shots: self.shots,
            overlays: &self.overlays,
        }
    }
}

/// Whether a scene may be shown in planes: at most a minute at 1080p, and as many pixels of other sizes, a quarter of a
/// minute at 4K. Planes cost up to 1.1 CPU s for a second at 1080p, and a longer scene could reach the limit of a step.
fn may_live(frames: u32, (width, height): (u32, u32)) -> bool {
    const MOST_PIXELS: u64 = 60 * 30 * 1920 * 1080;
    u64::from(frames) * u64::from(width) * u64::from(height) <= MOST_PIXELS
}

/// A painted picture in its planes. One that the painter would paint otherwise today, because it has learnt something
/// since, stays as it is: flat.
fn in_planes(picture: Picture, brief: &Brief) -> (Picture, Option<Layers>) {
    let (painted, layers) = paint_layered(brief, picture.size);
    if painted.rgb == picture.rgb { (picture, Some(layers)) } else { (picture, None) }
}

#[cfg(test)]
mod tests {
    use film_painter::{Size, paint};
    use film_vocabulary::Tradition;

    use super::*;

    fn brief(keyword: &str) -> Brief {
        Brief {
            prompt: String::new(),
            keywords: vec![keyword.to_owned()],
            tradition: Tradition::Universal,
            film_seed: 1,
            scene_seed: 2,
        }
    }

    #[test]
    fn a_painted_picture_gets_its_planes_and_one_of_another_brief_stays_flat() {
        let size = Size { width: 64, height: 36 };
        let water = paint(&brief("water"), size);
        let (picture, layers) = in_planes(water.clone(), &brief("water"));
        assert_eq!(picture, water);
        assert!(layers.is_some_and(|layers| !layers.sheets.is_empty()));
        let (picture, layers) = in_planes(water.clone(), &brief("mountain"));
        assert_eq!(picture, water);
        assert!(layers.is_none());
    }

    #[test]
    fn scenes_that_are_too_long_for_planes_stay_flat() {
        assert!(may_live(60 * 30, (1080, 1920)) && !may_live(61 * 30, (1920, 1080)));
        assert!(may_live(15 * 30, (3840, 2160)) && !may_live(16 * 30, (3840, 2160)));
    }
}
