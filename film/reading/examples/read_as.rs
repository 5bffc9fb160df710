//! Shows how a text is read: `cargo run -p film-reading --example read_as -- LANGUAGE [FILE]`.
//!
//! The first lines are what is said. Below a rule stands what is said otherwise than written (`written → said [kind]`),
//! then what captions leave out, and what no reader can read. Without a file the text comes from the standard input.
#![allow(clippy::print_stdout, reason = "it prints for people")]

use std::io::Read;

use film_reading::{Options, Shown, read};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let language = arguments.next().unwrap_or_else(|| "en".to_owned());
    let text = match arguments.next() {
        Some(file) => std::fs::read_to_string(file)?,
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
    };
    let reading = read(&text, &Options::new(language));
    println!("{}\n{}", reading.spoken(), "-".repeat(40));
    for one in reading.read_as(&text) {
        let said = one.spoken.as_deref().unwrap_or("(silent)");
        let language = one.language.map(|language| format!(" ({language})")).unwrap_or_default();
        println!("{:?} → {said}{language} [{:?}]", one.written, one.kind);
    }
    let shown = Shown::new(&text, &reading.hidden, &reading.sung()).text;
    if shown != text {
        println!("{}\nCaptions: {shown}", "-".repeat(40));
    }
    for one in &reading.unread {
        println!("No reader for {:?} ({})", &text[one.written.clone()], one.script);
    }
    Ok(())
}
