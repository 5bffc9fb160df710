//! The other sizes: what 4K takes of the processor and of memory, and how soon a draft is there.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use film_engine::VideoFormat;
use film_engine::clip::render_clip;
use film_engine::timeline::FrameRate;
use film_painter::{Picture, Size};
use film_vocabulary::{Aspect, Resolution};
use nix::sys::resource::{UsageWho, getrusage};

use crate::figures::Figures;
use crate::setup::Setup;
use crate::{clip, cost, fixtures, table};

/// Seconds of a scene in a film of three minutes and twenty scenes.
const SCENE: u32 = 9;

/// `clip_4k_over_1080p`, `clip_4k_peak_mb` and `draft_scene_s`.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let per_second = 1.0 / f64::from(setup.seconds);
    let out = setup.scratch().join("clip.mp4");
    let of_resolution = |resolution, seconds: u32| {
        let format = VideoFormat::new(resolution, Aspect::Landscape, FrameRate::F30);
        let frames = seconds * format.rate.fps();
        let overlays = fixtures::captions(format.size, frames);
        (format, frames, overlays, fixtures::painted(fixtures::TYPICAL[0], format.size).picture)
    };
    let (hd, hd_frames, hd_overlays, hd_picture) = of_resolution(Resolution::P1080, setup.seconds);
    let (uhd, uhd_frames, uhd_overlays, uhd_picture) = of_resolution(Resolution::P2160, setup.seconds);
    let hd_job = clip::alone(hd, &hd_picture, hd_frames, &hd_overlays);
    let uhd_job = clip::alone(uhd, &uhd_picture, uhd_frames, &uhd_overlays);
    let mut small = || Ok(render_clip(&hd_job, &setup.ffmpeg, &out, &mut |_| {}).map(drop)?);
    let mut large = || Ok(render_clip(&uhd_job, &setup.ffmpeg, &out, &mut |_| {}).map(drop)?);
    let [small, large] = cost::interleaved(setup.rounds, [&mut small, &mut large])?;

    let still = setup.scratch().join("still.png");
    let Size { width, height } = uhd_picture.size;
    image::save_buffer(&still, &uhd_picture.rgb, width, height, image::ColorType::Rgb8)?;
    let said = Command::new(std::env::current_exe()?)
        .args(["peak", "--seconds", "2", "--photograph"])
        .arg(&still)
        .arg("--ffmpeg")
        .arg(&setup.ffmpeg.program)
        .arg("--out")
        .arg(setup.scratch().join("peak.json"))
        .output()?;
    ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let peak: serde_json::Value = serde_json::from_slice(&std::fs::read(setup.scratch().join("peak.json"))?)?;
    let peak = peak["peak_mb"].as_f64().context("no peak was measured")?;

    let (draft, draft_frames, draft_overlays, draft_picture) = of_resolution(Resolution::P480, SCENE);
    let draft_job = clip::alone(draft, &draft_picture, draft_frames, &draft_overlays);
    let started = Instant::now();
    let ((), drafted) =
        cost::of(|| Ok(render_clip(&draft_job, &setup.ffmpeg, &out, &mut |_| {}).map(drop)?))?;
    let waited = started.elapsed().as_secs_f64();

    let ratio = large.cpu() / small.cpu();
    let rows = [
        ("1080p, CPU s per video s", small.cpu() * per_second),
        ("4K, CPU s per video s", large.cpu() * per_second),
        ("4K over 1080p", ratio),
        ("4K, peak memory of the process and its FFmpeg, MB", peak),
        ("draft of a scene of nine seconds, CPU s", drafted.cpu()),
        ("draft of a scene of nine seconds, s on the clock", waited),
    ];
    let rows = rows.map(|(what, value)| vec![what.to_owned(), format!("{value:.2}")]);
    table::print("Other sizes", &["what", "measured"], &rows);
    figures.set("clip_4k_cpu_per_video_s", large.cpu() * per_second);
    figures.set("clip_4k_over_1080p", ratio);
    figures.set("clip_4k_peak_mb", peak);
    figures.set("draft_scene_cpu_s", drafted.cpu());
    figures.set("draft_scene_s", waited);
    Ok(())
}

/// `peak_mb`: renders a picture's 4K clip in a process that does nothing else, and says how much memory it and its FFmpeg
/// had at most.
pub(crate) fn peak(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let file = setup.photographs.first().context("name the picture with --photograph")?;
    let image = image::open(file)?.into_rgb8();
    let (width, height) = image.dimensions();
    let picture = Picture { size: Size { width, height }, rgb: image.into_raw(), focus: (0.5, 0.5) };
    let format = VideoFormat::new(Resolution::P2160, Aspect::Landscape, FrameRate::F30);
    let frames = setup.seconds * format.rate.fps();
    let overlays = fixtures::captions(format.size, frames);
    let job = clip::alone(format, &picture, frames, &overlays);
    render_clip(&job, &setup.ffmpeg, &setup.scratch().join("clip.mp4"), &mut |_| {})?;
    let kilobytes =
        getrusage(UsageWho::RUSAGE_SELF)?.max_rss() + getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    figures.set("peak_mb", kilobytes as f64 / 1000.0);
    Ok(())
}
