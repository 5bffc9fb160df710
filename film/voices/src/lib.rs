//! The catalogue of languages and voices: how each language is called and written, which embedded voices speak it, how
//! well, and what can be done for a language that none speaks.
//!
//! It holds data, look-ups, and a guess which language a text is in ([`mismatch`]). `film-narrator` speaks with these voices, the service tells its users of them. It
//! depends on no other crate of this workspace and knows no model and no tenant.
//!
//! ```
//! use film_voices::{Quality, find, languages};
//!
//! let korean = find("ko-KR").unwrap();
//! assert_eq!((korean.own_name, korean.script, korean.quality()), ("한국어", "Kore", Quality::Draft));
//! let yoruba = find("yo").unwrap();
//! assert_eq!((yoruba.quality(), yoruba.neighbour().map(|language| language.tag)), (Quality::None, Some("sw")));
//! assert!(languages().iter().any(|language| language.tag == "syc"));
//! ```
//!
//! # To add a language's voice
//!
//! Most languages need one line, because Kokoro's voices can be given any phonemes:
//!
//! 1. **Catalogue** (`table.rs`): a row with the language's tag, names, script, and who speaks it: `kokoro` with
//!    espeak-ng's voice (its rules) and the voices of the language whose sounds are nearest, as `Draft` unless they were
//!    trained on the language; `espeak` for a language that only espeak-ng can speak; `nobody` with the neighbour whose
//!    reader can stand in. Tags that mean the same go into `find.rs`, a new script into `script.rs`.
//! 2. **Voice file**, only for a voice that no language uses yet: add its `kokoro/voices/<name>.bin` to
//!    `infra/assets/voices.json` with licence, SHA-256 and package, run `make setup`, and name it in a constant such as
//!    `HINDI`. The file holds 256 `f32` for each count of tokens (`kokoro.rs` of `film-narrator`).
//! 3. **Sounds** (`phonemes.rs` of `film-narrator`): if espeak-ng writes a sound that Kokoro's alphabet lacks, add the
//!    nearest one to `SUBSTITUTES`. A language whose IPA leaves something out needs a table of its own, as Mandarin has
//!    in `mandarin.rs`.
//! 4. **Text** (`sentences.rs`, `marks.rs` there; `film-reading`): abbreviations after which a full stop ends no
//!    sentence, the marks that end a sentence or a verse, the letters that the reader knows.
//! 5. **Tests**: the tests of this crate hold that each language stands once; those of `film-narrator` that every voice
//!    exists in the assets and that every language speaks its own name. Listen, after `make build`, which builds
//!    `espeak-pipe`:
//!    `cargo run -p film-narrator --example narrate -- .local/assets target/debug/espeak-pipe <tag> - out.wav <text>`.
//!
//! Another engine than these three is a variant of [`Provider`] with a file beside `kokoro.rs` of `film-narrator`; a
//! remote one belongs into `shared/providers`.

mod choice;
mod find;
mod language;
mod script;
mod table;
mod voice;
mod written_in;

pub use choice::{NO_VOICE, chosen, read_in, reader};
pub use find::{find, languages};
pub use language::Language;
pub use script::{Direction, direction, font};
pub use voice::{Gender, Provider, Quality, Voice};
pub use written_in::{Mismatch, mismatch};
