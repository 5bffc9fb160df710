//! From the studio's scenes to the film engine's: formats, lengths, captions.

use film_captions::{CaptionError, Cue, Fonts, Limits, Word, cues};
use film_engine::timeline::{FrameRate, SceneLength};
use film_engine::{Tier, VideoFormat};
use studio::{Aspect, Resolution, SceneInput};

use crate::artefacts::SpeechRecord;

/// Frames a second of every film.
pub const RATE: FrameRate = FrameRate::F30;

/// Frames of every crossfade.
pub const CROSSFADE: u32 = RATE.default_crossfade();

/// From the end of the fade into a scene to its first word: the eye sees before the ear hears.
const LEAD_IN_MS: u32 = 200;

/// The film's format for a frame's shape and size.
pub fn format(aspect: Aspect, resolution: Resolution) -> VideoFormat {
    let tier = match resolution {
        Resolution::P480 => Tier::Draft,
        Resolution::P720 => Tier::Hd720,
        Resolution::P1080 => Tier::Hd1080,
        Resolution::P2160 => Tier::Uhd4k,
    };
    VideoFormat::new(tier, shape(aspect), RATE)
}

/// The film engine's name for a frame's shape.
pub fn shape(aspect: Aspect) -> film_engine::Aspect {
    match aspect {
        Aspect::Landscape => film_engine::Aspect::Wide,
        Aspect::Portrait => film_engine::Aspect::Tall,
        Aspect::Square => film_engine::Aspect::Square,
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn studio_and_film_agree_on_every_frame_size() {
        for aspect in [Aspect::Landscape, Aspect::Portrait, Aspect::Square] {
            for resolution in [Resolution::P480, Resolution::P720, Resolution::P1080, Resolution::P2160] {
                let size = format(aspect, resolution).size;
                assert_eq!((size.width, size.height), aspect.frame(resolution), "{aspect:?} {resolution:?}");
            }
        }
    }

    #[test]
    fn the_studio_refuses_what_the_fonts_cannot_draw_and_nothing_else() {
        let fonts = include_str!("../../../film/captions/coverage.txt");
        let studio = include_str!("../../../shared/studio/src/coverage.txt");
        assert!(fonts == studio, "copy film/captions/coverage.txt to shared/studio/src/coverage.txt");
    }
}
