//! From a text to a storyboard: verses, scenes, and what each scene's picture shows.
//!
//! ```text
//! template + values ─► text ─► check ─► verses ─► scenes ─► keywords, picture, mood ─► prompt
//! ```
//!
//! Everything here is a pure function of its arguments. The crate must not depend on the cloud, on a database or on
//! the film engine, apart from the types in `film-vocabulary`; projects, jobs and steps live in `studio`.
//!
//! The text itself is never changed: scenes are byte ranges into it, and an edit that drops, adds, changes or moves a
//! word is refused ([`ScriptureChanged`]).
//!
//! ```
//! use film_vocabulary::Tradition;
//! use storyboard::{About, Storyboard, lexicon};
//!
//! let text = "The LORD is my shepherd; I shall not want.\n\nHe leadeth me beside the still waters.";
//! let tradition = lexicon::tradition(text, "en");
//! let storyboard = Storyboard::compose(text, &About { title: "Psalm 23", language: "en", tradition })?;
//! assert!(storyboard.scenes[0].keywords.contains(&"shepherd".to_owned()));
//! assert_eq!(storyboard.verify(text), Ok(()));
//! # Ok::<(), storyboard::TextError>(())
//! ```

pub mod lexicon;
pub mod segmentation;
pub mod templates;

mod fit;
mod storyboard;
mod text;

pub use fit::{Fit, Focus};
pub use storyboard::{
    About, Description, Keyword, LONGEST_PAUSE_MS, MOST_KEYWORDS, Prompt, Scene, SceneEdit, ScriptureChanged,
    Storyboard, UploadId, Verse,
};
pub use text::{LONGEST_FILM_MIN, LONGEST_TEXT, TextError, check, title_of};
