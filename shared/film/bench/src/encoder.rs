//! Settings of the encoder compared: `make bench-encoder`.
//!
//! What is wanted: VMAF of 95 in the mean and 90 in the worst second, delivered jitter of at most 0.04 pixels, PSNR that
//! steps by at most 0.7 dB from frame to frame, all on every picture; and of what gives that, the cheapest.

use anyhow::{Context as _, Result};
use film::encoder::Settings;
use film::motion::Camera;
use film::timeline::FrameRate;
use film::{Aspect, Tier, VideoFormat};
use film_painter::{Picture, SceneKind, Size};

use crate::figures::Figures;
use crate::jitter::{MOVES, Scene};
use crate::material::{self, Named};
use crate::{Setup, clip, cost, quality, table};

/// What is compared: preset, crf and parameters beside [`FIXED`]. The first two are x264's own presets.
const CANDIDATES: [(&str, f32, &str); 8] = [
    ("veryfast", 20.0, ""),
    ("superfast", 18.0, ""),
    ("superfast", 18.0, "bframes=7:pbratio=1.3:partitions=i4x4,i8x8"),
    ("superfast", 18.0, "bframes=7:pbratio=1.3:partitions=i4x4,i8x8:aq-mode=0"),
    ("superfast", 17.0, "bframes=5:pbratio=1.15:partitions=i8x8:aq-mode=0:b-pyramid=none"),
    ("superfast", 17.0, "bframes=7:pbratio=1.05:partitions=i8x8:aq-mode=0:b-pyramid=none"),
    ("superfast", 18.0, "bframes=7:pbratio=1.1:partitions=i4x4,i8x8:aq-mode=0:b-pyramid=none"),
    ("superfast", 18.0, "bframes=7:pbratio=1.1:partitions=i8x8:aq-mode=0:b-pyramid=none"),
];

/// What all candidates without lookahead share.
const FIXED: &str = "b-adapt=0:scenecut=0:weightp=0:keyint=300:subme=2:ipratio=2.5:open-gop=0";

fn settings((preset, crf, params): (&str, f32, &str)) -> Settings {
    let params = if params.is_empty() { "open-gop=0".to_owned() } else { format!("{FIXED}:{params}") };
    Settings { preset: preset.to_owned(), crf, params }
}

/// Painted pictures with fine and with little detail, a dark one, and the photographs that were given.
fn pictures(setup: &Setup) -> Result<Vec<Named>> {
    let size = Size { width: 2304, height: 1296 };
    let kinds = [SceneKind::Forest, SceneKind::DawnWater, SceneKind::Cosmos];
    let mut pictures: Vec<Named> = kinds.into_iter().map(|kind| material::painted(kind, size)).collect();
    for file in &setup.photographs {
        let read = image::open(file).with_context(|| format!("cannot read {}", file.display()))?.into_rgb8();
        let (width, height) = read.dimensions();
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let picture = Picture { size: Size { width, height }, rgb: read.into_raw(), focus: (0.5, 0.5) };
        pictures.push(Named { name, picture });
    }
    Ok(pictures)
}

/// Prints a table; writes no figures, for it chooses what the others measure.
pub(crate) fn run(setup: &Setup, _: &mut Figures) -> Result<()> {
    let format = VideoFormat::new(Tier::Hd1080, Aspect::Wide, FrameRate::F30);
    let vmaf = setup.vmaf.as_deref().context("settings cannot be compared without VMAF")?;
    let (raw, film) = (setup.scratch().join("frames.yuv"), setup.scratch().join("clip.mp4"));
    let frames = setup.seconds * format.rate.fps();
    // A pan trembles most.
    let (_, from, to) = MOVES[0];
    let mut rows = Vec::new();
    for Named { name, picture } in pictures(setup)? {
        let camera = Camera::between(from, to, picture.size, format.size, Scene::whole(frames));
        let scene = Scene { picture: &picture, camera: &camera, size: format.size, frames };
        scene.draw(&raw)?;
        for candidate in CANDIDATES {
            let settings = settings(candidate);
            let mut encode = || clip::encode(setup, &format, &settings, &raw, &film);
            let [spent] = cost::on_one_processor(|| cost::in_turn(setup.rounds, [&mut encode]))?;
            let megabits = std::fs::metadata(&film)?.len() as f64 * 8e-6 / f64::from(setup.seconds);
            let quality = quality::compare(vmaf, &format, &film, &raw)?;
            let jitter = scene.delivered(setup, &film).map_or("–".into(), |jitter| format!("{jitter:.3}"));
            let (preset, crf, params) = candidate;
            rows.push(vec![
                format!("{name}: {preset} {crf} {params}"),
                format!("{:.3}", spent.cpu() / f64::from(setup.seconds)),
                format!("{megabits:.2}"),
                format!("{:.1}", quality.vmaf),
                format!("{:.1}", quality.vmaf_worst_second),
                format!("{:.2}", quality.psnr_step_db),
                format!("{:.1}", quality.cambi),
                jitter,
            ]);
        }
    }
    let head = ["settings", "CPU s", "Mbit/s", "VMAF", "worst second", "PSNR step dB", "CAMBI", "jitter px"];
    table::print("Settings of the encoder, per second of 1080p30", &head, &rows);
    Ok(())
}
