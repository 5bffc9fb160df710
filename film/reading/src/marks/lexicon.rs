//! Words that the options say how to read.

use crate::options::{LexiconEntry, Options};
use crate::rewrite::{Kind, Rewrite};
use crate::script::is_word;

pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let entries: Vec<(&LexiconEntry, Vec<char>)> = (options.lexicon.iter())
        .map(|entry| (entry, folded(entry.written.trim()).collect()))
        .filter(|(_, letters): &(_, Vec<char>)| !letters.is_empty())
        .collect();
    if entries.is_empty() {
        return found;
    }
    let (mut before, mut end) = (None, 0);
    for (at, c) in text.char_indices() {
        if at >= end && !(before.is_some_and(is_word) && is_word(c)) {
            let entry = entries
                .iter()
                .find_map(|(entry, letters)| Some((*entry, at + matched(&text[at..], letters)?)));
            if let Some((entry, to)) = entry {
                found.push(Rewrite::text(at..to, entry.spoken.clone(), Kind::Lexicon));
                end = to;
            }
        }
        before = Some(c);
    }
    found
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The length in bytes of the words at the start of the text, if they are those of an entry.
fn matched(text: &str, letters: &[char]) -> Option<usize> {
    let mut wanted = letters.iter();
    let mut characters = text.char_indices();
    while !wanted.as_slice().is_empty() {
        let (_, c) = characters.next()?;
        for lower in c.to_lowercase() {
            if wanted.next() != Some(&lower) {
                return None;
            }
        }
    }
    let rest = characters.as_str();
    let ends = !rest.chars().next().is_some_and(is_word) || !letters.last().copied().is_some_and(is_word);
    ends.then_some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_read_as_the_lexicon_says() {
        let entry =
            |written: &str, spoken: &str| LexiconEntry { written: written.into(), spoken: spoken.into() };
        let options = Options {
            lexicon: vec![entry("Job", "Jobe"), entry("Mount Hor", "Mount Hore"), entry("ÉLIE", "Élie")],
            ..Options::default()
        };
        let found = rewrites("JOB had no jobs on Mount Hor; élie, job", &options);
        let found: Vec<_> = found.into_iter().map(|one| (one.written, one.spoken)).collect();
        let text = |text: &str| crate::rewrite::Spoken::Text(text.to_owned());
        assert_eq!(
            found,
            [
                (0..3, text("Jobe")),
                (19..28, text("Mount Hore")),
                (30..35, text("Élie")),
                (37..40, text("Jobe"))
            ]
        );
    }
}
