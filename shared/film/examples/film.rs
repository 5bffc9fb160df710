//! Makes a small film from arithmetic: `cargo run -p film --example film -- out.mp4 [1080p|720p|draft] [seconds]`.
//!
//! Prints what every stage took, children included, which is where the costs in the documentation come from.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example speaks to a terminal")]

use std::path::Path;
use std::time::Instant;

use film::clip::{ClipJob, SceneArt, render_clip};
use film::frames::{Compositor, Overlay, Shot};
use film::inspect::{Expected, inspect};
use film::motion::Camera;
use film::soundtrack::{Music, SoundtrackJob, SpeechSource, Voice, make_soundtrack};
use film::stitch::{StitchJob, stitch};
use film::thumbnail::thumbnail;
use film::timeline::{FrameRate, SceneLength, Timeline};
use film::{Aspect, Ffmpeg, FilmError, Tier, VideoFormat};
use film_captions::CaptionBitmap;
use film_painter::{Picture, Size, Tradition};

const SCENES: usize = 3;

/// CPU seconds of this process and of its finished children, from `/proc` (Linux).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    // Fields 14 to 17: user and system time, own and of children, in hundredths of a second.
    after_name.split_whitespace().skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}

fn stage<T>(name: &str, seconds: f64, work: impl FnOnce() -> T) -> T {
    let (before, started) = (cpu(), Instant::now());
    let result = work();
    let (spent, wall) = (cpu() - before, started.elapsed().as_secs_f64());
    println!(
        "{name:<22} {spent:7.2} CPU s  {:7.4} per second of film  {wall:6.2} s on the clock",
        spent / seconds
    );
    result
}

/// Hills under a sky, with grain: about as much detail as a painted picture has.
fn landscape(size: Size, hour: f32) -> Picture {
    let mut noise = 12_345u32;
    let mut rgb = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let (u, v) = (x as f32 / size.width as f32, y as f32 / size.height as f32);
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (noise >> 24) as f32 / 255.0 - 0.5;
            let ridge = |height: f32, pace: f32| {
                height + 0.06 * (u * pace + hour).sin() + 0.02 * (u * pace * 3.7).sin()
            };
            let hill =
                [(0.55, 5.0), (0.68, 8.0), (0.82, 13.0)].iter().filter(|(h, p)| v > ridge(*h, *p)).count();
            let light = match hill {
                0 => 0.95 - 0.6 * v,
                near => 0.45 - 0.12 * near as f32 + 0.08 * ((u * 90.0).sin() * (v * 70.0).cos()),
            };
            let tint = [0.6 + 0.4 * hour.sin(), 0.7, 0.6 - 0.3 * hour.sin()];
            rgb.extend(tint.map(|t| (255.0 * (light * t + 0.03 * grain)).clamp(0.0, 255.0) as u8));
        }
    }
    Picture { size, rgb, focus: (0.35, 0.45) }
}

fn hum(seconds: f32) -> Vec<f32> {
    let wave = |t: f32, hertz: f32| (t * hertz * std::f32::consts::TAU).sin();
    (0..(seconds * 48_000.0) as usize)
        .map(|n| n as f32 / 48_000.0)
        .map(|t| (wave(t, 140.0) + 0.5 * wave(t, 420.0) + 0.2 * wave(t, 1400.0)) * wave(t, 2.0).abs() * 0.2)
        .collect()
}

fn main() -> Result<(), FilmError> {
    let mut given = std::env::args().skip(1);
    let out = given.next().unwrap_or_else(|| "film.mp4".into());
    let tier = match given.next().as_deref() {
        Some("4k") => Tier::Uhd4k,
        Some("1080p") => Tier::Hd1080,
        Some("720p") => Tier::Hd720,
        _ => Tier::Draft,
    };
    let seconds: f32 = given.next().and_then(|s| s.parse().ok()).unwrap_or(4.0);
    let ffmpeg = Ffmpeg::new("ffmpeg");
    println!("FFmpeg {}", ffmpeg.check()?.text);

    let rate = FrameRate::F30;
    let format = VideoFormat::new(tier, Aspect::Wide, rate);
    let crossfade = rate.default_crossfade();
    let size = Size { width: format.size.width * 16 / 15, height: format.size.height * 16 / 15 };
    let pictures: Vec<Picture> = (0..SCENES).map(|i| landscape(size, i as f32)).collect();
    let speech: Vec<Vec<f32>> = (0..SCENES).map(|_| hum(seconds)).collect();

    let lengths =
        speech.iter().map(|s| SceneLength::new(rate, crossfade, 300, s.len() as u64, 900)).collect();
    let timeline = Timeline::new(rate, crossfade, lengths)?;
    let film_seconds = timeline.ms() as f64 / 1000.0;
    let (width, height) = (format.size.width * 3 / 4 / 2 * 2, format.size.height / 8 / 2 * 2);
    let caption = CaptionBitmap {
        x: format.size.width / 8 / 2 * 2,
        y: format.size.height * 3 / 4 / 2 * 2,
        width,
        height,
        rgba: [255, 255, 240, 120].repeat(width as usize * height as usize),
    };
    let overlays = [Overlay { bitmap: caption, frames: 20..100, fade: 5 }];
    let art = |i: usize| SceneArt {
        picture: &pictures[i],
        seed: i as u64,
        frames: timeline.scenes()[i].frames(crossfade),
        overlays: &overlays,
    };

    let clip_seconds = f64::from(timeline.clip(0).frames()) / f64::from(rate.fps());
    let camera = || Camera::ken_burns(0, (0.35, 0.45), size, format.size, rate, art(0).frames);
    let shot =
        stage("a shot prepared", clip_seconds, || Shot::new(&pictures[0], camera(), &overlays, format.size))?;
    let next = Shot::new(&pictures[1], camera(), &[], format.size)?;
    stage("its frames alone", clip_seconds, || -> Result<(), FilmError> {
        let mut compositor = Compositor::new(format.size);
        let mut bytes = vec![0; compositor.frame_bytes()];
        let span = timeline.clip(0);
        (span.from..span.to).try_for_each(|f| compositor.draw(&shot, f, span.mix(f), Some(&next), &mut bytes))
    })?;

    let path = Path::new(&out);
    let clips: Vec<_> = (0..SCENES).map(|i| path.with_extension(format!("clip{i}.mp4"))).collect();
    stage("clips", film_seconds, || -> Result<(), FilmError> {
        for (i, clip) in clips.iter().enumerate() {
            let next = (i + 1 < SCENES).then(|| art(i + 1));
            let job = ClipJob { format, span: timeline.clip(i), scene: art(i), next };
            render_clip(&job, &ffmpeg, clip, &mut |_| {})?;
        }
        Ok(())
    })?;
    let sound = path.with_extension("m4a");
    let voices = speech
        .into_iter()
        .enumerate()
        .map(|(i, samples)| Voice { start: timeline.speech_start(i), speech: SpeechSource::Samples(samples) })
        .collect();
    let job =
        SoundtrackJob { samples: timeline.samples(), voices, music: Music::pad(Tradition::Universal, 5) };
    let report = stage("soundtrack", film_seconds, || make_soundtrack(&job, &ffmpeg, &sound))?;
    println!("{report:?}");
    let job = StitchJob {
        clips: clips.clone(),
        sound: sound.clone(),
        title: "Three hills".into(),
        language: "en".into(),
        chapters: Vec::new(),
    };
    let report = stage("stitch", film_seconds, || stitch(&job, &ffmpeg, path))?;
    println!("{:.2} Mbit/s", report.bytes as f64 * 8.0 / film_seconds / 1e6);
    let expected =
        Expected { frames: timeline.frames(), rate, size: format.size, fade: crossfade, sound: true };
    let found = stage("inspection", film_seconds, || inspect(path, &expected, &ffmpeg))?;
    println!("{found:#?}");
    let jpeg = stage("thumbnail", film_seconds, || thumbnail(&pictures[0], Aspect::Wide, None))?;
    let still = path.with_extension("jpg");
    std::fs::write(&still, jpeg).map_err(|source| FilmError::Io { path: still, source })?;
    for part in clips.iter().chain([&sound]) {
        std::fs::remove_file(part).map_err(|source| FilmError::Io { path: part.clone(), source })?;
    }
    Ok(())
}
