//! What the end-to-end tests share: an FFmpeg, and pictures and voices made of arithmetic.
#![allow(dead_code, clippy::unwrap_used, reason = "test code, of which every test file uses a part")]

use std::f32::consts::TAU;
use std::path::{Path, PathBuf};

use film_engine::Ffmpeg;
use film_painter::{Picture, Size};

pub(crate) const SMALL: Size = Size { width: 320, height: 180 };

/// `DEVOTIONAL_FFMPEG`, else what the set-up put into the workspace, else the one on `PATH`.
#[allow(clippy::disallowed_methods, reason = "a test has no settings to be given it by")]
pub(crate) fn ffmpeg() -> Ffmpeg {
    let local = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.local/bin/ffmpeg");
    let program = std::env::var("DEVOTIONAL_FFMPEG").map(PathBuf::from);
    let program = program.unwrap_or_else(|_| if local.exists() { local } else { "ffmpeg".into() });
    Ffmpeg::new(program)
}

/// Ripples of one colour, with enough detail for a camera move to be seen.
pub(crate) fn picture(size: Size, hue: f32) -> Picture {
    let (width, height) = (size.width as f32, size.height as f32);
    let mut rgb = Vec::with_capacity(size.width as usize * size.height as usize * 3);
    for y in 0..size.height {
        for x in 0..size.width {
            let (u, v) = (x as f32 / width, y as f32 / height);
            let ripple = ((u * 9.0 + (v * 4.0).sin() + hue).sin() * (v * 13.0 - u * 3.0).cos() + 1.0) / 2.0;
            for channel in 0..3 {
                let tint = ((hue + channel as f32 / 3.0) * TAU).sin() * 0.3 + 0.6;
                rgb.push((255.0 * tint * (0.25 + 0.75 * ripple)) as u8);
            }
        }
    }
    Picture { size, rgb, focus: (0.6, 0.4) }
}

/// Syllables: a buzz with formants, four times a second, with breaks. As crest and as uneven as speech.
pub(crate) fn speech(seconds: f32, amplitude: f32) -> Vec<f32> {
    let rate = film_narrator::SAMPLE_RATE as f32;
    let mut noise = 1u32;
    (0..(seconds * rate) as usize)
        .map(|n| {
            let t = n as f32 / rate;
            let pitch = 120.0 + 20.0 * (t * 1.7 * TAU).sin();
            let buzz: f32 = (1..24)
                .map(|k| {
                    let hertz = pitch * k as f32;
                    let formant = [(600.0, 150.0), (1400.0, 250.0), (2600.0, 400.0)]
                        .iter()
                        .map(|(centre, width): &(f32, f32)| (-((hertz - centre) / width).powi(2)).exp())
                        .sum::<f32>();
                    (t * hertz * TAU).sin() * (formant + 0.02)
                })
                .sum();
            let syllable = (t * 4.0 * std::f32::consts::PI).sin().abs().powf(1.5);
            let phrase = if t % 2.6 < 2.1 { 1.0 } else { 0.0 };
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let breath = (noise >> 8) as f32 / 8_388_608.0 - 1.0;
            amplitude * (buzz * syllable * phrase * 0.4 + breath * 0.002)
        })
        .collect()
}

/// Processes whose parent is this one, by name, that are zombies or alive.
pub(crate) fn children(name: &str) -> Vec<u32> {
    let own = std::process::id().to_string();
    let entries = std::fs::read_dir("/proc").unwrap();
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|id| {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            let Some((head, tail)) = stat.rsplit_once(')') else { return false };
            head.contains(name) && tail.split_whitespace().nth(1) == Some(&own)
        })
        .collect()
}
