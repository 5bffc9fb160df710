//! A scene rendered, against encoding the same frames alone.
//!
//! Encoding alone is FFmpeg reading the drawn frames from a file, at the same settings: the least that any maker of
//! this clip has to pay. All of it runs on one processor, which is what a function of 1,769 MB has: on two that share
//! a core's caches, a drawer and an encoder slow each other down, and neither is dearer for it.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use film_engine::clip::{ClipJob, SceneArt, draw_clip, render_clip};
use film_engine::encoder::{Settings, raw_input};
use film_engine::frames::Overlay;
use film_engine::shots::Shots;
use film_engine::timeline::{ClipSpan, FrameRate};
use film_engine::{FilmError, VideoFormat};
use film_painter::Picture;
use film_vocabulary::{Aspect, Resolution};

use crate::figures::Figures;
use crate::setup::Setup;
use crate::{cost, fixtures, quality, table};

/// A scene that is a whole film: it fades in from black and out to black.
pub(crate) fn alone<'a>(
    format: VideoFormat,
    picture: &'a Picture,
    frames: u32,
    overlays: &'a [Overlay],
) -> ClipJob<'a> {
    let span = ClipSpan::new(frames, format.rate.default_crossfade(), true, true);
    let scene = SceneArt { picture, layers: None, seed: 8, frames, shots: Shots::Several, overlays };
    ClipJob { format, span, scene, next: None }
}

/// Draws a clip's frames into a file.
pub(crate) fn draw_to(job: &ClipJob<'_>, file: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let failed = |source| FilmError::Io { path: file.to_owned(), source };
    draw_clip(job, &mut |frame| out.write_all(frame).map_err(failed))?;
    out.flush()?;
    Ok(())
}

/// Encodes a file of raw frames.
pub(crate) fn encode(
    setup: &Setup,
    format: &VideoFormat,
    settings: &Settings,
    frames: &Path,
    out: &Path,
) -> Result<()> {
    let status = Command::new(&setup.ffmpeg.program)
        .args(["-v", "error", "-nostdin", "-y"])
        .args(raw_input(format))
        .arg("-i")
        .arg(frames)
        .args(settings.arguments(format))
        .arg(out)
        .stdin(Stdio::null())
        .status()?;
    ensure!(status.success(), "FFmpeg could not encode {}", frames.display());
    Ok(())
}

/// `clip_1080p_cpu_per_video_s` and its parts: means over the pictures. `clip_vmaf` and its kin likewise, but for the
/// worst second, which is the worst of all.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let format = VideoFormat::new(Resolution::P1080, Aspect::Landscape, FrameRate::F30);
    let frames = setup.seconds * format.rate.fps();
    let overlays = fixtures::captions(format.size, frames);
    let per_second = 1.0 / f64::from(setup.seconds);
    let (raw, clip) = (setup.scratch().join("frames.yuv"), setup.scratch().join("clip.mp4"));
    let settings = Settings::of(format.resolution);
    let mut rows = Vec::new();
    let mut costs = Vec::new();
    let mut qualities = Vec::new();
    for kind in fixtures::TYPICAL {
        let scene = fixtures::painted(kind, format.size);
        let job = alone(format, &scene.picture, frames, &overlays);
        draw_to(&job, &raw)?;
        let mut whole = || Ok(render_clip(&job, &setup.ffmpeg, &clip, &mut |_| {}).map(drop)?);
        let mut encode_only = || encode(setup, &format, &settings, &raw, &clip);
        let mut draw_only = || Ok(draw_clip(&job, &mut |_| Ok(()))?);
        let sides: [cost::Side<'_>; 3] = [&mut whole, &mut encode_only, &mut draw_only];
        let spent = cost::on_one_processor(|| cost::interleaved(setup.rounds, sides))?;
        let [whole, encoded, drawn] = spent.map(|cost| cost.cpu() * per_second);
        let megabits = std::fs::metadata(&clip)?.len() as f64 * 8e-6 * per_second;
        let cells = [whole, encoded, drawn, whole / encoded, megabits].map(|value| format!("{value:.3}"));
        let mut row = [vec![scene.name], cells.to_vec()].concat();
        costs.push([whole, encoded, drawn]);
        if let Some(vmaf) = &setup.vmaf {
            let quality = quality::compare(vmaf, &format, &clip, &raw)?;
            let values = [quality.vmaf, quality.vmaf_worst_second, quality.psnr_step_db, quality.cambi];
            row.extend(values.map(|value| format!("{value:.2}")));
            qualities.push(quality);
        }
        rows.push(row);
    }
    let mut head = vec!["1080p30, CPU s per video s", "clip", "encode only", "frames only", "×", "Mbit/s"];
    if setup.vmaf.is_some() {
        head.extend(["VMAF", "worst second", "PSNR step dB", "CAMBI"]);
    }
    table::print("A scene against encoding its frames alone", &head, &rows);

    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / fixtures::TYPICAL.len() as f64;
    let [whole, encoded, drawn] = [0, 1, 2].map(|i| mean(&mut costs.iter().map(|c| c[i])));
    figures.set("clip_1080p_cpu_per_video_s", whole);
    figures.set("clip_encode_only_cpu_per_video_s", encoded);
    figures.set("clip_frames_cpu_per_video_s", drawn);
    figures.set("clip_over_encode_only", whole / encoded);
    if setup.vmaf.is_some() {
        let worst = qualities.iter().map(|q| q.vmaf_worst_second).fold(f64::INFINITY, f64::min);
        figures.set("clip_vmaf", mean(&mut qualities.iter().map(|q| q.vmaf)));
        figures.set("clip_vmaf_worst_second", worst);
        figures.set("clip_cambi", mean(&mut qualities.iter().map(|q| q.cambi)));
        figures.set("clip_psnr_step_db", mean(&mut qualities.iter().map(|q| q.psnr_step_db)));
    }
    Ok(())
}
