//! From the studio's scenes to the film engine's: lengths and captions.

use film_captions::{CaptionError, Cue, Fonts, Limits, Word, cues};
use film_engine::timeline::{FrameRate, SceneLength};
use studio::SceneInput;

use crate::artefacts::SpeechRecord;

/// Frames a second of every film.
pub const RATE: FrameRate = FrameRate::F30;

/// Frames of every crossfade.
pub const CROSSFADE: u32 = RATE.default_crossfade();

/// From the end of the fade into a scene to its first word: the eye sees before the ear hears.
const LEAD_IN_MS: u32 = 200;

/// How long a scene is, from its speech and its pause alone.
pub fn length(samples: u64, pause_ms: u32) -> SceneLength {
    SceneLength::new(RATE, CROSSFADE, LEAD_IN_MS, samples, pause_ms)
}

/// A scene's captions, timed from the scene's first frame.
pub fn captions(
    fonts: &Fonts,
    scene: &SceneInput,
    speech: &SpeechRecord,
    language: &str,
    frame: (u32, u32),
) -> Result<Vec<Cue>, CaptionError> {
    let length = length(speech.samples, scene.pause_ms);
    let ms = |frames: u32| u32::try_from(RATE.ms(u64::from(frames))).unwrap_or(u32::MAX);
    let begins = ms(length.speech_frame(CROSSFADE));
    let heard = speech.words.iter().map(|word| Word {
        span: word.span.clone(),
        start_ms: begins + word.start_ms,
        end_ms: begins + word.end_ms,
    });
    // The tail belongs to the next scene's picture: no caption reaches into the crossfade.
    let alone = length.frames(CROSSFADE).saturating_sub(CROSSFADE);
    let limits = Limits { fonts, frame, scene_ms: ms(alone) };
    cues(&scene.text, language, &heard.collect::<Vec<_>>(), &limits)
}
