//! Computes lengths and captions for the film engine from the studio's scenes.

use std::borrow::Cow;

use film_captions::{CaptionError, Cue, Fonts, Limits, Word, cues, shown_words};
use film_engine::timeline::{FrameRate, SceneLength};
use film_reading::Shown;
use studio::SceneInput;

use crate::artefacts::SpeechRecord;

/// The frame rate of every film.
pub const RATE: FrameRate = FrameRate::F30;

/// The length of every crossfade, in frames.
pub const CROSSFADE: u32 = RATE.default_crossfade();

/// The time from the end of the fade into a scene to its first word, so that the picture is seen before the voice is heard.
const LEAD_IN_MS: u32 = 200;

/// The length of a scene, from the samples of its speech (48 kHz) and its pause.
pub fn length(samples: u64, pause_ms: u32) -> SceneLength {
    SceneLength::new(RATE, CROSSFADE, LEAD_IN_MS, samples, pause_ms)
}

/// What captions show of a scene's text.
pub fn shown(scene: &SceneInput) -> Cow<'_, str> {
    match scene.hidden.as_slice() {
        [] => Cow::Borrowed(&scene.text),
        hidden => Cow::Owned(Shown::new(&scene.text, hidden, &scene.sung).text),
    }
}

/// A scene's captions, timed from the scene's first frame, for a frame of `(width, height)` pixels. Their spans count in
/// what is [`shown`]. There are none for a scene of which all is left out.
///
/// # Errors
/// [`CaptionError::MissingGlyphs`] when the fonts lack a character, [`CaptionError::TooLong`] when the text does not fit
/// into the time of the scene.
pub fn captions(
    fonts: &Fonts,
    scene: &SceneInput,
    speech: &SpeechRecord,
    language: &str,
    frame: (u32, u32),
) -> Result<Vec<Cue>, CaptionError> {
    let length = length(speech.samples, scene.pause_ms);
    let ms = |frames: u32| u32::try_from(RATE.ms(u64::from(frames))).unwrap_or(u32::MAX);
    let speech_start = ms(length.speech_frame(CROSSFADE));
    let shown = Shown::new(&scene.text, &scene.hidden, &scene.sung);
    let words = speech.words.iter().map(|word| Word {
        span: word.span.clone(),
        start_ms: speech_start + word.start_ms,
        end_ms: speech_start + word.end_ms,
    });
    let words = shown_words(words, |written| shown.timed(written));
    // During the crossfade the next scene's picture appears, so no caption reaches into it.
    let before_crossfade = length.frames(CROSSFADE).saturating_sub(CROSSFADE);
    let limits = Limits { fonts, frame, scene_ms: ms(before_crossfade) };
    cues(&shown.text, language, &words, &limits)
}
