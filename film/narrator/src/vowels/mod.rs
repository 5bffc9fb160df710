//! Vowels for Arabic and Hebrew that are written without them, by a small model for each language.
//!
//! espeak-ng reads an unpointed word as its consonants alone: בראשית is "vrʔʃit". The models were trained on the modern
//! languages, so what they give is a draft, in scripture above all: the first word of *hear, O Israel* comes out as
//! *he heard*. A word that has a point of its own is therefore never touched, and is only seen by the model as context
//! of the words beside it. Cost on one thread: 2–8 CPU ms a verse for Arabic, 30–90 for Hebrew.

mod arabic;
mod diacritizer;
mod hebrew;
mod pointed;
mod scripture;

use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use film_reading::Unvowelled;

use crate::assets::Assets;
use crate::espeak::protocol::TIE;
use crate::sentences;

use diacritizer::{Diacritizer, Place};
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
