//! The programs that the engine is compared with, each used as its own users use it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use film_engine::Ffmpeg;
use film_engine::frames::Overlay;
use film_painter::Size;

use crate::peers::process;
use crate::peers::scene::{Point, Scene};

/// How a tool's encoder is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoding {
    /// Part of the names of its figures.
    pub(crate) name: &'static str,
    /// In the table: the preset of x264 and its constant rate factor.
    pub(crate) basis: &'static str,
    /// The preset if it is given, and the factor if it is.
    preset: Option<&'static str>,
    crf: Option<&'static str>,
}

/// x264 with its defaults.
const MEDIUM: Encoding =
    Encoding { name: "medium", basis: "medium, crf 23", preset: Some("medium"), crf: None };

/// The preset that is usual where processor time is paid for.
const VERYFAST: Encoding =
    Encoding { name: "veryfast", basis: "veryfast, crf 20", preset: Some("veryfast"), crf: Some("20") };

/// Remotion with its defaults.
const DEFAULT: Encoding = Encoding { name: "default", basis: "medium, crf 18", preset: None, crf: None };

/// Renders a scene into a file, and gives the most memory that was had at once, in bytes.
type Make = Box<dyn Fn(&Scene, Encoding, &Path) -> Result<u64>>;

/// A program that makes films.
pub(crate) struct Tool {
    /// Part of the names of its figures.
    pub(crate) name: &'static str,
    /// Its name and version.
    pub(crate) title: String,
    pub(crate) encodings: [Encoding; 2],
    pub(crate) make: Make,
}

/// MoviePy in a Python that has it.
pub(crate) fn moviepy(python: &Path, scratch: &Path) -> Result<Tool> {
    // Its own `__version__` has been forgotten in releases.
    let ask = "import importlib.metadata, moviepy; print(importlib.metadata.version('moviepy'))";
    let version = version_output(Command::new(python).args(["-c", ask]))?;
    let script = scratch.join("moviepy_scene.py");
    std::fs::write(&script, include_str!("../../peers/moviepy_scene.py"))?;
    let (python, scratch) = (python.to_owned(), scratch.to_owned());
    let make = move |scene: &Scene, encoding: Encoding, out: &Path| {
        let mut command = Command::new(&python);
        command.arg(&script).arg(scene.folder.join("scene.json")).arg(out);
        process::run(command.args(encoding.preset).args(encoding.crf), &scratch)
    };
    let title = format!("MoviePy {version}");
    Ok(Tool { name: "moviepy", title, encodings: [MEDIUM, VERYFAST], make: Box::new(make) })
}

/// FFmpeg's `zoompan` over a picture enlarged to 8,000 pixels, which is what keeps it from trembling more.
pub(crate) fn zoompan(ffmpeg: &Ffmpeg, scratch: &Path) -> Result<Tool> {
    let title = format!("FFmpeg {} zoompan", ffmpeg.check()?.text);
    let (ffmpeg, scratch) = (ffmpeg.program.clone(), scratch.to_owned());
    let make = move |scene: &Scene, encoding: Encoding, out: &Path| {
        let mut command = Command::new(&ffmpeg);
        command.args(["-v", "error", "-nostdin", "-y", "-i"]).arg(scene.folder.join("picture.png"));
        for number in 0..scene.overlays.len() {
            command.arg("-i").arg(scene.folder.join(format!("caption{number}.png")));
        }
        command.args(["-filter_complex", &graph(scene), "-map", "[out]"]);
        command.args(["-frames:v", &scene.frames().to_string(), "-c:v", "libx264"]);
        command.args(encoding.preset.map(|preset| ["-preset", preset]).into_iter().flatten());
        command.args(encoding.crf.map(|crf| ["-crf", crf]).into_iter().flatten());
        process::run(command.arg(out), &scratch)
    };
    Ok(Tool { name: "zoompan", title, encodings: [MEDIUM, VERYFAST], make: Box::new(make) })
}

/// The filters of a scene. Each frame's zoom stands in a sum of which one term is not 0.
fn graph(scene: &Scene) -> String {
    let (frames, fade) = (scene.frames(), scene.span.crossfade);
    let Size { width, height } = scene.format.size;
    let rate = scene.format.rate.fps();
    let terms =
        scene.zooms().into_iter().enumerate().map(|(frame, zoom)| format!("{zoom:.9}*eq(on,{frame})"));
    // In groups, because FFmpeg refuses a sum of more than a hundred terms ("Cannot allocate memory").
    let terms: Vec<_> = terms.collect();
    let groups: Vec<_> = terms.chunks(16).map(|terms| format!("({})", terms.join("+"))).collect();
    let zoom = groups.join("+");
    let Point { picture, frame } = scene.point();
    let corner = |picture: f64, frame: f64| format!("({picture:.9}-({frame:.9})/zoom)");
    let (left, top) = (corner(picture.0, frame.0), corner(picture.1, frame.1));
    let mut graph = format!(
        "[0:v]scale=8000:-1,zoompan=z='{zoom}':x='iw*{left}':y='ih*{top}':\
         d={frames}:s={width}x{height}:fps={rate}[layer0]"
    );
    for (number, Overlay { bitmap, frames, .. }) in scene.overlays.iter().enumerate() {
        let (x, y, from, last) = (bitmap.x, bitmap.y, frames.start, frames.end - 1);
        let (input, next) = (number + 1, number + 1);
        graph += &format!(
            ";[layer{number}][{input}:v]overlay={x}:{y}:enable='between(n,{from},{last})'[layer{next}]"
        );
    }
    let (last, out) = (scene.overlays.len(), frames.saturating_sub(fade));
    graph + &format!(";[layer{last}]fade=in:0:{fade},fade=out:{out}:{fade},format=yuv420p[out]")
}

/// Remotion from a folder with its packages, with a browser. Its site is built here, once, for it is not built for every
/// film either. `scene` gives the pictures of all scenes.
pub(crate) fn remotion(folder: &Path, browser: &Path, scene: &Scene, scratch: &Path) -> Result<Tool> {
    let folder = std::path::absolute(folder)?;
    let (node, cli) = (folder.join("node"), folder.join("node_modules/@remotion/cli/remotion-cli.js"));
    ensure!(cli.exists(), "{} is not there", cli.display());
    let browser_version = version_output(Command::new(browser).arg("--version"))?;
    let package = std::fs::read(folder.join("node_modules/remotion/package.json"))?;
    let package: serde_json::Value = serde_json::from_slice(&package)?;
    let version = package["version"].as_str().context("Remotion has no version")?;
    let title = format!("Remotion {version} in {}", product(&browser_version));

    let (site, scratch) = (scratch.join("site"), scratch.to_owned());
    let remotion = move |words: &[&str]| {
        let mut command = Command::new(&node);
        command.current_dir(&folder).arg(&cli).args(words).arg("--log=error");
        command
    };
    let option = |name: &str, path: &Path| format!("--{name}={}", path.display());
    let mut bundle = remotion(&["bundle", "index.jsx"]);
    bundle.arg(option("public-dir", &scene.folder)).arg(option("out-dir", &site));
    process::run(&mut bundle, &scratch).context("its site could not be built")?;

    let browser = option("browser-executable", browser);
    let make = move |scene: &Scene, encoding: Encoding, out: &Path| {
        // A whole browser, which knows no old headless mode, is what this mode is for.
        let mut command = remotion(&["render", &browser, "--chrome-mode=chrome-for-testing"]);
        command.arg(option("props", &scene.folder.join("scene.json")));
        command.args(encoding.preset.map(|preset| format!("--x264-preset={preset}")));
        command.args(encoding.crf.map(|crf| format!("--crf={crf}")));
        process::run(command.arg(&site).arg("scene").arg(out), &scratch)
    };
    Ok(Tool { name: "remotion", title, encodings: [DEFAULT, VERYFAST], make: Box::new(make) })
}

/// What a program says of itself, without the space around it.
fn version_output(command: &mut Command) -> Result<String> {
    let name = PathBuf::from(command.get_program());
    let output = command.output().with_context(|| format!("{} does not start", name.display()))?;
    ensure!(output.status.success(), "{} does not say its version", name.display());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The name and version at the start of what a browser says, such as `Chromium 156.0.8078.79 built on …`.
fn product(version_output: &str) -> String {
    version_output.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use super::*;

    #[test]
    fn a_browser_is_named_with_its_version() {
        assert_eq!(
            product("Chromium 156.0.8078.79 built on Debian GNU/Linux 12\n"),
            "Chromium 156.0.8078.79"
        );
        assert_eq!(product(""), "");
    }

    #[test]
    fn zoompan_is_told_all_of_the_scene() {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::new(folder.path().join("scene"), 60).unwrap();
        let graph = graph(&scene);
        let (first, last) = (scene.zooms()[0], scene.zooms()[59]);
        let start = format!("[0:v]scale=8000:-1,zoompan=z='({first:.9}*eq(on,0)+");
        assert!(graph.starts_with(&start), "{graph}");
        assert!(graph.contains(&format!("+{last:.9}*eq(on,59))':x='iw*(")), "{graph}");
        assert!(graph.contains("[layer1][2:v]overlay=320:864:enable='between(n,20,39)'[layer2];"), "{graph}");
        assert!(graph.ends_with("[layer3]fade=in:0:15,fade=out:45:15,format=yuv420p[out]"), "{graph}");
    }
}
