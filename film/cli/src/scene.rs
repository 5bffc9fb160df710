//! One scene: its picture, its speech, its captions.

use film_captions::{Cue, Fonts, Limits, Word, cues, shown_words};
use film_engine::VideoFormat;
use film_engine::clip::SceneArt;
use film_engine::frames::Overlay;
use film_engine::shots::Shots;
use film_engine::timeline::{FrameRate, SceneLength};
use film_narrator::{EmbeddedNarrator, Script, Speech};
use film_painter::{Brief, Layers, Picture, Size, paint, paint_layered};
use film_reading::Shown;
use film_voices::NO_VOICE;

use crate::error::RenderError;
use crate::storyboard::Storyboard;

/// Frames a second of every film.
pub(crate) const RATE: FrameRate = FrameRate::F30;

/// Frames of every crossfade.
pub(crate) const CROSSFADE: u32 = RATE.default_crossfade();

/// From the end of the fade into a scene to its first word, in milliseconds: the picture is seen before it is spoken
/// about.
const LEAD_IN_MS: u32 = 200;

/// A scene with everything that its clip needs.
pub(crate) struct Scene {
    pub(crate) speech: Speech,
    /// True if the speech is silence, under which music is not turned down.
    pub(crate) is_silent: bool,
    pub(crate) length: SceneLength,
    /// Timed from the scene's first frame.
    pub(crate) captions: Vec<Cue>,
    picture: Picture,
    layers: Option<Layers>,
    overlays: Vec<Overlay>,
    shots: Shots,
    seed: u64,
}

impl Scene {
    /// Makes scene `index` of a storyboard.
    pub(crate) fn make(
        storyboard: &Storyboard,
        index: usize,
        format: &VideoFormat,
        narrator: &EmbeddedNarrator,
        fonts: &Fonts,
    ) -> Result<Self, RenderError> {
        let scene = &storyboard.scenes[index];
        let script = Script {
            text: scene.text.clone(),
            language: storyboard.language.clone(),
            voice: storyboard.voice.clone(),
            pace: storyboard.pace,
        };
        let reading = film_reading::read(&scene.text, &storyboard.reader());
        let is_silent = storyboard.voice.as_deref() == Some(NO_VOICE) || reading.segments.is_empty();
        if let Some(unread) = reading.unread.iter().find(|unread| unread.own_script && !is_silent) {
            let words = scene.text.get(unread.written.clone()).unwrap_or_default().to_owned();
            return Err(RenderError::Unread { scene: index + 1, words });
        }
        let speech = if is_silent {
            // Nobody speaks, or nothing of it is said: it is shown for as long as it takes to read.
            film_narrator::silence(&scene.text, storyboard.pace)
        } else {
            narrator
                .speak_segments(&script, &reading.segments)
                .map_err(|source| RenderError::Speech { scene: index + 1, source })?
        };
        let length =
            SceneLength::new(RATE, CROSSFADE, LEAD_IN_MS, speech.samples.len() as u64, scene.pause_ms);

        let frame = (format.size.width, format.size.height);
        let of_scene = |source| RenderError::Caption { scene: index + 1, source };
        let captions = captions(
            &Shown::new(&scene.text, &reading.hidden, &reading.sung()),
            &storyboard.language,
            &speech,
            length,
            fonts,
            frame,
        )
        .map_err(of_scene)?;
        let draw = |cue: &Cue| {
            let bitmap = fonts.draw(&cue.text, &storyboard.language, frame)?;
            Ok(Overlay::caption(cue, bitmap, RATE))
        };
        let overlays = captions.iter().map(draw).collect::<Result<_, _>>().map_err(of_scene)?;
        let seed = storyboard.seed.wrapping_add(index as u64);
        let (picture, layers) = picture(storyboard, index, seed, format.size)?;
        let shots = if storyboard.shots { Shots::Several } else { Shots::One };
        Ok(Self { speech, is_silent, length, captions, picture, layers, overlays, shots, seed })
    }

    pub(crate) fn art(&self) -> SceneArt<'_> {
        SceneArt {
            picture: &self.picture,
            layers: self.layers.as_ref(),
            seed: self.seed,
            frames: self.length.frames(CROSSFADE),
            shots: self.shots,
            overlays: &self.overlays,
        }
    }
}

/// The scene's picture, and its planes if they are wanted and it is a painted one.
fn picture(
    storyboard: &Storyboard,
    index: usize,
    seed: u64,
    size: Size,
) -> Result<(Picture, Option<Layers>), RenderError> {
    let scene = &storyboard.scenes[index];
    let (mut picture, layers) = match &scene.picture {
        None => {
            let brief = Brief {
                prompt: scene.text.clone(),
                keywords: scene.keywords.clone(),
                tradition: storyboard.tradition,
                film_seed: storyboard.seed,
                scene_seed: seed,
            };
            if storyboard.layers {
                let (picture, layers) = paint_layered(&brief, size);
                (picture, Some(layers))
            } else {
                (paint(&brief, size), None)
            }
        }
        Some(path) => {
            let failed = |source| RenderError::Picture { scene: index + 1, path: path.clone(), source };
            let image = image::open(path).map_err(failed)?.into_rgb8();
            let (width, height) = image.dimensions();
            (Picture { size: Size { width, height }, rgb: image.into_raw(), focus: (0.5, 0.5) }, None)
        }
    };
    if let Some((x, y)) = scene.focus {
        picture.focus = (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0));
    }
    Ok((picture, layers))
}

fn captions(
    shown: &Shown,
    language: &str,
    speech: &Speech,
    length: SceneLength,
    fonts: &Fonts,
    frame: (u32, u32),
) -> Result<Vec<Cue>, film_captions::CaptionError> {
    let ms = |frames: u32| u32::try_from(RATE.ms(u64::from(frames))).unwrap_or(u32::MAX);
    let begins = ms(length.speech_frame(CROSSFADE));
    let heard = speech.words.iter().map(|word| Word {
        span: word.span.clone(),
        start_ms: begins + word.start_ms,
        end_ms: begins + word.end_ms,
    });
    let heard = shown_words(heard, |written| shown.timed(written));
    // Captions end before the crossfade, in which the next scene's picture appears.
    let alone = length.frames(CROSSFADE).saturating_sub(CROSSFADE);
    cues(&shown.text, language, &heard, &Limits { fonts, frame, scene_ms: ms(alone) })
}
