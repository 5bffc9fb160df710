//! Vowels for Arabic and Hebrew that are written without them, by a small model for each language.
//!
//! espeak-ng reads an unpointed word as its consonants alone: בראשית is "vrʔʃit". The models were trained on the modern
//! languages, so what they give is a draft, in scripture above all: the first word of *hear, O Israel* comes out as
//! *he heard*. A word that has a point of its own is therefore never touched, and is only seen by the model as context
//! of the words beside it. Cost on one thread: 2–8 CPU ms a verse for Arabic, 30–90 for Hebrew.

mod arabic;
mod hebrew;
mod pointed;
mod scripture;

use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use film_reading::Unvowelled;

use crate::assets::Assets;
use crate::espeak::protocol::TIE;
use crate::sentences;

pub(crate) use pointed::Pointed;

/// The name of these models in errors.
pub(crate) const PROVIDER: &str = "vowels";

/// What espeak-ng's voices for Arabic and Hebrew say before the name of a letter or sign: "Hebrew", "Arabic", "letter".
const NAMES: &[&str] = &["hiːbɹuː", "æɹəbɪk", "letə"];

/// True if a word was spelled out: its phonemes, in IPA, name a letter or a sign.
pub(crate) fn is_spelled(phonemes: &str) -> bool {
    let plain: String = phonemes.chars().filter(|c| !matches!(*c, 'ˈ' | 'ˌ' | TIE)).collect();
    NAMES.iter().any(|name| plain.contains(name))
}

/// The models, each opened when it is first needed. One that could not be opened is not tried again by this process.
#[derive(Default)]
pub(crate) struct Vowels {
    arabic: OnceLock<Result<Mutex<arabic::Model>, String>>,
    hebrew: OnceLock<Result<Mutex<hebrew::Model>, String>>,
}

/// Gives each letter of a sentence its marks.
trait Diacritizer {
    /// The marks of each of the sentence's letters, by the byte at which the letter stands, in order.
    fn marks(&mut self, sentence: &str) -> Result<Vec<(usize, &str)>, String>;

    /// A word with the model's marks, corrected by its place where the model or the voice is known to be wrong.
    fn corrected(&self, word: String, place: &Place<'_>) -> String;
}

/// Where a word stands.
struct Place<'a> {
    /// What stands before it and behind it, up to the next space.
    beside: [&'a str; 2],
    /// True if the reader pauses behind it.
    pauses: bool,
}

impl<'a> Place<'a> {
    fn of(word: &Range<usize>, text: &'a str) -> Self {
        let (before, behind) = (&text[..word.start], &text[word.end..]);
        let rest = behind.trim_start_matches([')', ']', '»', '”', '"']);
        let ends = rest.starts_with(['.', '،', '؛', '؟', '!', ':', ',', ';', '…', '\n']);
        Self {
            beside: [before.split_whitespace().next_back(), behind.split_whitespace().next()]
                .map(Option::unwrap_or_default),
            pauses: ends || rest.trim().is_empty(),
        }
    }
}

impl Vowels {
    /// The text with vowels on the words that have no point, written as espeak-ng reads it. A text in which nothing
    /// lacks vowels comes back as it is, and no model is opened.
    ///
    /// # Errors
    /// A message that names the model, if it cannot be opened or does not run.
    pub(crate) fn point(
        &self,
        assets: &Assets,
        threads: usize,
        language: &str,
        text: &str,
    ) -> Result<Pointed, String> {
        let Some(script) = Unvowelled::of(language) else { return Ok(Pointed::unchanged(text)) };
        let words = script.words(text);
        if words.is_empty() {
            return Ok(Pointed::unchanged(text));
        }
        match script {
            Unvowelled::Arabic => {
                let model = self.arabic.get_or_init(|| arabic::Model::open(assets, threads).map(Mutex::new));
                point(script, locked(model)?, text, &words)
            }
            Unvowelled::Hebrew => {
                let model = self.hebrew.get_or_init(|| hebrew::Model::open(assets, threads).map(Mutex::new));
                point(script, locked(model)?, text, &words)
            }
        }
    }
}

fn locked<M>(model: &Result<Mutex<M>, String>) -> Result<std::sync::MutexGuard<'_, M>, String> {
    model.as_ref().map_err(Clone::clone).map(|model| model.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Points the given words of a text, sentence by sentence.
fn point(
    script: Unvowelled,
    mut model: impl std::ops::DerefMut<Target: Diacritizer>,
    text: &str,
    words: &[Range<usize>],
) -> Result<Pointed, String> {
    let mut edits = Vec::with_capacity(words.len());
    for sentence in sentences::split(text) {
        let span = sentence.span;
        let inside = |word: &&Range<usize>| word.start >= span.start && word.end <= span.end;
        let mut wanted = words.iter().filter(inside).peekable();
        if wanted.peek().is_none() {
            continue;
        }
        let marks: Vec<(usize, String)> =
            model.marks(&text[span.clone()])?.into_iter().map(|(at, marks)| (at, marks.to_owned())).collect();
        for word in wanted {
            let mut pointed = String::with_capacity(word.len() * 2);
            for (at, letter) in text[word.clone()].char_indices() {
                pointed.push(letter);
                let at = word.start - span.start + at;
                if let Ok(found) = marks.binary_search_by_key(&at, |(at, _)| *at) {
                    pointed.push_str(&marks[found].1);
                }
            }
            if pointed != text[word.clone()] {
                let corrected = model.corrected(pointed, &Place::of(word, text));
                edits.push((word.clone(), script.spell(&corrected)));
            }
        }
    }
    Ok(Pointed::new(text, edits))
}
