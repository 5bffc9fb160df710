//! What it costs to render pictures in planes.

use anyhow::Result;
use film_engine::VideoFormat;
use film_engine::clip::{ClipJob, SceneArt, draw_clip, render_clip};
use film_engine::shots::Shots;
use film_engine::timeline::{ClipSpan, FrameRate};
use film_painter::{SceneKind, paint_layered};
use film_vocabulary::{Aspect, Resolution};

use crate::figures::Figures;
use crate::setup::Setup;
use crate::{cost, fixtures, quality, table};

/// Water with reeds, a sky over land, four depths of a forest, lamps.
const KINDS: [SceneKind; 4] =
    [SceneKind::DawnWater, SceneKind::Mountains, SceneKind::Forest, SceneKind::Candles];

/// `layers_frames_cpu_per_video_s`, `layers_clip_cpu_per_video_s` and what they are of the same picture when it is flat.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let format = VideoFormat::new(Resolution::P1080, Aspect::Landscape, FrameRate::F30);
    let frames = setup.seconds * format.rate.fps();
    let seconds = f64::from(setup.seconds);
    let (clip, raw) = (setup.scratch().join("layers.mp4"), setup.scratch().join("layers.yuv"));
    let mut rows = Vec::new();
    let mut sums = [0.0; 4];
    for kind in KINDS {
        let brief = fixtures::brief(kind);
        let mut planes = None;
        let [flat, apart] = cost::interleaved(
            setup.rounds,
            [
                &mut || {
                    std::hint::black_box(fixtures::painted(kind, format.size));
                    Ok(())
                },
                &mut || {
                    planes = Some(paint_layered(&brief, format.size));
                    Ok(())
                },
            ],
        )?;
        let Some((picture, layers)) = planes else { continue };
        let job = |planes| {
            let (shots, overlays) = (Shots::Several, [].as_slice());
            let scene = SceneArt { picture: &picture, layers: planes, seed: 8, frames, shots, overlays };
            let span = ClipSpan::new(frames, format.rate.default_crossfade(), true, true);
            ClipJob { format, span, scene, next: None }
        };
        let jobs = [job(None), job(Some(&layers))];
        let draw = |job: &ClipJob<'_>| Ok(draw_clip(job, &mut |_| Ok(()))?);
        let render = |job: &ClipJob<'_>| Ok(render_clip(job, &setup.ffmpeg, &clip, &mut |_| {}).map(drop)?);
        let costs = cost::interleaved(
            setup.rounds,
            [&mut || draw(&jobs[0]), &mut || draw(&jobs[1]), &mut || render(&jobs[0]), &mut || {
                render(&jobs[1])
            }],
        )?;
        let costs = costs.map(|cost| cost.cpu() / seconds);
        let mut row = vec![kind.name().to_owned(), layers.sheets.len().to_string()];
        row.extend([flat.cpu(), apart.cpu()].map(|s| format!("{s:.2}")));
        row.extend(costs.map(|s| format!("{s:.3}")));
        for job in &jobs {
            let report = render_clip(job, &setup.ffmpeg, &clip, &mut |_| {})?;
            row.push(format!("{:.1}", report.bytes as f64 * 8e-6 / seconds));
            if let Some(vmaf) = &setup.vmaf {
                let mut file = std::io::BufWriter::new(std::fs::File::create(&raw)?);
                draw_clip(job, &mut |bytes| {
                    let written = std::io::Write::write_all(&mut file, bytes);
                    written.map_err(|error| film_engine::FilmError::Invalid(error.to_string()))
                })?;
                drop(file);
                let quality = quality::compare(vmaf, &format, &clip, &raw)?;
                row.push(format!("{:.1}", quality.vmaf));
                row.push(format!("{:.2}", quality.psnr_step_db));
            }
        }
        sums.iter_mut().zip(costs).for_each(|(sum, cost)| *sum += cost / KINDS.len() as f64);
        rows.push(row);
    }
    let mut head = vec!["1080p30", "sheets", "paint flat, s", "in planes", "frames flat", "in planes"];
    head.extend(["clip flat", "in planes"]);
    for kind in ["flat", "planes"] {
        head.push(if kind == "flat" { "Mbit/s flat" } else { "Mbit/s planes" });
        if setup.vmaf.is_some() {
            head.extend(["VMAF", "PSNR step dB"]);
        }
    }
    table::print("Pictures in planes, CPU s per video s", &head, &rows);
    let [frames_flat, frames_apart, clip_flat, clip_apart] = sums;
    figures.set("layers_frames_cpu_per_video_s", frames_apart);
    figures.set("layers_frames_over_flat", frames_apart / frames_flat);
    figures.set("layers_clip_cpu_per_video_s", clip_apart);
    figures.set("layers_clip_over_flat", clip_apart / clip_flat);
    Ok(())
}
