//! The demo's command, as `make demo` runs it.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result};
use harness::{DRAFT, Film, VOICE, shared, target_folder, words_of_srt};
use serde_json::Value;

#[test]
fn hindi_upright() -> Result<()> {
    let text = include_str!("../../../../tools/demo/texts/aarti.hi.txt");
    a_film_of_the_demos_own_text("hi", "9:16", "om-jai-jagdish-hare", text)
}

#[test]
fn arabic_square() -> Result<()> {
    let text = include_str!("../../../../tools/demo/texts/psalm-23.ar.txt");
    a_film_of_the_demos_own_text("ar", "1:1", "lmzmwr-23", text)
}

#[test]
fn errors_say_what_to_do() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let no_stack = folder.path().join("nowhere");
    for (arguments, told) in [
        (vec!["--stack", no_stack.to_str().context("a path")?], "make dev"),
        (vec!["--text", "no-such-file.txt"], "no-such-file.txt cannot be read"),
        (vec!["--lang", "sw"], "TEXT="),
    ] {
        let output = demo(folder.path(), &arguments)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
    Ok(())
}

fn a_film_of_the_demos_own_text(language: &str, aspect: &str, slug: &str, text: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let options = ["--lang", language, "--aspect", aspect, "--voice", VOICE, "--resolution", DRAFT];
    let output = demo(folder.path(), &options)?;
    let (said, failed) = (String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?);
    assert!(output.status.success(), "{said}\n{failed}");

    let file = |ending: &str| folder.path().join(format!("{slug}.{ending}"));
    let film = Film::read(&std::fs::read(file("mp4")).with_context(|| said.clone())?)?;
    let (wide, high) = aspect.split_once(':').context("an aspect")?;
    let shape =
        f64::from(film.width) * high.parse::<f64>()? / (f64::from(film.height) * wide.parse::<f64>()?);
    assert!((shape - 1.0).abs() < 0.02, "{film:?}");
    for ending in ["srt", "vtt", "jpg"] {
        assert!(std::fs::metadata(file(ending))?.len() > 0, "{ending}");
        assert!(said.contains(&format!("{slug}.{ending}")), "{said}");
    }
    let captions = std::fs::read_to_string(file("srt"))?;
    assert_eq!(words_of_srt(&captions), text.split_whitespace().collect::<Vec<_>>());
    let receipt: Value = serde_json::from_slice(&std::fs::read(file("json"))?)?;
    assert!(receipt["steps"].as_array().is_some_and(|steps| !steps.is_empty()));
    for told in ["LUFS", "dBTP", "stitch", "all in"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(failed.contains('%'), "without a terminal, progress is lines: {failed}");
    Ok(())
}

fn demo(out: &Path, arguments: &[&str]) -> Result<Output> {
    let program = target_folder()?.join("demo");
    let mut demo = Command::new(&program);
    demo.arg("--out").arg(out).env("DEVOTIONAL_STACK", shared()?.outputs.data).args(arguments);
    demo.output().with_context(|| format!("{}: cargo build --workspace", program.display()))
}
