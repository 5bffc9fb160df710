//! A film from a text, through the API of the local stack: sign-in, project, quote, render, download.

mod error;
mod film;
mod options;
mod output_files;
mod progress;
mod source_text;
mod summary;
mod units;

use std::process::ExitCode;

use clap::Parser as _;

use crate::options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match film::make(&options, &mut std::io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}
