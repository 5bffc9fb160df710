//! How the texts of a project are read: the one place for plans, quotes, storyboards and previews, so that what a
//! storyboard shows is what a film says.

use film_reading::{LexiconEntry, Options, Reading, ReadingChoices};
use film_voices::NO_VOICE;

use crate::lexicon::Lexicon;
use crate::project::Style;

/// Reads the scenes of a project.
#[derive(Clone, Debug)]
pub struct Reader {
    language: String,
    voice: Option<String>,
    options: Options,
}

impl Reader {
    /// The reader of a project: of its language (that of a neighbour whose voice speaks it) and its choices, with its
    /// own lexicon before the account's.
    #[must_use]
    pub fn new(style: &Style, own: &[LexiconEntry], account: &Lexicon) -> Self {
        Self::with(&style.language, style.voice.as_deref(), style.reading, own, account)
    }

    /// The reader of a text that is no project yet.
    #[must_use]
    pub fn with(
        language: &str,
        voice: Option<&str>,
        choices: ReadingChoices,
        own: &[LexiconEntry],
        account: &Lexicon,
    ) -> Self {
        let lexicon = own.iter().cloned().chain(account.for_language(language)).collect();
        let options = Options::with(film_voices::read_in(language, voice), choices, lexicon);
        Self { language: language.to_owned(), voice: voice.map(str::to_owned), options }
    }

    /// What is said and shown of a scene's text. Cost: at most 2 ms of CPU for a scene.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        film_reading::read(text, &self.options)
    }

    /// The first words of a scene that a film with a voice is refused for: those of the text's own script that no voice
    /// reads, without which what is said would make no sense. None where no voice is wanted.
    #[must_use]
    pub fn unread<'a>(&self, text: &'a str, reading: &Reading) -> Option<&'a str> {
        let run = reading.unread.iter().find(|run| run.own_script && !self.is_silent())?;
        Some(text.get(run.written.clone()).unwrap_or_default())
    }

    /// True if no voice is wanted.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.voice() == Some(NO_VOICE)
    }

    /// The language of the text.
    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    /// The voice that is wanted; none for the language's default.
    pub(crate) fn voice(&self) -> Option<&str> {
        self.voice.as_deref()
    }
}
