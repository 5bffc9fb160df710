//! One scene's clip: frames drawn here, piped into FFmpeg's H.264 encoder.
//!
//! # Settings
//! Every clip is encoded with the same *tuned* settings of x264: superfast with fixed B-frames, no lookahead
//! and large differences of quality between frame types. Lookahead and macroblock-tree analyse motion to find
//! out which frames others lean on; in a slow move over a still picture the answer is always the same, so
//! these settings state it instead. Measured on 1080p30: the size and VMAF of `veryfast` at crf 20 (5.2 Mbit/s,
//! 95.4) for half the work; on three other pictures −12 % to +22 % of the bits and VMAF +0.3 to +1.0.
//!
//! A clip has one closed group of pictures or several, starts with a key frame, and carries time stamps in
//! 1/90,000 s, which every frame rate here divides: that is what lets [`crate::stitch`] join clips by copying.
//!
//! # Cost
//! CPU seconds per second of 1080p30 on a shared AMD EPYC core: frames 0.10 (twice that while two scenes are
//! blended), encoder and pipe 0.44.

use std::path::Path;

use film_painter::Picture;
use serde::{Deserialize, Serialize};

use crate::error::FilmError;
use crate::ffmpeg::{Arguments, Ffmpeg, Process};
use crate::format::VideoFormat;
use crate::frames::{Compositor, Overlay, Shot};
use crate::motion::Camera;
use crate::part_file::PartFile;
use crate::timeline::{ClipSpan, Mix};

/// Ticks a second in every MP4 made here. 24, 25 and 30 divide it; FFmpeg's default of 1,000 for the movie
/// drifts by 10 ms over a few joins.
pub(crate) const TIMESCALE: &str = "90000";

/// One scene as a clip needs it.
#[derive(Clone, Copy, Debug)]
pub struct SceneArt<'a> {
    /// The still picture.
    pub picture: &'a Picture,
    /// Decides the camera's move.
    pub seed: u64,
    /// Frames of the whole scene, as [`SceneLength::frames`](crate::timeline::SceneLength::frames) gives it.
    pub frames: u32,
    /// What lies on top, bottom first; its times count from the scene's first frame.
    pub overlays: &'a [Overlay],
}

/// Everything that one clip depends on.
#[derive(Clone, Copy, Debug)]
pub struct ClipJob<'a> {
    /// What all clips of the film share.
    pub format: VideoFormat,
    /// Which of the scene's frames the clip holds.
    pub span: ClipSpan,
    /// The scene.
    pub scene: SceneArt<'a>,
    /// The scene that comes in over this clip's tail; none for the film's last clip.
    pub next: Option<SceneArt<'a>>,
}

/// How far a clip has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Frames handed to the encoder.
    pub done: u32,
    /// Frames of the clip.
    pub total: u32,
}

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipReport {
    /// Frames of the clip.
    pub frames: u32,
    /// Size of the file.
    pub bytes: u64,
}

/// Renders a clip to an MP4 file without sound. `progress` is called after every frame.
///
/// # Errors
/// [`FilmError::Invalid`] if the job contradicts itself; [`FilmError::Stuck`], [`FilmError::DiskFull`] or
/// [`FilmError::Failed`] if the encoder does not finish. `out` exists only after success.
pub fn render_clip(
    job: &ClipJob<'_>,
    ffmpeg: &Ffmpeg,
    out: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<ClipReport, FilmError> {
    if job.span.frames() == 0 || job.span.to != job.scene.frames {
        return Err(FilmError::Invalid(format!(
            "a clip of frames {} to {} of a scene of {}",
            job.span.from, job.span.to, job.scene.frames
        )));
    }
    if job.span.fades_out != job.next.is_none() {
        return Err(FilmError::Invalid("only a film's last clip has no next scene".into()));
    }
    let shot = prepare(&job.scene, &job.format)?;
    let mut next = None;

    let file = PartFile::of(out);
    let mut encoder = Process::start(ffmpeg, arguments(&job.format, file.path()), true, out)?;
    let mut compositor = Compositor::new(job.format.size);
    let mut bytes = vec![0; compositor.frame_bytes()];
    let total = job.span.frames();
    for (done, frame) in (1..).zip(job.span.from..job.span.to) {
        let mix = job.span.mix(frame);
        if let (Mix::Next { .. }, None, Some(scene)) = (mix, &next, &job.next) {
            // Prepared only now: until the tail, one picture is all that is in memory.
            next = Some(prepare(scene, &job.format)?);
        }
        compositor.draw(&shot, frame, mix, next.as_ref(), &mut bytes)?;
        encoder.feed(&bytes)?;
        progress(Progress { done, total });
    }
    encoder.finish()?;
    let bytes = file.finish()?;
    Ok(ClipReport { frames: total, bytes })
}

fn prepare(scene: &SceneArt<'_>, format: &VideoFormat) -> Result<Shot, FilmError> {
    let SceneArt { picture, seed, frames, overlays } = *scene;
    let camera = Camera::ken_burns(seed, picture.focus, picture.size, format.size, format.rate, frames);
    Shot::new(picture, camera, overlays, format.size)
}

fn arguments(format: &VideoFormat, out: &Path) -> Arguments {
    let size = format!("{}x{}", format.size.width, format.size.height);
    let rate = format.rate.fps().to_string();
    let crf = format.tier.crf().to_string();
    // Stated on both sides of the encoder: FFmpeg passes the input's tags on only from release 7.
    let colours =
        ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"];
    Arguments::new()
        .text(&["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", &size, "-r", &rate])
        .text(&colours)
        .text(&["-i", "pipe:0", "-an", "-c:v", "libx264", "-preset", "superfast", "-profile:v", "high"])
        .text(&["-crf", &crf, "-x264-params", TUNED, "-pix_fmt", "yuv420p", "-r", &rate])
        .text(&colours)
        // One thread a scene and scenes in parallel is a quarter cheaper than two threads a scene.
        .text(&["-threads", "1", "-flags", "+cgop", "-chroma_sample_location", "left"])
        .text(&["-video_track_timescale", TIMESCALE, "-movie_timescale", TIMESCALE, "-f", "mp4"])
        .path(out)
}

/// See the module's documentation.
const TUNED: &str = "b-adapt=0:scenecut=0:weightp=0:keyint=300:subme=2:partitions=i4x4,i8x8:bframes=7:\
                     ipratio=2.5:pbratio=2.0:open-gop=0";
