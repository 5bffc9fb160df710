//! The command, as a user runs it.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn local(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.local").join(path)
}

/// A workspace build puts the reader beside the command.
fn film(storyboard: &str, out: &Path) -> Output {
    let file = out.with_extension("json");
    fs::write(&file, storyboard).unwrap();
    Command::new(env!("CARGO_BIN_EXE_film"))
        .args(["render", "--resolution", "draft", "--aspect", "1:1", "--jobs", "2", "-o"])
        .arg(out)
        .arg("--assets")
        .arg(local("assets"))
        .arg("--ffmpeg")
        .arg(local("bin/ffmpeg"))
        .arg(&file)
        .output()
        .unwrap()
}

#[test]
fn a_storyboard_becomes_a_film_with_captions() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("psalm.mp4");
    let storyboard = r#"{"title": "Psalm 23", "language": "en", "voice": "espeak-ng", "layers": true, "scenes": [
        {"text": "The Lord is my shepherd.", "keywords": ["shepherd"], "pause_ms": 300},
        {"text": "I shall not want.", "chapter": "Rest", "keywords": ["water"], "pause_ms": 300}]}"#;
    let said = film(storyboard, &out);
    let words = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{words}");
    assert!(words.contains("psalm.mp4"), "{words}");
    let subtitles = fs::read_to_string(out.with_extension("srt")).unwrap();
    assert!(subtitles.contains("shepherd") && subtitles.contains("want"), "{subtitles}");
    assert!(fs::read_to_string(out.with_extension("vtt")).unwrap().starts_with("WEBVTT"));
    let film = fs::read(&out).unwrap();
    assert!(film.len() > 20_000 && film.windows(4).any(|bytes| bytes == b"Rest"), "no film with a chapter");
    // Film, two files of captions, the storyboard: no scratch remains.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

/// What is heard of a film: the loudest sample of the decoded sound, 0 to 1.
fn loudest(film: &Path) -> f32 {
    let decoded = Command::new(local("bin/ffmpeg"))
        .args(["-v", "error", "-i"])
        .arg(film)
        .args(["-map", "0:a", "-f", "f32le", "-"])
        .output()
        .unwrap();
    assert!(decoded.status.success() && decoded.stdout.len() > 4 * 48_000, "no sound track");
    let samples = decoded.stdout.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes).abs());
    samples.fold(0.0, f32::max)
}

/// In a language that nobody speaks, and with letters that no voice reads.
#[test]
fn a_film_without_a_voice_has_captions_and_its_music_and_is_silent_without_music() {
    for (music, is_silent) in [("false", true), ("true", false)] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("film.mp4");
        let storyboard = format!(
            r#"{{"title": "Yorùbá", "language": "yo", "voice": "none", "music": {music}, "scenes": [
            {{"text": "Olúwa ni olùṣọ́ àgùntàn mi.", "keywords": ["shepherd"]}},
            {{"text": "Èmi kì yóò ṣe aláìní, 愛.", "keywords": ["water"]}}]}}"#
        );
        let said = film(&storyboard, &out);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let subtitles = fs::read_to_string(out.with_extension("srt")).unwrap();
        assert!(subtitles.contains("àgùntàn") && subtitles.contains('愛'), "{subtitles}");
        let loudest = loudest(&out);
        assert_eq!(loudest == 0.0, is_silent, "{loudest}");
    }
}

#[test]
fn what_cannot_be_made_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("film.mp4");
    let said = film(r#"{"title": "A", "language": "en", "scene": []}"#, &out);
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!said.status.success() && words.contains("`scene`") && words.contains("help:"), "{words}");

    let missing = r#"{"title": "A", "language": "en", "voice": "espeak-ng", "scenes": [
        {"text": "Amen.", "picture": "absent.png"}]}"#;
    let words = String::from_utf8_lossy(&film(missing, &out).stderr).into_owned();
    assert!(words.contains("scene 1") && words.contains("absent.png"), "{words}");
    assert!(!out.exists());
}
