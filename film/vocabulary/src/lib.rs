//! The words that the film engine and its callers share: [`Tradition`], [`Aspect`], [`Resolution`], the characters
//! that the fonts can draw ([`coverage`]), the marks that divide texts ([`punctuation`]), and what a line of free text
//! ([`Line`]), the tag of a language ([`LanguageTag`]) and the name of a file ([`FileName`]) may be.
//!
//! Both the engine (`film/*`) and the service that sells films (`shared/storyboard`, `shared/studio`) depend on
//! this crate, so that a value goes from an HTTP request to the encoder without being translated. It depends on
//! no other crate of this workspace, and knows neither how a film is made nor who pays for it.
//!
//! The serialised names are part of the HTTP API, of stored projects and of the hashes that name artefacts:
//! they never change.
//!
//! ```
//! use film_vocabulary::{Aspect, FileName, Line, Resolution, Tradition, coverage};
//!
//! assert_eq!(Aspect::Portrait.frame(Resolution::P1080), (1080, 1920));
//! assert_eq!(serde_json::to_value(Aspect::Portrait).unwrap(), "9:16");
//! assert!(Tradition::Islamic.is_aniconic());
//! assert!(coverage::contains('ॐ') && !coverage::contains('𓀀'));
//! assert!(Line::<120>::parse("invoice\u{202e}4pm").is_err());
//! assert_eq!(FileName::new("Psalm 23:1", "mp4").to_string(), "Psalm 23-1.mp4");
//! ```

pub mod coverage;
mod file_name;
mod language_tag;
pub mod line;
pub mod punctuation;
mod tradition;
mod video_format;

pub use file_name::FileName;
pub use language_tag::{InvalidLanguageTag, LanguageTag};
pub use line::{Line, LineError};
pub use tradition::Tradition;
pub use video_format::{Aspect, Resolution};
