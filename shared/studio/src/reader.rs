//! How the texts of a project are read: the one place for plans, quotes and storyboards, so that what a storyboard shows
//! is what a film says.

use film_reading::{LexiconEntry, Options, Reading};

use crate::lexicon::Lexicon;
use crate::project::Style;

/// Reads the scenes of a project.
#[derive(Clone, Debug)]
pub struct Reader {
    options: Options,
}

impl Reader {
    /// The reader of a project: of its language (that of a neighbour whose voice speaks it) and its choices, with its own lexicon before the account's.
    #[must_use]
    pub fn new(style: &Style, own: &[LexiconEntry], account: &Lexicon) -> Self {
        let lexicon = own.iter().cloned().chain(account.for_language(&style.language)).collect();
        let language = film_voices::read_in(&style.language, style.voice.as_deref());
        Self { options: Options::with(language, style.reading, lexicon) }
    }

    /// What is said and shown of a scene's text. Cost: at most 2 ms of CPU for a scene.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        film_reading::read(text, &self.options)
    }
}
