//! Compares the engine with other programs that make videos, in one run.
//!
//! All make the same scene: the picture that is painted here, the camera's zoom of every frame, the captions' bitmaps.
//! Of others everything counts that they start, from the first instruction of Python or Node.js to the end of the last
//! process of a browser; only Remotion's site is built beforehand. Whatever is not installed is left out.

mod measure;
mod process;
pub(crate) mod programs;
mod scene;
mod tools;

use std::cell::Cell;
use std::path::{Path, PathBuf};

use anyhow::Result;
use film_engine::encoder::Settings;

use crate::cost::{self, Cost, Side};
use crate::figures::Figures;
use crate::peers::measure::{ComparedRegion, Similarity};
use crate::peers::programs::Programs;
use crate::peers::scene::Scene;
use crate::peers::tools::{Encoding, Tool};
use crate::registration::Matrix;
use crate::setup::Setup;
use crate::table;

/// Frames of the scene on which it is tried whether a tool runs: more than the two fades.
const TRIAL: u32 = 45;

const TITLE: &str =
    "The same scene by others, 1080p30: costs at each one's own settings, not at equal quality";

const NOTE: &str = "\
VMAF and jitter are against the picture resampled in double precision, on the frames between the fades, above the
captions. The memory of this engine is the bench's with it.";

/// Renders the scene into a file, and gives the most memory that was had at once, in bytes.
type Make<'a> = Box<dyn Fn(&Path) -> Result<u64> + 'a>;

/// One way of making the scene: a program with its encoder settings.
struct Method<'a> {
    /// Part of the names of its figures.
    name: String,
    title: String,
    basis: String,
    /// The matrix of its luma.
    matrix: Matrix,
    /// The part of its cost that is counted, in seconds.
    counted: fn(Cost) -> f64,
    make: Make<'a>,
    film: PathBuf,
    /// The most memory of any round.
    peak: Cell<u64>,
}

impl Method<'_> {
    fn run(&self) -> Result<()> {
        self.peak.set(self.peak.get().max((self.make)(&self.film)?));
        Ok(())
    }
}

/// The measurements of a method.
struct Measured {
    /// CPU seconds a second of video.
    cpu: f64,
    /// How many times ours that is.
    over_ours: f64,
    peak_mb: f64,
    similarity: Similarity,
    megabits: f64,
}

impl Measured {
    const HEAD: [&str; 8] =
        ["method", "x264", "CPU s per video s", "× ours", "peak MB", "VMAF", "jitter px", "Mbit/s"];

    fn cells(&self) -> [String; 6] {
        let Similarity { vmaf, jitter } = self.similarity;
        let vmaf = vmaf.map_or_else(|| "–".to_owned(), |vmaf| format!("{vmaf:.2}"));
        let [cpu, megabits] = [self.cpu, self.megabits].map(|value| format!("{value:.3}"));
        let (over, peak) = (format!("{:.2}", self.over_ours), format!("{:.0}", self.peak_mb));
        [cpu, over, peak, vmaf, format!("{jitter:.4}"), megabits]
    }

    fn keep(&self, method: &str, figures: &mut Figures) {
        let mut set = |what: &str, value| figures.set(&format!("peer_{method}_{what}"), value);
        set("cpu_per_video_s", self.cpu);
        set("over_ours", self.over_ours);
        set("peak_mb", self.peak_mb);
        set("jitter_px_rms", self.similarity.jitter);
        set("mbit_per_s", self.megabits);
        if let Some(vmaf) = self.similarity.vmaf {
            set("vmaf", vmaf);
        }
    }
}

/// `peer_<method>_cpu_per_video_s`, `_over_ours`, `_peak_mb`, `_vmaf`, `_jitter_px_rms` and `_mbit_per_s`.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let scene = Scene::new(setup.scratch().join("scene"), setup.seconds * scene::RATE.fps())?;
    let part = ComparedRegion::of(&scene)?;
    let tools = runnable(setup, &scene)?;
    let mut methods = vec![ours(setup, &scene)];
    for tool in &tools {
        methods.extend(tool.encodings.map(|encoding| theirs(setup, &scene, tool, encoding)));
    }
    let mut sides: Vec<_> = methods.iter().map(|method| || method.run()).collect();
    let sides = sides.iter_mut().map(|side| side as Side<'_>).collect();
    let costs = cost::interleaved_all(setup.rounds, sides)?;

    let ideal = |matrix: Matrix| setup.scratch().join(format!("{matrix:?}.yuv"));
    for matrix in [Matrix::Bt709, Matrix::Bt601] {
        part.draw_ideal(matrix, &ideal(matrix))?;
    }
    let (mut rows, mut ours) = (Vec::new(), None);
    for (method, cost) in methods.iter().zip(costs) {
        let cpu = (method.counted)(cost) / f64::from(setup.seconds);
        let found = Measured {
            cpu,
            over_ours: cpu / *ours.get_or_insert(cpu),
            peak_mb: method.peak.get() as f64 / 1e6,
            similarity: part.compare(setup, &method.film, method.matrix, &ideal(method.matrix))?,
            megabits: std::fs::metadata(&method.film)?.len() as f64 * 8e-6 / f64::from(setup.seconds),
        };
        found.keep(&method.name, figures);
        rows.push([vec![method.title.clone(), method.basis.clone()], found.cells().to_vec()].concat());
    }
    table::print(TITLE, &Measured::HEAD, &rows);
    println!("{NOTE}");
    Ok(())
}

/// The tools that are there and make a short scene. The others are named, with the reason.
fn runnable(setup: &Setup, scene: &Scene) -> Result<Vec<Tool>> {
    let scratch = setup.scratch();
    let Programs { moviepy, remotion, chromium } = &setup.peers;
    let trial = Scene::new(scratch.join("trial"), TRIAL)?;
    let tools = [
        ("MoviePy", tools::moviepy(moviepy, scratch)),
        ("FFmpeg's zoompan", tools::zoompan(&setup.ffmpeg, scratch)),
        ("Remotion", tools::remotion(remotion, chromium, scene, scratch)),
    ];
    let mut runnable = Vec::new();
    for (name, tool) in tools {
        let tried = tool.and_then(|tool| {
            (tool.make)(&trial, tool.encodings[1], &scratch.join("trial.mp4"))?;
            Ok(tool)
        });
        match tried {
            Ok(tool) => runnable.push(tool),
            Err(error) => println!("{name} is left out (`make bench-peers` installs what it can): {error:#}"),
        }
    }
    Ok(runnable)
}

fn ours<'a>(setup: &'a Setup, scene: &'a Scene) -> Method<'a> {
    let Settings { preset, quality, .. } = Settings::of(scene.format.resolution);
    Method {
        name: "ours".into(),
        title: "this engine".into(),
        basis: format!("{preset}, tuned, {quality}"),
        matrix: Matrix::Bt709,
        counted: Cost::cpu,
        make: Box::new(|film| scene.render(&setup.ffmpeg, film)),
        film: setup.scratch().join("ours.mp4"),
        peak: Cell::new(0),
    }
}

fn theirs<'a>(setup: &Setup, scene: &'a Scene, tool: &'a Tool, encoding: Encoding) -> Method<'a> {
    let name = format!("{}_{}", tool.name, encoding.name);
    Method {
        film: setup.scratch().join(&name).with_extension("mp4"),
        name,
        title: tool.title.clone(),
        basis: encoding.basis.into(),
        matrix: Matrix::Bt601,
        // This process only waits, and looks at their memory.
        counted: |cost| cost.children,
        make: Box::new(move |film| (tool.make)(scene, encoding, film)),
        peak: Cell::new(0),
    }
}
