//! What the film engine costs and how good it is: `make bench`, or one table with `film-bench clip`.
//!
//! It must not know any cloud, tenants or jobs, and nothing depends on it. `docs/film.md` says what the figures mean.
//!
//! Each table is a module. It prints itself, and gives every figure a plain name in `out/bench.json`; a run of one
//! table leaves the figures of the others as they are.
#![allow(clippy::print_stdout, reason = "tables are printed")]

mod clip;
mod cost;
mod encoder;
mod figures;
mod film;
mod fixtures;
mod frames;
mod jitter;
mod layers;
mod narration;
mod painter;
mod peers;
mod quality;
mod registration;
mod setup;
mod sizes;
mod table;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;
use film_engine::Ffmpeg;

use crate::figures::Figures;
use crate::peers::programs::Programs;
use crate::setup::Setup;

/// A table, and the function that measures and prints it.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Setup, &mut Figures) -> Result<()>,
}

/// The tables of `make bench`, in the order in which they are made.
const BENCHES: &[Bench] = &[
    Bench { name: "frames", about: "frames without an encoder", run: frames::run },
    Bench { name: "jitter", about: "position of what is seen against the camera's path", run: jitter::run },
    Bench { name: "clip", about: "a scene against encoding its frames alone", run: clip::run },
    Bench { name: "sizes", about: "4K and draft", run: sizes::run },
    Bench { name: "painter", about: "pictures of every kind", run: painter::run },
    Bench { name: "narration", about: "speech by voice", run: narration::run },
    Bench { name: "film", about: "a film of three minutes, stage by stage", run: film::run },
];

/// Tables that are made only when they are named.
const ON_DEMAND: &[Bench] = &[
    Bench { name: "encoder", about: "settings of the encoder compared", run: encoder::run },
    Bench { name: "layers", about: "pictures in planes beside flat ones", run: layers::run },
    Bench { name: "peers", about: "a scene by the engine and by what others use", run: peers::run },
    Bench { name: "peak", about: "memory of a 4K clip, in a process of its own", run: sizes::peak },
];

/// Measures the film engine and prints tables.
#[derive(Parser)]
struct Arguments {
    /// The tables to make; all of them if none is named.
    tables: Vec<String>,
    /// Says which tables there are.
    #[arg(long)]
    list: bool,
    /// Seconds of video in each scene that is rendered.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// How often each side of a comparison runs, in turn.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Scenes of the whole film, nine seconds each.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=20))]
    scenes: u32,
    /// The FFmpeg that renders.
    #[arg(long, env = "DEVOTIONAL_FFMPEG", default_value = ".local/bin/ffmpeg")]
    ffmpeg: PathBuf,
    /// An FFmpeg with libvmaf. Without one, what needs it is left out.
    #[arg(long, default_value = ".local/assets/ffmpeg/ffmpeg")]
    vmaf: PathBuf,
    /// The folder with voices and fonts.
    #[arg(long, env = "DEVOTIONAL_ASSETS", default_value = ".local/assets")]
    assets: PathBuf,
    /// The program that reads for the voices; by default the one built beside this.
    #[arg(long)]
    espeak: Option<PathBuf>,
    /// A photograph (JPEG or PNG) on which settings of the encoder are compared too. May be given several times.
    #[arg(long)]
    photograph: Vec<PathBuf>,
    #[command(flatten)]
    peers: Programs,
    /// The file that collects the figures.
    #[arg(long, default_value = "out/bench.json")]
    out: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.list {
        for bench in BENCHES.iter().chain(ON_DEMAND) {
            println!("{:<12} {}", bench.name, bench.about);
        }
        return Ok(());
    }
    let mut wanted: Vec<&Bench> = Vec::new();
    for name in &arguments.tables {
        let known = BENCHES.iter().chain(ON_DEMAND).find(|bench| bench.name == name);
        wanted.push(known.with_context(|| format!("no table is called {name}: see --list"))?);
    }
    if wanted.is_empty() {
        wanted.extend(BENCHES);
    }
    let ffmpeg = Ffmpeg::new(&arguments.ffmpeg);
    let version = ffmpeg.check().context("name another FFmpeg with --ffmpeg")?;
    println!("FFmpeg {}, {}", version.text, figures::machine());
    let vmaf = arguments.vmaf.exists().then_some(arguments.vmaf);
    if vmaf.is_none() {
        println!("VMAF is left out: `make bench` installs an FFmpeg that has it, or name one with --vmaf");
    }
    let scratch = tempfile::tempdir()?;
    let beside = std::env::current_exe()?.with_file_name("espeak-pipe");
    let setup = Setup {
        ffmpeg,
        vmaf,
        assets: arguments.assets,
        espeak: arguments.espeak.unwrap_or(beside),
        seconds: arguments.seconds,
        rounds: arguments.rounds,
        photographs: arguments.photograph,
        peers: arguments.peers,
        scenes: arguments.scenes,
        scratch,
    };
    let mut figures = Figures::open(&arguments.out)?;
    for bench in wanted {
        (bench.run)(&setup, &mut figures).with_context(|| format!("table {}", bench.name))?;
        figures.save()?;
    }
    Ok(())
}
