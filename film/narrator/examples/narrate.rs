//! Speaks a text into a WAV file and prints when each word is heard.
//!
//! ```text
//! cargo run -p film-narrator --example narrate -- <assets> <espeak-pipe> <language> <voice or -> <out.wav> <text> [<threads>]
//! ```

// An example prints.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use film_narrator::{EmbeddedNarrator, EmbeddedSettings, SAMPLE_RATE, Script};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [assets, program, language, voice, out, text, threads @ ..] = arguments.as_slice() else {
        return Err(
            "usage: narrate <assets> <espeak-pipe> <language> <voice or -> <out.wav> <text> [<threads>]"
                .into(),
        );
    };
    let mut settings = EmbeddedSettings::new(Path::new(assets), Path::new(program));
    if let Some(threads) = threads.first() {
        settings.threads = threads.parse()?;
    }
    let narrator = EmbeddedNarrator::with(settings)?;
    let voice = Some(voice.clone()).filter(|voice| voice != "-");
    let script = Script { text: text.clone(), language: language.clone(), voice, pace: 1.0 };
    let started = Instant::now();
    let speech = narrator.speak(&script)?;
    let seconds = speech.samples.len() as f64 / f64::from(SAMPLE_RATE);
    println!(
        "{} degraded={} {seconds:.2} s of speech in {:.2} s",
        speech.provider,
        speech.degraded,
        started.elapsed().as_secs_f64()
    );
    for word in &speech.words {
        println!("{:>6}–{:<6} {}", word.start_ms, word.end_ms, &text[word.span.clone()]);
    }
    let format = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(out, format)?;
    for sample in &speech.samples {
        file.write_sample((sample * f32::from(i16::MAX)) as i16)?;
    }
    file.finalize()?;
    Ok(())
}
