//! Prints what the shipped fonts cover, one range of code points a line: the content of
//! `film/vocabulary/src/coverage.txt`.
//!
//! `cargo run -p film-captions --example coverage -- .local/assets > film/vocabulary/src/coverage.txt`

use std::io::Write as _;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args_os().nth(1).map(PathBuf::from).ok_or("usage: coverage ASSETS_ROOT")?;
    let mut out = std::io::stdout().lock();
    for range in film_captions::Fonts::load(&root)?.coverage()? {
        writeln!(out, "{:04X}-{:04X}", u32::from(*range.start()), u32::from(*range.end()))?;
    }
    Ok(())
}
