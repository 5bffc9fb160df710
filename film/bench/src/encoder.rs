//! Settings of the encoder compared: `make bench-encoder`.
//!
//! What is wanted: VMAF of 95 in the mean and 90 in the worst second, delivered jitter of at most 0.04 pixels, PSNR that
//! steps by at most 0.7 dB from frame to frame, all on every picture; and of what gives that, the cheapest.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use film_engine::VideoFormat;
use film_engine::encoder::{Quality, Settings};
use film_engine::motion::Camera;
use film_engine::timeline::FrameRate;
use film_painter::{Picture, SceneKind, Size};
use film_vocabulary::{Aspect, Resolution};

use crate::figures::Figures;
use crate::fixtures::{self, NamedPicture};
use crate::jitter::{MOVES, Scene};
use crate::setup::Setup;
use crate::{clip, cost, quality, table};

/// A preset, how good pictures become, and parameters beside [`FIXED`].
type Candidate = (&'static str, Quality, &'static str);

/// What is compared. The first two are x264's own presets.
const CANDIDATES: [Candidate; 10] = [
    ("veryfast", Quality::Crf(20.0), ""),
    ("superfast", Quality::Crf(18.0), ""),
    ("superfast", Quality::Crf(18.0), "pbratio=1.3:aq-mode=1:b-pyramid=normal"),
    ("superfast", Quality::Crf(18.0), "pbratio=1.3:b-pyramid=normal"),
    ("superfast", Quality::Crf(18.0), "pbratio=1.1"),
    ("superfast", Quality::Qp(18), "pbratio=1.1"),
    ("superfast", Quality::Qp(18), "pbratio=1.1:weightb=0"),
    ("superfast", Quality::Qp(19), "pbratio=1.1:weightb=0"),
    ("superfast", Quality::Qp(17), "pbratio=1.1:weightb=0:bframes=9"),
    ("superfast", Quality::Qp(18), "pbratio=1.1:weightb=0:no-cabac=1"),
];

/// What all candidates without lookahead share, unless they say otherwise.
const FIXED: &str = "b-adapt=0:scenecut=0:weightp=0:keyint=300:subme=2:partitions=i8x8:bframes=7:b-pyramid=none:\
                     ipratio=2.5:aq-mode=0:open-gop=0";

fn settings((preset, quality, params): Candidate) -> Settings {
    let params = if params.is_empty() { "open-gop=0".to_owned() } else { format!("{FIXED}:{params}") };
    Settings { preset: preset.to_owned(), quality, params }
}

/// Painted pictures with fine and with little detail, a dark one, and the photographs that were given.
fn pictures(setup: &Setup) -> Result<Vec<NamedPicture>> {
    let size = Size { width: 2304, height: 1296 };
    let kinds = [SceneKind::Forest, SceneKind::DawnWater, SceneKind::Cosmos];
    let mut pictures: Vec<NamedPicture> =
        kinds.into_iter().map(|kind| fixtures::painted(kind, size)).collect();
    for file in &setup.photographs {
        let read = image::open(file).with_context(|| format!("cannot read {}", file.display()))?.into_rgb8();
        let (width, height) = read.dimensions();
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let picture = Picture { size: Size { width, height }, rgb: read.into_raw(), focus: (0.5, 0.5) };
        pictures.push(NamedPicture { name, picture });
    }
    Ok(pictures)
}

/// Prints a table; writes no figures, for it chooses what the others measure.
pub(crate) fn run(setup: &Setup, _: &mut Figures) -> Result<()> {
    let format = VideoFormat::new(Resolution::P1080, Aspect::Landscape, FrameRate::F30);
    let vmaf = setup.vmaf.as_deref().context("settings cannot be compared without VMAF")?;
    let raw = setup.scratch().join("frames.yuv");
    let films: Vec<_> = (0..CANDIDATES.len()).map(|i| setup.scratch().join(format!("clip{i}.mp4"))).collect();
    let frames = setup.seconds * format.rate.fps();
    // A pan trembles most.
    let (_, from, to) = MOVES[0];
    let mut rows = Vec::new();
    for NamedPicture { name, picture } in pictures(setup)? {
        let camera = Camera::between(from, to, picture.size, format.size, Scene::whole(frames));
        let scene = Scene { picture: &picture, camera: &camera, size: format.size, frames };
        scene.draw(&raw)?;
        let encode =
            |(film, candidate): (&PathBuf, _)| clip::encode(setup, &format, &settings(candidate), &raw, film);
        let mut sides: Vec<_> = films.iter().zip(CANDIDATES).map(|side| move || encode(side)).collect();
        let sides = sides.iter_mut().map(|side| side as cost::Side<'_>).collect();
        let costs = cost::on_one_processor(|| cost::interleaved_all(setup.rounds, sides))?;
        for ((candidate, film), spent) in CANDIDATES.into_iter().zip(&films).zip(costs) {
            let megabits = std::fs::metadata(film)?.len() as f64 * 8e-6 / f64::from(setup.seconds);
            let seen = quality::compare(vmaf, &format, film, &raw)?;
            let jitter = scene.delivered(setup, film).map_or("–".into(), |jitter| format!("{jitter:.3}"));
            let (preset, quality, params) = candidate;
            rows.push(vec![
                format!("{name}: {preset}, {quality} {params}"),
                format!("{:.3}", spent.cpu() / f64::from(setup.seconds)),
                format!("{megabits:.2}"),
                format!("{:.1}", seen.vmaf),
                format!("{:.1}", seen.vmaf_worst_second),
                format!("{:.2}", seen.psnr_step_db),
                format!("{:.1}", seen.cambi),
                jitter,
            ]);
        }
    }
    let head = ["settings", "CPU s", "Mbit/s", "VMAF", "worst second", "PSNR step dB", "CAMBI", "jitter px"];
    table::print("Settings of the encoder, per second of 1080p30", &head, &rows);
    Ok(())
}
