//! What was pasted, what was found in it, and the text that a project would get.
//!
//! ```text
//! source ─► format ─► words and other things, in order ─► choices ─► text
//! ```
//!
//! People paste scripture from web sites, from files of translators (USFM, USX, OSIS), from chats, word processors and
//! subtitles. [`import`] says what such a text is, takes it apart, and gives the text as it would be locked: words are
//! never changed, dropped or moved; only what a choice names is left out. Each verse is a line, and a blank line stands
//! between paragraphs and stanzas, which is how `storyboard` divides a text into scenes. Plain text stays plain.
//!
//! Everything here is a pure function of its arguments, and takes time in proportion to the length of the text. The
//! crate must not know projects, scenes, the cloud or a database.
//!
//! ```
//! use imports::{Choices, Format, Kind, Options, Treatment, import};
//!
//! let source = r"\c 1 \p \v 1 In the beginning was the Word,\f + \fr 1:1 \ft Or Logos\f* and …";
//! let found = import(source, &Options::default())?;
//! assert_eq!(found.format, Format::Usfm);
//! assert_eq!(found.text, "¹ In the beginning was the Word, and …");
//! assert_eq!(found.found.iter().filter(|one| one.kind == Kind::Note).count(), 1);
//!
//! // Another choice gives another text.
//! let choices = Choices::from([(Kind::VerseNumber, Treatment::LeaveOut)]);
//! let text = import(source, &Options { choices, ..Options::default() })?.text;
//! assert_eq!(text, "In the beginning was the Word, and …");
//! # Ok::<(), imports::ImportError>(())
//! ```

mod detection;
mod document;
mod error;
mod formats;
mod import;
mod kind;
mod pattern;
mod scan;
mod source;
mod title;

pub use film_reading::Treatment;

pub use error::ImportError;
pub use import::{Found, Import, Options, Part, import};
pub use kind::{Choices, Format, Kind};
