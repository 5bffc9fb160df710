//! The input of a neural voice: phonemes and punctuation of a sentence as token ids, each with the word that it
//! belongs to.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use crate::espeak::protocol::EspeakWord;
use crate::phonemes::{self, Accent};
use crate::words::WordAlignment;

/// The characters of a voice's phonetic alphabet and their token ids.
#[derive(Debug)]
pub(crate) struct Vocabulary(HashMap<char, i64>);

impl Vocabulary {
    /// Reads `{"a": 1, …}` or `{"vocab": {"a": 1, …}}`. The error is a message that names the file.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum File {
            Wrapped { vocab: HashMap<char, i64> },
            Plain(HashMap<char, i64>),
        }
        let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        match serde_json::from_slice(&text) {
            Ok(File::Wrapped { vocab } | File::Plain(vocab)) => Ok(Self(vocab)),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }
}

/// A part of a sentence that is short enough for one call of a voice.
#[derive(Debug, Default)]
pub(crate) struct Phrase {
    /// Token ids, without the padding at both ends.
    pub(crate) tokens: Vec<i64>,
    /// For each token the [`WordAlignment`] it is a sound of; none for marks and spaces.
    pub(crate) owners: Vec<Option<usize>>,
}

/// A sentence with the phonemes of its words.
pub(crate) struct PhonemizedSentence<'a> {
    pub(crate) text: &'a str,
    pub(crate) written: &'a [Range<usize>],
    pub(crate) heard: &'a [EspeakWord],
    pub(crate) matches: &'a [WordAlignment],
    pub(crate) accent: Accent,
}

impl PhonemizedSentence<'_> {
    /// The sentence as phrases of at most `limit` tokens, divided at marks, else between words.
    pub(crate) fn phrases(&self, vocabulary: &Vocabulary, limit: usize) -> Vec<Phrase> {
        let mut letters: Vec<(char, Option<usize>)> = Vec::new();
        let mut end = 0;
        for (index, one) in self.matches.iter().enumerate() {
            let (first, last) = (&self.written[one.written.start], &self.written[one.written.end - 1]);
            self.push_gap(&mut letters, end..first.start);
            for (position, word) in self.heard[one.spoken.clone()].iter().enumerate() {
                if position > 0 {
                    letters.push((' ', Some(index)));
                }
                letters.extend(
                    phonemes::to_kokoro(&word.phonemes, self.accent).chars().map(|c| (c, Some(index))),
                );
            }
            end = last.end;
        }
        self.push_gap(&mut letters, end..self.text.len());
        letters.pop_if(|(letter, _)| *letter == ' ');
        // Without a closing mark the voices stop in the middle of their intonation.
        if letters.last().is_some_and(|(_, owner)| owner.is_some()) {
            letters.push(('.', None));
        }
        let (tokens, owners, is_mark) = letters.into_iter().fold(
            (Vec::new(), Vec::new(), Vec::new()),
            |(mut tokens, mut owners, mut kinds), (letter, owner)| {
                if let Some(token) = vocabulary.0.get(&letter) {
                    tokens.push(*token);
                    owners.push(owner);
                    kinds.push(if letter == ' ' { Break::Space } else { Break::of(letter) });
                }
                (tokens, owners, kinds)
            },
        );
        divide(&is_mark, limit)
            .into_iter()
            .map(|range| Phrase { tokens: tokens[range.clone()].to_vec(), owners: owners[range].to_vec() })
            .filter(|phrase| phrase.owners.iter().any(Option::is_some))
            .collect()
    }

    /// Appends the punctuation between two words, and a space: also where none is written (`耶和华，我`,
    /// `lord—shepherd`), because the voices were trained on words with spaces between them.
    fn push_gap(&self, letters: &mut Vec<(char, Option<usize>)>, gap: Range<usize>) {
        let gap = &self.text[gap];
        let mut marks = gap.chars().filter_map(phonemes::punctuation).peekable();
        // A line of verse ends with a short pause even without punctuation.
        if marks.peek().is_none() && gap.contains('\n') && !letters.is_empty() {
            letters.push((',', None));
        }
        for mark in marks {
            let opens = matches!(mark, '(' | '“');
            if opens && letters.last().is_some_and(|(letter, _)| *letter != ' ') {
                letters.push((' ', None));
            }
            letters.push((mark, None));
        }
        if letters.last().is_some_and(|(letter, _)| !matches!(letter, ' ' | '(' | '“')) {
            letters.push((' ', None));
        }
    }
}

/// Whether a sentence may be divided after a token, and how well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    Never,
    Space,
    Mark,
}

impl Break {
    fn of(letter: char) -> Self {
        if matches!(letter, ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…') {
            Self::Mark
        } else {
            Self::Never
        }
    }
}

/// Ranges of at most `limit`, each ending behind the last mark within the limit, else behind the last space.
fn divide(kinds: &[Break], limit: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while kinds.len() - start > limit {
        let window = &kinds[start..start + limit];
        let behind = |kind| window.iter().rposition(|one| *one == kind).map(|position| position + 1);
        let length = behind(Break::Mark).or_else(|| behind(Break::Space)).unwrap_or(limit);
        ranges.push(start..start + length);
        start += length;
    }
    ranges.push(start..kinds.len());
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    fn vocabulary() -> Vocabulary {
        Vocabulary("abcdefghijklmnopqrstuvwxyz .,;—“”".chars().zip(1..).collect())
    }

    fn phrases(text: &str, limit: usize) -> Vec<String> {
        let written = words::word_spans(text);
        let heard: Vec<EspeakWord> = written
            .iter()
            .map(|range| EspeakWord {
                character: range.start,
                start: 0,
                end: 0,
                phonemes: text[range.clone()].to_lowercase(),
            })
            .collect();
        let starts: Vec<usize> = written.iter().map(|range| range.start).collect();
        let matches = words::align(&written, &starts);
        let sentence = PhonemizedSentence {
            text,
            written: &written,
            heard: &heard,
            matches: &matches,
            accent: Accent::General,
        };
        let vocabulary = vocabulary();
        let letter = |token: &i64| vocabulary.0.iter().find(|(_, number)| *number == token).map(|(c, _)| *c);
        sentence
            .phrases(&vocabulary, limit)
            .iter()
            .map(|phrase| phrase.tokens.iter().filter_map(letter).collect())
            .collect()
    }

    #[test]
    fn marks_stand_where_they_were_written() {
        assert_eq!(phrases("“Lord, my life”—yes.", 99), ["“lord, my life”— yes."]);
    }

    #[test]
    fn a_line_of_verse_ends_with_a_breath_and_the_last_with_a_stop() {
        assert_eq!(phrases("bread of heaven\nfeed me", 99), ["bread of heaven, feed me."]);
    }

    #[test]
    fn long_sentences_divide_at_marks_then_spaces_then_anywhere() {
        assert_eq!(phrases("one, two three four.", 12), ["one,", " two three ", "four."]);
        assert_eq!(phrases("abdefhijklmn", 5), ["abdef", "hijkl", "mn."]);
    }
}
