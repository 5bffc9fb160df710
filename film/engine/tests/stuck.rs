//! An encoder that hangs is killed, reported, and leaves neither a file nor a zombie. In a file of its own,
//! because it looks for the process among all children of this one.
#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use film_engine::clip::{ClipJob, SceneArt, render_clip};
use film_engine::shots::Shots;
use film_engine::timeline::{ClipSpan, FrameRate};
use film_engine::{FilmError, VideoFormat};
use film_vocabulary::Resolution;
use support::{SMALL, children, ffmpeg, picture};

#[test]
fn a_stopped_ffmpeg_is_killed_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("clip.mp4");
    let picture = picture(SMALL, 0.2);
    let frames = 3000;
    let job = ClipJob {
        format: VideoFormat { size: SMALL, rate: FrameRate::F30, resolution: Resolution::P480 },
        span: ClipSpan::new(frames, 8, true, true),
        scene: SceneArt {
            picture: &picture,
            layers: None,
            seed: 1,
            frames,
            shots: Shots::One,
            overlays: &[],
        },
        next: None,
    };
    let mut ffmpeg = ffmpeg();
    ffmpeg.idle_timeout = Duration::from_millis(700);
    let mut stopped = None;
    let result = render_clip(&job, &ffmpeg, &out, &mut |progress| {
        if progress.done == 20 {
            let ids = children("ffmpeg");
            assert_eq!(ids.len(), 1, "one encoder at work");
            assert!(Command::new("kill").args(["-STOP", &ids[0].to_string()]).status().unwrap().success());
            stopped = Some(Instant::now());
        }
    });
    assert!(
        matches!(&result, Err(FilmError::Stuck { idle, .. }) if *idle >= ffmpeg.idle_timeout),
        "{result:?}"
    );
    assert!(result.is_err_and(|error| error.is_transient()));
    assert!(stopped.unwrap().elapsed() < Duration::from_secs(10));
    assert!(children("ffmpeg").is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a part of a clip was left");
}
