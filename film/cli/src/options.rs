//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use film_vocabulary::{Aspect, Resolution};

/// Films from storyboards: pictures, voice, captions and music, on this machine.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Renders a storyboard to an MP4 file, with SRT and WebVTT captions beside it.
    Render(Render),
}

#[derive(Args)]
pub(crate) struct Render {
    /// The storyboard: a JSON file.
    pub(crate) storyboard: PathBuf,
    /// The film to write.
    #[arg(short, long, default_value = "film.mp4")]
    pub(crate) out: PathBuf,
    /// How large.
    #[arg(short, long, default_value = "1080p")]
    pub(crate) resolution: ResolutionOption,
    /// The frame's shape.
    #[arg(short, long, default_value = "16:9")]
    pub(crate) aspect: AspectOption,
    /// Scenes that are worked on at once; all processors if it is not said.
    #[arg(short, long)]
    pub(crate) jobs: Option<usize>,
    /// Where the set-up has put voices and fonts.
    #[arg(long, env = "DEVOTIONAL_ASSETS", default_value = ".local/assets")]
    pub(crate) assets: PathBuf,
    /// The FFmpeg that encodes.
    #[arg(long, env = "DEVOTIONAL_FFMPEG", default_value = ".local/bin/ffmpeg")]
    pub(crate) ffmpeg: PathBuf,
    /// The program that reads aloud; the one beside this program if it is not said.
    #[arg(long, env = "ESPEAK_PROGRAM")]
    pub(crate) espeak: Option<PathBuf>,
}

/// The values of `--resolution`.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ResolutionOption {
    Draft,
    #[value(name = "720p")]
    P720,
    #[value(name = "1080p")]
    P1080,
    #[value(name = "4k")]
    P2160,
}

impl From<ResolutionOption> for Resolution {
    fn from(option: ResolutionOption) -> Self {
        match option {
            ResolutionOption::Draft => Self::P480,
            ResolutionOption::P720 => Self::P720,
            ResolutionOption::P1080 => Self::P1080,
            ResolutionOption::P2160 => Self::P2160,
        }
    }
}

/// The values of `--aspect`.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum AspectOption {
    #[value(name = "16:9")]
    Landscape,
    #[value(name = "9:16")]
    Portrait,
    #[value(name = "1:1")]
    Square,
}

impl From<AspectOption> for Aspect {
    fn from(option: AspectOption) -> Self {
        match option {
            AspectOption::Landscape => Self::Landscape,
            AspectOption::Portrait => Self::Portrait,
            AspectOption::Square => Self::Square,
        }
    }
}
