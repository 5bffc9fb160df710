//! The film's frame grid: where every scene, clip and narration begins.
//!
//! Only 24, 25 and 30 frames a second exist here, because 48,000 samples divided by each is a whole number
//! (2,000, 1,920 and 1,600). Each scene is padded to whole frames, so a frame boundary is always a sample
//! boundary: picture and sound are counted in integers from the first scene to the last, and there is nothing
//! that could be rounded and so nothing that could add up. A 29.97 fps film would need 1,601.6 samples a frame.
//!
//! ```text
//! scene i    |· X ·|· lead-in ·|====== speech ======|······ pause ······|
//!             fades                                        |·· tail X ··|
//! scene i+1                                                |· X ·|· lead-in ·|=== speech …
//! clip i           |-------------------------------------------- - - - -|
//! clip i+1                                                              |------- …
//! ```
//!
//! A crossfade belongs to the earlier clip: the next scene's first `X` frames are blended into its tail, and
//! the next clip begins `X` frames into its own scene. So clip `i` depends on scenes `i` and `i + 1` and on
//! nothing else; editing one scene makes anew only the clip before it and its own.

use std::fmt;

use film_narrator::SAMPLE_RATE;
use serde::{Deserialize, Serialize};

/// Frames a second. Only rates that divide [`SAMPLE_RATE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum FrameRate {
    /// 24 frames a second, the rate of cinema.
    F24,
    /// 25 frames a second, the television rate of Europe, India and most of Africa and Asia.
    F25,
    /// 30 frames a second, the rate of the web and about the television rate of the Americas and Japan.
    #[default]
    F30,
}

impl FrameRate {
    /// Frames a second.
    pub const fn fps(self) -> u32 {
        match self {
            Self::F24 => 24,
            Self::F25 => 25,
            Self::F30 => 30,
        }
    }

    /// Sound samples that one frame lasts.
    pub const fn samples_per_frame(self) -> u32 {
        SAMPLE_RATE / self.fps()
    }

    /// Half a second, the usual crossfade, in frames.
    pub const fn default_crossfade(self) -> u32 {
        self.fps() / 2
    }

    /// The least number of frames that holds so many samples.
    fn frames_for_samples(self, samples: u64) -> u64 {
        samples.div_ceil(u64::from(self.samples_per_frame()))
    }

    /// The least number of frames that holds so many milliseconds.
    fn frames_for_ms(self, ms: u64) -> u64 {
        (ms * u64::from(self.fps())).div_ceil(1000)
    }

    /// The frame that begins nearest to a time.
    pub(crate) fn frame_near_ms(self, ms: u64) -> u64 {
        (ms * u64::from(self.fps()) + 500) / 1000
    }

    /// When a frame begins, in whole milliseconds, rounded down.
    pub fn ms(self, frame: u64) -> u64 {
        frame * 1000 / u64::from(self.fps())
    }
}

impl TryFrom<u32> for FrameRate {
    type Error = UnsupportedRate;

    fn try_from(fps: u32) -> Result<Self, UnsupportedRate> {
        match fps {
            24 => Ok(Self::F24),
            25 => Ok(Self::F25),
            30 => Ok(Self::F30),
            other => Err(UnsupportedRate(other)),
        }
    }
}

impl From<FrameRate> for u32 {
    fn from(rate: FrameRate) -> u32 {
        rate.fps()
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fps", self.fps())
    }
}

/// A frame rate on which sound and picture cannot share a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} frames a second is not one of 24, 25 and 30")]
pub struct UnsupportedRate(pub u32);

/// How long one scene is, in frames. Depends on nothing but the scene itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SceneLength {
    /// From the end of the fade into the scene to the first word.
    pub lead_in: u32,
    /// The speech, padded with silence to whole frames. Zero for a scene without words.
    pub speech: u32,
    /// From the last word to the end of the scene; the crossfade into the next scene is its last part.
    pub pause: u32,
}

impl SceneLength {
    /// The length of a scene whose speech has so many samples.
    ///
    /// The pause is never shorter than the crossfade, so that no word is heard over the next picture, and a
    /// scene is never shorter than two crossfades and one frame, so that it stands alone at least once.
    pub fn new(rate: FrameRate, crossfade: u32, lead_in_ms: u32, speech_samples: u64, pause_ms: u32) -> Self {
        let frames = |ms: u32| narrow(rate.frames_for_ms(u64::from(ms)));
        let lead_in = frames(lead_in_ms);
        let speech = narrow(rate.frames_for_samples(speech_samples));
        let shortest = (crossfade + 1).saturating_sub(lead_in.saturating_add(speech));
        let pause = frames(pause_ms).max(crossfade).max(shortest);
        Self { lead_in, speech, pause }
    }

    /// Frames of the scene, from its first blended frame to its last.
    pub fn frames(self, crossfade: u32) -> u32 {
        crossfade.saturating_add(self.lead_in).saturating_add(self.speech).saturating_add(self.pause)
    }

    /// The scene's frame on which the speech begins: after the fade into the scene, so that nothing is cut.
    pub fn speech_frame(self, crossfade: u32) -> u32 {
        crossfade.saturating_add(self.lead_in)
    }
}

/// Two years of frames fit into 32 bits; what does not is caught by [`Timeline::new`].
fn narrow(frames: u64) -> u32 {
    u32::try_from(frames).unwrap_or(u32::MAX)
}

/// Why a timeline cannot be made of the scenes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimelineError {
    /// A film has at least one scene.
    #[error("a film needs at least one scene")]
    NoScenes,
    /// A scene is shorter than two crossfades and one frame.
    #[error("scene {scene} lasts {frames} frames; with crossfades of {crossfade} it needs {needed}")]
    TooShort {
        /// Index of the scene, from 0.
        scene: usize,
        /// Its length in frames.
        frames: u32,
        /// Frames of every crossfade.
        crossfade: u32,
        /// The shortest length in frames: two crossfades and one frame.
        needed: u32,
    },
    /// The film would be longer than [`Timeline::MAX_FRAMES`].
    #[error("the film would be longer than three hours")]
    TooLong,
}

/// All scenes of a film on one grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    rate: FrameRate,
    crossfade: u32,
    scenes: Vec<SceneLength>,
    /// Film frame of each scene's first (blended) frame, and behind the last scene the film's end.
    starts: Vec<u64>,
}

impl Timeline {
    /// Three hours at 30 fps. Sizes in a WAV file have 32 bits, and the unfinished mix takes 1.4 GB an hour.
    pub const MAX_FRAMES: u64 = 3 * 3600 * 30;

    /// Lays scenes one after the other.
    ///
    /// # Errors
    /// [`TimelineError::NoScenes`] for an empty list; [`TimelineError::TooShort`] for a scene shorter than two crossfades
    /// and a frame; [`TimelineError::TooLong`] beyond [`Self::MAX_FRAMES`].
    pub fn new(rate: FrameRate, crossfade: u32, scenes: Vec<SceneLength>) -> Result<Self, TimelineError> {
        if scenes.is_empty() {
            return Err(TimelineError::NoScenes);
        }
        let mut starts = Vec::with_capacity(scenes.len() + 1);
        let mut start = 0u64;
        for (scene, length) in scenes.iter().enumerate() {
            let frames = length.frames(crossfade);
            let needed = crossfade.saturating_mul(2).saturating_add(1);
            if frames < needed {
                return Err(TimelineError::TooShort { scene, frames, crossfade, needed });
            }
            starts.push(start);
            start += u64::from(frames - crossfade);
            if start > Self::MAX_FRAMES {
                return Err(TimelineError::TooLong);
            }
        }
        // Nothing comes in over the last scene's tail, so the film lasts until that tail has faded out.
        starts.push(start + u64::from(crossfade));
        Ok(Self { rate, crossfade, scenes, starts })
    }

    /// Frames a second.
    pub fn rate(&self) -> FrameRate {
        self.rate
    }

    /// Frames of every crossfade, and of the fades from and to black at the ends.
    pub fn crossfade(&self) -> u32 {
        self.crossfade
    }

    /// The scenes' lengths.
    pub fn scenes(&self) -> &[SceneLength] {
        &self.scenes
    }

    /// Frames of the film.
    pub fn frames(&self) -> u64 {
        self.starts[self.scenes.len()]
    }

    /// Samples of the film's sound: exactly as long as its picture.
    pub fn samples(&self) -> u64 {
        self.frames() * u64::from(self.rate.samples_per_frame())
    }

    /// The film's length in milliseconds, rounded down.
    pub fn ms(&self) -> u64 {
        self.rate.ms(self.frames())
    }

    /// Film frame on which a scene first shows (blended with the one before).
    ///
    /// # Panics
    /// If there is no such scene.
    pub fn scene_start(&self, scene: usize) -> u64 {
        assert!(scene < self.scenes.len(), "no scene {scene}");
        self.starts[scene]
    }

    /// When a scene first shows, in milliseconds: add it to a cue's times to place them in the film.
    ///
    /// # Panics
    /// If there is no such scene.
    pub fn scene_start_ms(&self, scene: usize) -> u64 {
        self.rate.ms(self.scene_start(scene))
    }

    /// The film's sample on which a scene's speech begins.
    ///
    /// # Panics
    /// If there is no such scene.
    pub fn speech_start(&self, scene: usize) -> u64 {
        let frame = self.scene_start(scene) + u64::from(self.scenes[scene].speech_frame(self.crossfade));
        frame * u64::from(self.rate.samples_per_frame())
    }

    /// The frames that a scene's clip holds, and how they are blended.
    ///
    /// # Panics
    /// If there is no such scene.
    pub fn clip(&self, scene: usize) -> ClipSpan {
        let last = scene + 1 == self.scenes.len();
        ClipSpan::new(self.scenes[scene].frames(self.crossfade), self.crossfade, scene == 0, last)
    }
}

/// Which frames of a scene a clip holds, and how they are blended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClipSpan {
    /// First scene frame of the clip: the crossfade's length, because the clip before holds those frames; 0
    /// in a film's first clip.
    pub from: u32,
    /// One past the last scene frame: the scene's length.
    pub to: u32,
    /// Frames of a crossfade.
    pub crossfade: u32,
    /// Whether the first frames fade in from black.
    pub fades_in: bool,
    /// Whether the last frames fade out to black, there being no next scene.
    pub fades_out: bool,
}

impl ClipSpan {
    /// The span of one scene's clip, from what is known about that scene alone.
    pub fn new(scene_frames: u32, crossfade: u32, first: bool, last: bool) -> Self {
        let from = if first { 0 } else { crossfade };
        Self { from, to: scene_frames, crossfade, fades_in: first, fades_out: last }
    }

    /// Frames of the clip.
    pub fn frames(self) -> u32 {
        self.to.saturating_sub(self.from)
    }

    /// What happens on one scene frame.
    pub fn mix(self, frame: u32) -> Mix {
        let tail = self.to.saturating_sub(self.crossfade);
        let share = |step: u32| (f64::from(step) + 0.5) / f64::from(self.crossfade);
        if frame >= tail && self.crossfade > 0 {
            let step = frame - tail;
            return if self.fades_out {
                Mix::Black { share: share(step) }
            } else {
                Mix::Next { frame: step, share: share(step) }
            };
        }
        if self.fades_in && frame < self.crossfade {
            return Mix::Black { share: 1.0 - share(frame) };
        }
        Mix::Alone
    }
}

/// What is blended over a frame of a scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mix {
    /// Nothing is blended over the frame.
    Alone,
    /// Black.
    Black {
        /// Weight of black, 0.0 ..= 1.0.
        share: f64,
    },
    /// The next scene.
    Next {
        /// The frame of the next scene.
        frame: u32,
        /// Weight of the next scene, 0.0 ..= 1.0, and 0.5 in the middle of the crossfade.
        share: f64,
    },
}

#[cfg(test)]
mod tests;
