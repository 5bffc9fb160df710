//! `film render storyboard.json -o out.mp4`: the film engine as a command.
//!
//! It reads a storyboard file, makes all scenes in parallel, and writes the film with SRT and WebVTT captions. It is the
//! only program here that knows the storyboard file's format (`storyboard.rs`); it must not know any cloud, tenants or
//! jobs. An example of a storyboard stands in `film/README.md`; `tests/render.rs` runs the command as a user does.

mod error;
mod options;
mod parallel;
mod progress;
mod render;
mod scene;
mod storyboard;

use std::process::ExitCode;

use clap::Parser as _;

use crate::options::{Command, Options};

fn main() -> ExitCode {
    let Command::Render(options) = Options::parse().command;
    match render::render(&options) {
        Ok(made) => {
            eprintln!("{} ({}) and its captions beside it", options.out.display(), made);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("help:  {hint}");
            }
            ExitCode::FAILURE
        }
    }
}
