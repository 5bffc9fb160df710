//! The finished soundtrack as a listener gets it: encoded, decoded again, and measured.
#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::path::Path;
use std::process::Command;

use film_engine::soundtrack::{Mood, Music, SoundtrackJob, SpeechSource, Voice, make_soundtrack};
use support::{ffmpeg, speech};

const RATE: u64 = 48_000;

/// The left side.
fn decoded(path: &Path) -> Vec<f32> {
    let output = Command::new(ffmpeg().program)
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-af", "pan=mono|c0=c0", "-f", "f32le", "-"])
        .output()
        .unwrap();
    assert!(output.status.success());
    output.stdout.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn level(samples: &[f32]) -> f64 {
    let power = samples.iter().map(|s| f64::from(s * s)).sum::<f64>() / samples.len() as f64;
    10.0 * power.max(1e-12).log10()
}

fn make(job: &SoundtrackJob) -> (film_engine::soundtrack::SoundtrackReport, Vec<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sound.m4a");
    let report = make_soundtrack(job, &ffmpeg(), &out).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "scratch files remain");
    (report, decoded(&out))
}

#[test]
fn speech_over_a_pad_is_as_loud_as_promised_and_never_clips() {
    for (amplitude, mood) in [(0.9, Mood::Serene), (0.03, Mood::Longing)] {
        let spoken = speech(12.0, amplitude);
        let job = SoundtrackJob {
            samples: 20 * RATE,
            voices: vec![Voice { start: 4 * RATE, speech: SpeechSource::Samples(spoken) }],
            music: Music::Pad { mood, seed: 11 },
        };
        let (report, sound) = make(&job);
        let (lufs, peak) = (report.integrated_lufs.unwrap(), report.true_peak_dbtp.unwrap());
        assert!((lufs + 16.0).abs() <= 0.5, "{lufs} LUFS");
        assert!(peak <= -1.0, "{peak} dBTP");
        assert!(sound.iter().all(|s| s.abs() < 0.9));
        let difference = sound.len() as i64 - job.samples as i64;
        assert!(difference.abs() <= 1024, "{difference} samples longer");
    }
}

/// A tone as music, and a voice that is silent: what is left is the music's gain.
#[test]
fn music_is_ducked_by_the_stated_depth_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let tone = folder.path().join("tone.wav");
    let status = Command::new(ffmpeg().program)
        .args(["-v", "error", "-f", "lavfi", "-i", "sine=f=440:r=44100:d=60"])
        .arg(&tone)
        .status()
        .unwrap();
    assert!(status.success());
    let job = SoundtrackJob {
        samples: 30 * RATE,
        voices: vec![Voice { start: 10 * RATE, speech: SpeechSource::Samples(vec![0.0; 6 * RATE as usize]) }],
        music: Music::Track(tone),
    };
    let (_, sound) = make(&job);
    let at = |second: u64| level(&sound[(second * RATE) as usize..((second + 1) * RATE) as usize]);
    let depth = at(7) - at(12);
    assert!((depth - 12.0).abs() < 0.5, "{depth} dB");
    assert!((at(20) - at(7)).abs() < 0.3, "{} {}", at(20), at(7));
    assert!(at(29) < at(20) - 6.0, "the end fades");
}

#[test]
fn a_short_track_is_looped_without_a_hole() {
    let folder = tempfile::tempdir().unwrap();
    let music = folder.path().join("music.flac");
    let status = Command::new(ffmpeg().program)
        .args(["-v", "error", "-f", "lavfi", "-i", "anoisesrc=c=pink:r=48000:d=7:a=0.3:s=1"])
        .arg(&music)
        .status()
        .unwrap();
    assert!(status.success());
    let job = SoundtrackJob { samples: 30 * RATE, voices: vec![], music: Music::Track(music) };
    let (report, sound) = make(&job);
    assert!((report.integrated_lufs.unwrap() + 16.0).abs() <= 0.5);
    let levels: Vec<f64> =
        sound[3 * RATE as usize..25 * RATE as usize].chunks(RATE as usize / 2).map(level).collect();
    let (low, high) = levels.iter().fold((0f64, -99f64), |(l, h), x| (l.min(*x), h.max(*x)));
    assert!(high - low < 3.0, "{levels:?}");
}

#[test]
fn narrations_come_from_files_too_and_silence_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("speech.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(&path, spec).unwrap();
    for sample in speech(3.0, 0.4) {
        file.write_sample((sample * 32_767.0) as i16).unwrap();
    }
    file.finalize().unwrap();
    let voice = Voice { start: RATE, speech: SpeechSource::Wav(path) };
    let (report, sound) = make(&SoundtrackJob { samples: 5 * RATE, voices: vec![voice], music: Music::None });
    assert!((report.integrated_lufs.unwrap() + 16.0).abs() <= 0.5);
    assert!(level(&sound[..40_000]) < -60.0 && level(&sound[60_000..100_000]) > -30.0);

    let (report, sound) = make(&SoundtrackJob { samples: RATE, voices: vec![], music: Music::None });
    assert_eq!((report.integrated_lufs, report.true_peak_dbtp), (None, None));
    assert!(sound.iter().all(|s| *s == 0.0));
}
