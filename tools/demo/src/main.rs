//! The demo: makes a film from a text, through the API of the local stack. It signs in, creates a project, shows its
//! quote, starts the render, follows its progress, and downloads the film with its captions, thumbnail and receipt.
//!
//! It uses the API as any client does, through the `client` crate alone, and must not depend on a crate of the product.
//! `make demo` runs it; `tests/journeys/tests/it/demo.rs` is an example of each option:
//!
//! ```text
//! demo --lang hi --aspect 9:16 --resolution 480p --out out
//! ```

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
