//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use film_engine::{Aspect, Tier};

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
    pub(crate) resolution: Resolution,
    /// The frame's shape.
    #[arg(short, long, default_value = "16:9")]
    pub(crate) aspect: Shape,
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

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Resolution {
    Draft,
    #[value(name = "720p")]
    P720,
    #[value(name = "1080p")]
    P1080,
    #[value(name = "4k")]
    P2160,
}

impl Resolution {
    pub(crate) fn tier(self) -> Tier {
        match self {
            Self::Draft => Tier::Draft,
            Self::P720 => Tier::Hd720,
            Self::P1080 => Tier::Hd1080,
            Self::P2160 => Tier::Uhd4k,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Shape {
    #[value(name = "16:9")]
    Wide,
    #[value(name = "9:16")]
    Tall,
    #[value(name = "1:1")]
    Square,
}

impl Shape {
    pub(crate) fn aspect(self) -> Aspect {
        match self {
            Self::Wide => Aspect::Wide,
            Self::Tall => Aspect::Tall,
            Self::Square => Aspect::Square,
        }
    }
}
