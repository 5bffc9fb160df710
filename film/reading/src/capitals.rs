//! Lines in capitals. A voice spells short words that are all capitals (`IT`, `US`), so a run of them gets small letters.

use std::ops::Range;

use crate::characters::{is_cased, words};
use crate::numerals::roman;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite};

/// Words with this many letters show that a run is text and not a row of abbreviations.
const LONG: usize = 4;

/// Runs of two words or more in capitals, in small letters. `I` stays, and so does what has no vowel: `KJV`.
pub(crate) fn rewrites(text: &str, _: &Options) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut run: Vec<Range<usize>> = Vec::new();
    for word in words(text) {
        let capitals = is_capitals(&text[word.clone()]);
        let joined = run.last().is_some_and(|last: &Range<usize>| !text[last.end..word.start].contains('\n'));
        if capitals && (run.is_empty() || joined) {
            run.push(word);
            continue;
        }
        flush(text, &mut run, &mut found);
        if capitals {
            run.push(word);
        }
    }
    flush(text, &mut run, &mut found);
    found
}

fn flush(text: &str, run: &mut Vec<Range<usize>>, found: &mut Vec<Rewrite>) {
    let words = std::mem::take(run);
    let long = words.iter().filter(|word| letters(&text[(*word).clone()]) >= LONG).count();
    if words.len() < 2 || long == 0 || (words.len() == 2 && long == 1 && words.iter().any(|word| !has_vowel(&text[word.clone()]))) {
        return;
    }
    for word in words {
        let written = &text[word.clone()];
        // Longer words are read as words anyway; only short ones are spelled.
        let short = (2..=LONG).contains(&letters(written)) && has_vowel(written);
        if short && roman::value(written).is_none() {
            found.push(Rewrite::text(word, written.to_lowercase(), Kind::LetterForm));
        }
    }
}

fn is_capitals(word: &str) -> bool {
    word.chars().any(is_cased) && !word.chars().any(char::is_lowercase) && !word.chars().any(char::is_numeric)
}

fn letters(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphabetic()).count()
}

fn has_vowel(word: &str) -> bool {
    word.chars().any(|c| "AEIOUYÀÁÂÃÄÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜАЕЁИОУЫЭЮЯΑΕΗΙΟΥΩ".contains(c))
}
