//! Three scenes from pictures and voices to an inspected film, and films that inspection must refuse.
#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use film_captions::{CaptionBitmap, Chapter};
use film_engine::VideoFormat;
use film_engine::clip::{ClipJob, SceneArt, render_clip};
use film_engine::frames::Overlay;
use film_engine::inspect::{Expected, Inspection, Problem, inspect};
use film_engine::shots::Shots;
use film_engine::soundtrack::{Mood, Music, SoundtrackJob, SpeechSource, Voice, make_soundtrack};
use film_engine::stitch::{StitchJob, stitch};
use film_engine::timeline::{FrameRate, Mix, SceneLength, Timeline};
use film_painter::{Picture, Size};
use film_vocabulary::Resolution;
use support::{SMALL, ffmpeg, picture, speech};

const CROSSFADE: u32 = 8;

struct Film {
    folder: tempfile::TempDir,
    timeline: Timeline,
    format: VideoFormat,
    clips: Vec<PathBuf>,
    sound: PathBuf,
}

impl Film {
    fn new(rate: FrameRate, seconds: &[f32]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let format = VideoFormat { size: SMALL, rate, resolution: Resolution::P480 };
        let speeches: Vec<Vec<f32>> = seconds.iter().map(|&s| speech(s, 0.5)).collect();
        let scenes =
            speeches.iter().map(|s| SceneLength::new(rate, CROSSFADE, 150, s.len() as u64, 400)).collect();
        let timeline = Timeline::new(rate, CROSSFADE, scenes).unwrap();
        let voices = speeches
            .into_iter()
            .enumerate()
            .map(|(i, s)| Voice { start: timeline.speech_start(i), speech: SpeechSource::Samples(s) })
            .collect();
        let sound = folder.path().join("sound.m4a");
        let music = Music::Pad { mood: Mood::Serene, seed: 1 };
        let job = SoundtrackJob { samples: timeline.samples(), voices, music };
        make_soundtrack(&job, &ffmpeg(), &sound).unwrap();
        let clips = (0..seconds.len()).map(|i| folder.path().join(format!("it's clip {i}.mp4"))).collect();
        Self { folder, timeline, format, clips, sound }
    }

    fn render(&self, pictures: &[Picture]) {
        let caption =
            CaptionBitmap { x: 60, y: 140, width: 200, height: 24, rgba: [240; 200 * 24 * 4].to_vec() };
        let overlays = [Overlay { bitmap: caption, frames: 12..30, fade: 4 }];
        let art = |i: usize| SceneArt {
            picture: &pictures[i],
            layers: None,
            seed: 100 + i as u64,
            frames: self.timeline.scenes()[i].frames(CROSSFADE),
            shots: Shots::Several,
            overlays: &overlays,
        };
        for (i, clip) in self.clips.iter().enumerate() {
            let next = (i + 1 < self.clips.len()).then(|| art(i + 1));
            let job = ClipJob { format: self.format, span: self.timeline.clip(i), scene: art(i), next };
            let mut seen = 0;
            let report = render_clip(&job, &ffmpeg(), clip, &mut |p| {
                seen += 1;
                assert_eq!((p.done, p.total), (seen, self.timeline.clip(i).frames()));
            })
            .unwrap();
            assert_eq!(report.frames, seen);
            assert_eq!(report.bytes, std::fs::metadata(clip).unwrap().len());
        }
    }

    fn stitch(&self, clips: &[PathBuf]) -> PathBuf {
        self.stitch_titled(clips, "Psalm 23")
    }

    fn stitch_titled(&self, clips: &[PathBuf], title: &str) -> PathBuf {
        let out = self.folder.path().join("film.mp4");
        let job = StitchJob {
            clips: clips.to_vec(),
            sound: self.sound.clone(),
            title: title.into(),
            language: "en".into(),
            chapters: self.chapters(),
        };
        stitch(&job, &ffmpeg(), &out).unwrap();
        out
    }

    /// One for each scene.
    fn chapters(&self) -> Vec<Chapter> {
        let begins = |scene: usize| if scene == 0 { 0 } else { self.timeline.scene_start_ms(scene) };
        let chapter = |scene: usize| Chapter {
            title: format!("भाग {scene}; #=1"),
            start_ms: begins(scene),
            end_ms: if scene + 1 == self.clips.len() { self.timeline.ms() } else { begins(scene + 1) },
        };
        (0..self.clips.len()).map(chapter).collect()
    }

    fn inspect(&self, path: &Path) -> Inspection {
        self.inspect_for(path, true)
    }

    /// Inspects a film in which something should be heard, or nothing.
    fn inspect_for(&self, path: &Path, sound: bool) -> Inspection {
        let expected = Expected {
            frames: self.timeline.frames(),
            rate: self.format.rate,
            size: self.format.size,
            fade: CROSSFADE,
            sound,
        };
        inspect(path, &expected, &ffmpeg()).unwrap()
    }
}

fn pictures(count: usize) -> Vec<Picture> {
    // The second does not have the frame's shape.
    let sizes = [Size { width: 400, height: 225 }, Size { width: 300, height: 300 }];
    (0..count).map(|i| picture(sizes[i % 2], i as f32 * 0.31)).collect()
}

/// Runs FFmpeg for a test's own needs.
fn run(arguments: &[&str]) {
    let status = Command::new(ffmpeg().program).args(["-v", "error", "-y"]).args(arguments).status().unwrap();
    assert!(status.success());
}

#[test]
fn three_scenes_become_a_clean_film_at_every_rate() {
    ffmpeg().check().unwrap();
    for rate in [FrameRate::F24, FrameRate::F25, FrameRate::F30] {
        let film = Film::new(rate, &[1.3, 0.9, 1.7]);
        film.render(&pictures(3));
        let path = film.stitch(&film.clips);
        let found = film.inspect(&path);
        assert_eq!(found.problems, [], "{rate}: {found:#?}");
        assert_eq!(found.frames, film.timeline.frames());
        let exact_ms = film.timeline.samples() as f64 / 48.0;
        assert!((found.video_ms - exact_ms).abs() < 0.1, "{} {exact_ms}", found.video_ms);
        assert!((found.audio_ms.unwrap() - exact_ms).abs() < 1000.0 / f64::from(rate.fps()));
        assert!((found.integrated_lufs.unwrap() + 16.0).abs() <= 0.5, "{:?}", found.integrated_lufs);
        // Nothing but the film's own parts is left.
        let left = std::fs::read_dir(film.folder.path()).unwrap().count();
        assert_eq!(left, 3 + 2, "scratch files remain");
        let mut reader = Command::new(ffmpeg().program);
        reader.args(["-v", "error", "-i"]).arg(&path).args(["-f", "ffmetadata", "-"]);
        let read = reader.output().unwrap();
        let read = String::from_utf8(read.stdout).unwrap();
        // Where the last one ends is the film's end, to the sample.
        for Chapter { title, start_ms, .. } in film.chapters() {
            let title = title.replace(';', "\\;").replace('#', "\\#").replace('=', "\\=");
            // In ten-millionths of a second, as MP4 keeps them.
            let chapter = read.split("[CHAPTER]").find(|c| c.contains(&format!("\ntitle={title}\n")));
            let begins = chapter.is_some_and(|c| c.contains(&format!("\nSTART={}\n", start_ms * 90)));
            assert!(begins, "{title:?}: no {title} at {start_ms} ms in {read}");
        }
        // The index stands before the pictures.
        let bytes = std::fs::read(&path).unwrap();
        let place = |name: &[u8]| bytes.windows(4).position(|w| w == name).unwrap();
        assert!(place(b"moov") < place(b"mdat"));
    }
}

/// A tone that swells and fades within a third of a second, loudest at its middle.
fn swell() -> Vec<f32> {
    let at = |n: u32| f64::from(n) / 48_000.0;
    (0..16_000)
        .map(|n| {
            let envelope = (-((at(n) - SWELL_S) / 0.04).powi(2)).exp();
            (0.5 * envelope * (at(n) * 700.0 * std::f64::consts::TAU).sin()) as f32
        })
        .collect()
}

/// When a swell is loudest.
const SWELL_S: f64 = 1.0 / 6.0;

/// Where sound and picture stand after every one of thirty joins: an error that adds up shows at the last.
#[test]
fn thirty_scenes_stay_in_step_at_every_join() {
    const SCENES: usize = 30;
    let rate = FrameRate::F30;
    let swell = swell();
    let length = |i: usize| SceneLength::new(rate, CROSSFADE, 90 + 10 * (i as u32 % 7), 16_000, 280);
    let timeline = Timeline::new(rate, CROSSFADE, (0..SCENES).map(length).collect()).unwrap();
    let voice = |i| Voice { start: timeline.speech_start(i), speech: SpeechSource::Samples(swell.clone()) };
    let job = SoundtrackJob {
        samples: timeline.samples(),
        voices: (0..SCENES).map(voice).collect(),
        music: Music::None,
    };
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound.m4a");
    make_soundtrack(&job, &ffmpeg(), &sound).unwrap();
    let clips = (0..SCENES).map(|i| folder.path().join(format!("{i}.mp4"))).collect();
    let format = VideoFormat { size: SMALL, rate, resolution: Resolution::P480 };
    let film = Film { folder, timeline, format, clips, sound };
    film.render(&pictures(SCENES));
    let path = film.stitch(&film.clips);

    // Every frame is there, and shown when it should be.
    let found = film.inspect(&path);
    let timing = |p: &&Problem| {
        matches!(p, Problem::FrameCount { .. } | Problem::Timestamp { .. } | Problem::Lengths { .. })
            || matches!(p, Problem::LateStart { .. } | Problem::Damaged { .. })
    };
    assert_eq!(found.problems.iter().find(timing), None);
    assert_eq!(found.frames, film.timeline.frames());

    let wave = film.folder.path().join("film.f32");
    let (from, to) = (path.to_str().unwrap(), wave.to_str().unwrap());
    run(&["-i", from, "-vn", "-ac", "1", "-ar", "48000", "-f", "f32le", to]);
    let bytes = std::fs::read(&wave).unwrap();
    let heard: Vec<f64> =
        bytes.as_chunks::<4>().0.iter().map(|sample| f64::from(f32::from_le_bytes(*sample))).collect();
    for scene in 0..SCENES {
        let start = film.timeline.speech_start(scene) as usize;
        let (mut energy, mut moment) = (0.0, 0.0);
        for (n, sample) in heard[start..start + swell.len()].iter().enumerate() {
            energy += sample * sample;
            moment += sample * sample * n as f64 / 48_000.0;
        }
        let off_ms = (moment / energy - SWELL_S) * 1000.0;
        assert!(off_ms.abs() <= 1.0, "scene {scene} is heard {off_ms:.2} ms beside its picture");
    }

    // No click: where clips meet, all is as still as it is between voices.
    let bend = |at: usize| (heard[at - 1] - 2.0 * heard[at] + heard[at + 1]).abs();
    let sharpest = |middle: usize| (middle - 480..middle + 480).map(bend).fold(0.0, f64::max);
    let loudest = film.timeline.speech_start(0) as usize + swell.len() / 2;
    let mut join = 0;
    for scene in 0..SCENES - 1 {
        join += film.timeline.clip(scene).frames() as usize * rate.samples_per_frame() as usize;
        let (here, voice) = (sharpest(join), sharpest(loudest));
        assert!(
            here < voice / 100.0,
            "a click of {here} after scene {scene}, where a voice bends by {voice}"
        );
    }
}

#[test]
fn a_title_that_is_no_line_makes_a_film_with_what_is_left_of_it() {
    let film = Film::new(FrameRate::F24, &[0.8]);
    film.render(&pictures(1));
    for (title, read) in [("Psalm\0 23\u{202e}\n", "title=Psalm  23\n"), ("\0\u{2066}", "")] {
        let path = film.stitch_titled(&film.clips, title);
        let metadata = film.folder.path().join("metadata.txt");
        run(&["-i", path.to_str().unwrap(), "-f", "ffmetadata", metadata.to_str().unwrap()]);
        let metadata = std::fs::read_to_string(&metadata).unwrap();
        let of_film = metadata.split("[CHAPTER]").next().unwrap();
        assert!(
            of_film.contains(read) && read.is_empty() != of_film.contains("title="),
            "{title:?}: {of_film}"
        );
        assert!(film.inspect(&path).problems.is_empty());
    }
}

#[test]
fn an_edited_scene_changes_two_clips_and_no_others() {
    let film = Film::new(FrameRate::F30, &[0.8, 0.8, 0.8, 0.8]);
    let mut pictures = pictures(4);
    film.render(&pictures);
    let before: Vec<Vec<u8>> = film.clips.iter().map(|c| std::fs::read(c).unwrap()).collect();
    pictures[2] = picture(SMALL, 0.77);
    film.render(&pictures);
    let same: Vec<bool> =
        film.clips.iter().zip(&before).map(|(c, b)| &std::fs::read(c).unwrap() == b).collect();
    assert_eq!(same, [true, false, false, true]);
}

#[test]
fn inspection_finds_a_black_clip() {
    let film = Film::new(FrameRate::F30, &[0.8, 1.0, 0.8]);
    let mut pictures = pictures(3);
    pictures[1].rgb.fill(0);
    film.render(&pictures);
    let found = film.inspect(&film.stitch(&film.clips));
    assert!(matches!(found.problems[..], [Problem::Black { .. }]), "{:?}", found.problems);
}

#[test]
fn inspection_finds_a_missing_frame() {
    let film = Film::new(FrameRate::F30, &[0.8, 0.9]);
    film.render(&pictures(2));
    let mut clips = film.clips.clone();
    let short = film.folder.path().join("short.mp4");
    let frames = (film.timeline.clip(1).frames() - 1).to_string();
    let from = clips[1].to_str().unwrap().to_owned();
    let tags = ["-x264-params", "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"];
    let clock = ["-video_track_timescale", "90000", short.to_str().unwrap()];
    run(&[&["-i", &from, "-frames:v", &frames, "-c:v", "libx264"][..], &tags, &clock].concat());
    clips[1] = short;
    let found = film.inspect(&film.stitch(&clips));
    let count = Problem::FrameCount { found: film.timeline.frames() - 1, expected: film.timeline.frames() };
    assert!(found.problems.contains(&count), "{:?}", found.problems);
}

#[test]
fn inspection_finds_silence_and_a_short_sound_track() {
    let film = Film::new(FrameRate::F25, &[0.8, 0.9]);
    film.render(&pictures(2));
    run(&["-f", "lavfi", "-i", "anullsrc=r=48000", "-t", "1", film.sound.to_str().unwrap()]);
    let found = film.inspect(&film.stitch(&film.clips));
    assert!(found.problems.contains(&Problem::Silent), "{:?}", found.problems);
    assert!(found.problems.iter().any(|p| matches!(p, Problem::Lengths { .. })), "{:?}", found.problems);
}

#[test]
fn a_film_without_voice_and_music_is_clean_if_it_is_silent_and_only_then() {
    let film = Film::new(FrameRate::F30, &[1.3, 0.9]);
    film.render(&pictures(2));
    let found = film.inspect_for(&film.stitch(&film.clips), false);
    assert!(matches!(found.problems[..], [Problem::NotSilent { .. }]), "{:?}", found.problems);

    let samples = film.timeline.samples();
    let job = SoundtrackJob { samples, voices: Vec::new(), music: Music::None };
    make_soundtrack(&job, &ffmpeg(), &film.sound).unwrap();
    let silent = film.stitch(&film.clips);
    let found = film.inspect_for(&silent, false);
    assert_eq!((&found.problems[..], found.integrated_lufs), (&[][..], None), "{found:#?}");
    assert!(found.audio_ms.is_some_and(|ms| ms > 2_000.0), "it has a sound track all the same: {found:#?}");
    assert_eq!(film.inspect_for(&silent, true).problems, [Problem::Silent]);
}

#[test]
fn inspection_finds_a_frozen_picture_but_lets_a_slow_zoom_pass() {
    // A clear sky is the least that moves: a smooth gradient under a slow zoom.
    let size = Size { width: 400, height: 225 };
    let rgb = (0..225u32).flat_map(|y| [40 + (y / 4) as u8, 90 + (y / 3) as u8, 180].repeat(400)).collect();
    let sky = Picture { size, rgb, focus: (0.5, 0.3) };
    let film = Film::new(FrameRate::F30, &[6.0]);
    film.render(std::slice::from_ref(&sky));
    let found = film.inspect(&film.stitch(&film.clips));
    assert_eq!(found.problems, [], "{found:#?}");

    let frozen = film.folder.path().join("frozen.mp4");
    let from = film.clips[0].to_str().unwrap();
    let hold = "select='lt(n,30)',tpad=stop_mode=clone:stop=-1";
    let frames = film.timeline.frames().to_string();
    let encode = ["-frames:v", &frames, "-c:v", "libx264", "-video_track_timescale", "90000"];
    run(&[&["-i", from, "-vf", hold][..], &encode, &[frozen.to_str().unwrap()]].concat());
    let found = film.inspect(&film.stitch(&[frozen]));
    assert!(found.problems.iter().any(|p| matches!(p, Problem::Frozen { .. })), "{found:#?}");
}

/// Everything decoded again: every frame has the brightness that the timeline says, and every voice begins when
/// it says.
#[test]
fn picture_and_sound_meet_to_the_frame() {
    let film = Film::new(FrameRate::F30, &[1.1, 0.7, 1.3]);
    let greys = [60u8, 200, 120];
    let pictures: Vec<Picture> = greys
        .iter()
        .map(|&grey| Picture { size: SMALL, rgb: vec![grey; 320 * 180 * 3], focus: (0.5, 0.5) })
        .collect();
    film.render(&pictures);
    let path = film.stitch(&film.clips);
    let decode = |arguments: &[&str]| {
        let output = Command::new(ffmpeg().program)
            .args(["-v", "error", "-i"])
            .arg(&path)
            .args(arguments)
            .arg("-")
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };

    // The mean of the upper half, where no caption is.
    let luma = decode(&["-vf", "extractplanes=y,crop=320:90:0:0", "-f", "rawvideo"]);
    let mean = |frame: &[u8]| frame.iter().map(|&y| f64::from(y)).sum::<f64>() / frame.len() as f64;
    let frames: Vec<f64> = luma.chunks(320 * 90).map(mean).collect();
    assert_eq!(frames.len() as u64, film.timeline.frames());
    let code = |grey: u8| 16.0 + f64::from(grey) * 219.0 / 255.0;
    let mut shown = frames.iter();
    for (scene, &grey) in greys.iter().enumerate() {
        let clip = film.timeline.clip(scene);
        for frame in clip.from..clip.to {
            let wanted = match clip.mix(frame) {
                Mix::Alone => code(grey),
                Mix::Black { share } => code(grey) * (1.0 - share) + 16.0 * share,
                Mix::Next { share, .. } => code(grey) * (1.0 - share) + code(greys[scene + 1]) * share,
            };
            let found = *shown.next().unwrap();
            assert!((found - wanted).abs() < 2.5, "scene {scene} frame {frame}: {found} instead of {wanted}");
        }
    }

    let sound: Vec<f32> = decode(&["-af", "pan=mono|c0=c0", "-f", "f32le"])
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    for scene in 0..3 {
        // Pad and breath are quiet; half of the voice's loudest wave is reached within a syllable's rise.
        let start = film.timeline.speech_start(scene) as usize;
        let window = &sound[start - 4800..start + 12_000];
        let peak = window.iter().fold(0f32, |p, s| p.max(s.abs()));
        let before = window[..4800].iter().fold(0f32, |p, s| p.max(s.abs()));
        assert!(before < peak * 0.35, "scene {scene} is heard before its time: {before} {peak}");
        let onset = window.iter().position(|s| s.abs() > peak * 0.5).unwrap();
        assert!((4800..4800 + 6000).contains(&onset), "scene {scene}: {onset}");
    }
}
