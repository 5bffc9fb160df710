//! The words that the film engine and its callers share: [`Tradition`], [`Aspect`], [`Resolution`] and the
//! characters that the shipped fonts can draw ([`coverage`]).
//!
//! Both the engine (`film/*`) and the service that sells films (`shared/storyboard`, `shared/studio`) depend on
//! this crate, so that a value goes from an HTTP request to the encoder without being translated. It depends on
//! no other crate of this workspace, and knows neither how a film is made nor who pays for it.
//!
//! The serialised names are part of the HTTP API, of stored projects and of the hashes that name artefacts:
//! they never change.
//!
//! ```
//! use film_vocabulary::{Aspect, Resolution, Tradition, coverage};
//!
//! assert_eq!(Aspect::Portrait.frame(Resolution::P1080), (1080, 1920));
//! assert_eq!(serde_json::to_value(Aspect::Portrait).unwrap(), "9:16");
//! assert!(Tradition::Islamic.is_aniconic());
//! assert!(coverage::contains('ॐ') && !coverage::contains('𓀀'));
//! ```

pub mod coverage;
mod tradition;
mod video_format;

pub use tradition::Tradition;
pub use video_format::{Aspect, Resolution};
