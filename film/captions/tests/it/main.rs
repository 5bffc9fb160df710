//! What captions promise, seen from outside. Needs the fonts: `make setup`.

#![allow(clippy::unwrap_used, reason = "what a test does not expect must fail it")]

mod any_text;
mod assets;
mod coverage;
mod cutting;
mod drawing;
mod files;
mod golden;
mod script_samples;
mod scripts;

use film_captions::Fonts;
