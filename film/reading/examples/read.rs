//! Shows how a text is read: `cargo run -p film-reading --example read -- LANGUAGE < TEXT`, one text a line, and for
//! each a line of JSON with its segments, rewrites, repetitions and what no reader reads.

use std::io::{BufRead, Write};

use film_reading::{Options, read};

fn main() -> std::io::Result<()> {
    let language = std::env::args().nth(1).unwrap_or_else(|| "en".to_owned());
    let options = Options::new(language);
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        // Line breaks within a text are written as `\n`.
        let reading = read(&line?.replace("\\n", "\n"), &options);
        serde_json::to_writer(&mut out, &reading)?;
        writeln!(out)?;
    }
    Ok(())
}
