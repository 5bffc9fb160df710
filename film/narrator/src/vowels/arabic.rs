//! Arabic: the model of libtashkeel (MIT or Apache-2.0), taken from the crate `libtashkeel_base`.
//!
//! It gives one class for each character: which marks stand on it. Marks that are written are given to it as hints. Its
//! alphabet and its classes come as files beside it.

use std::collections::HashMap;
use std::path::Path;

use ort::session::Session;
use ort::value::TensorRef;

use super::diacritizer::{Diacritizer, Place};
use crate::assets::Assets;
use crate::onnx;

const ALIF: char = 'ا';
const LAM: char = 'ل';
const FATHATAN: char = '\u{064B}';
const SUKUN: char = '\u{0652}';
const SHADDA: char = '\u{0651}';
const DAGGER_ALIF: char = '\u{0670}';
/// Stands for any digit in the model's alphabet.
const DIGIT: char = '#';
/// The class of a character without marks.
const NO_MARKS: i64 = 1;

/// Common words with a long a that is not written, at the letter that the number counts to from 0. Ordinary spelling
/// leaves the vowel out for good, so the model was not trained to give it. The list is closed: grammars of Arabic give
/// the same words (demonstratives, *but*, *god*, *the Merciful*).
const LONG_A: &[(&str, usize)] = &[
    ("هذا", 0),
    ("هذه", 0),
    ("هذي", 0),
    ("هذان", 0),
    ("هذين", 0),
    ("هؤلاء", 0),
    ("هكذا", 0),
    ("ذلك", 0),
    ("ذلكم", 0),
    ("كذلك", 1),
    ("لذلك", 1),
    ("لكن", 0),
    ("لكنه", 0),
    ("لكنها", 0),
    ("لكنهم", 0),
    ("لكني", 0),
    ("أولئك", 2),
    ("إله", 1),
    ("إلهي", 1),
    ("إلهنا", 1),
    ("إلهك", 1),
    ("إلهكم", 1),
    ("إلههم", 1),
    ("إلها", 1),
    ("الإله", 3),
    ("الرحمن", 4),
    ("للرحمن", 4),
];

/// Particles that are written together with the word behind them: *and*, *so*, *in*, *for*, *as*.
const PARTICLES: &[char] = &['و', 'ف', 'ب', 'ل', 'ك'];

pub(super) struct Model {
    session: Session,
    letters: HashMap<char, i64>,
    /// By the marks of a letter, sorted.
    hints: HashMap<Vec<char>, i64>,
    /// By class.
    marks: HashMap<u8, String>,
}

impl Model {
    pub(super) fn open(assets: &Assets, threads: usize) -> Result<Self, String> {
        let folder = assets.tashkeel();
        let letters = numbers(&folder.join("input_id_map.json"))?;
        let hints = numbers(&folder.join("hint_id_map.json"))?;
        let marks = numbers(&folder.join("target_id_map.json"))?;
        let marks = marks.into_iter().filter(|(marks, _)| marks.chars().all(is_mark));
        Ok(Self {
            session: onnx::open(&assets.onnxruntime(), &folder.join("model.onnx"), None, threads)?,
            letters: letters
                .into_iter()
                .filter_map(|(letter, id)| Some((letter.chars().next()?, i64::from(id))))
                .collect(),
            hints: hints.into_iter().map(|(marks, id)| (sorted(&marks), i64::from(id))).collect(),
            marks: marks.map(|(marks, id)| (id, marks)).collect(),
        })
    }

    fn run(&mut self, letters: &[i64], hints: &[i64]) -> ort::Result<Vec<u8>> {
        let count = letters.len();
        let outputs = self.session.run(ort::inputs! {
            "char_inputs" => TensorRef::from_array_view(([1, count], letters))?,
            "diac_inputs" => TensorRef::from_array_view(([1, count], hints))?,
            "input_lengths" => TensorRef::from_array_view(([1], [count as i64].as_slice()))?,
        })?;
        outputs["predictions"].try_extract_tensor::<u8>().map(|(_, classes)| classes.to_vec())
    }
}

impl Diacritizer for Model {
    fn marks(&mut self, sentence: &str) -> Result<Vec<(usize, &str)>, String> {
        let mut at = Vec::new();
        let mut letters = Vec::new();
        let mut written: Vec<String> = Vec::new();
        for (byte, c) in sentence.char_indices() {
            let c = if c.is_numeric() { DIGIT } else { c };
            if let Some(letter) = self.letters.get(&c) {
                at.push(byte);
                letters.push(*letter);
                written.push(String::new());
            } else if is_mark(c)
                && let Some(marks) = written.last_mut()
            {
                marks.push(c);
            }
        }
        if letters.is_empty() {
            return Ok(Vec::new());
        }
        let hints: Vec<i64> =
            written.iter().map(|marks| self.hints.get(&sorted(marks)).copied().unwrap_or(NO_MARKS)).collect();
        let classes = self.run(&letters, &hints).map_err(|error| error.to_string())?;
        let marks = classes.iter().map(|class| self.marks.get(class).map_or("", String::as_str));
        Ok(at.into_iter().zip(marks).collect())
    }

    fn corrected(&self, word: String, place: &Place<'_>) -> String {
        let word = with_plain_article(with_long_a(word));
        if place.pauses { in_pause(&word) } else { word }
    }
}

/// The vowels, tanwin, shadda and sukun that the model knows.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{064B}'..='\u{0652}')
}

fn sorted(marks: &str) -> Vec<char> {
    let mut marks: Vec<char> = marks.chars().collect();
    marks.sort_unstable();
    marks
}

fn numbers(path: &Path) -> Result<HashMap<String, u8>, String> {
    let named = |error: String| format!("{}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|error| named(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| named(error.to_string()))
}

/// Writes the long a of the words in [`LONG_A`] as a dagger alif in place of the fatha.
fn with_long_a(word: String) -> String {
    let bare: String = word.chars().filter(|c| !is_mark(*c)).collect();
    let found = LONG_A.iter().find_map(|(known, letter)| {
        let before = bare.strip_suffix(known)?;
        let particles = before.chars().count() <= 2 && before.chars().all(|c| PARTICLES.contains(&c));
        particles.then(|| before.chars().count() + letter)
    });
    let Some(wanted) = found else { return word };
    let mut spoken = String::with_capacity(word.len() + 2);
    let mut letters = 0;
    for c in word.chars() {
        let here = letters == wanted + 1;
        if !is_mark(c) {
            if here {
                spoken.push(DAGGER_ALIF);
            }
            letters += 1;
        } else if here && c != SHADDA {
            continue;
        }
        spoken.push(c);
    }
    spoken
}

/// Leaves the article without marks, for which espeak-ng has its own rules: with them it says the doubled letter behind
/// it three times, and loses the glottal stop before it.
fn with_plain_article(word: String) -> String {
    let letters: Vec<(usize, char)> = word.char_indices().filter(|(_, c)| !is_mark(*c)).collect();
    let particle = usize::from(letters.first().is_some_and(|(_, c)| PARTICLES.contains(c)));
    let [(_, ALIF), (lam, LAM), (first, _), ..] = letters[particle..] else { return word };
    let behind = letters.get(particle + 3).map_or(word.len(), |(at, _)| *at);
    let (on_lam, on_first) = (&word[lam + LAM.len_utf8()..first], &word[first..behind]);
    if !on_lam.chars().all(|c| c == SUKUN) {
        return word;
    }
    let on_first = on_first.replace(SHADDA, "");
    format!("{}{on_first}{}", &word[..lam + LAM.len_utf8()], &word[behind..])
}

/// Before a pause the short vowel at the end of a word is not said, nor is its *n*, but for *-an*.
fn in_pause(word: &str) -> String {
    let letters = word.trim_end_matches(is_mark);
    let kept = word[letters.len()..].chars().filter(|mark| matches!(*mark, FATHATAN | SUKUN | SHADDA));
    letters.chars().chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_a_that_is_never_written_is_given() {
        for (word, expected) in [
            ("هَذَا", "هٰذَا"),
            ("وَذَلِكَ", "وَذٰلِكَ"),
            ("الرَّحْمَنِ", "الرَّحْمٰنِ"),
            ("وَلَكِنَّ", "وَلٰكِنَّ"),
            ("كَذَلِكَ", "كَذٰلِكَ"),
            ("مَلَكَ", "مَلَكَ"),
        ] {
            assert_eq!(with_long_a(word.to_owned()), expected);
        }
    }

    #[test]
    fn the_article_has_no_marks() {
        for (word, expected) in [
            ("السَّلَامُ", "السَلَامُ"),
            ("الْيَوْمَ", "اليَوْمَ"),
            ("وَالسَّمَاوَاتِ", "وَالسَمَاوَاتِ"),
            ("الَّذِينَ", "الَّذِينَ"),
            ("أَلْفُ", "أَلْفُ"),
            ("قَالَ", "قَالَ"),
        ] {
            assert_eq!(with_plain_article(word.to_owned()), expected);
        }
    }

    #[test]
    fn the_last_short_vowel_is_not_said_before_a_pause() {
        for (word, expected) in
            [("العَالَمِ", "العَالَم"), ("كِتَابٌ", "كِتَاب"), ("مَعًا", "مَعًا"), ("شُكْرً", "شُكْرً"), ("رَبُّ", "رَبّ")]
        {
            assert_eq!(in_pause(word), expected);
        }
    }
}
