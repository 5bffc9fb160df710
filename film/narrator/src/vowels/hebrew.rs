//! Hebrew: Nakdimon by Elazar Gershuni (MIT), as the package `piper-tts` carries it.
//!
//! It gives three classes for each character: the vowel, the dagesh, and the dot of shin or sin. Its alphabet and its
//! classes are those that its authors publish with it; the order of the tables is part of the model.

use ort::session::Session;
use ort::value::TensorRef;

use super::diacritizer::{Diacritizer, Place};
use super::scripture;
use crate::assets::Assets;
use crate::onnx;

/// Characters by their number, from 1: letters of other scripts and digraphs (`H`, `O`) and digits (`5`) come first;
/// 0 is padding.
const ALPHABET: &str = "HO5 !\"'(),-.:;?אבגדהוזחטיךכלםמןנסעףפץצקרשת";
const OTHER: char = 'O';
const DIGRAPH: char = 'H';
const DIGIT: char = '5';
/// Vowels by class. Class 0 is padding and class 1 a letter without a vowel; a vav with the point of class 14 is *u*.
const VOWELS: [&str; 16] = [
    "", "", "\u{05B0}", "\u{05B1}", "\u{05B2}", "\u{05B3}", "\u{05B4}", "\u{05B5}", "\u{05B6}", "\u{05B7}",
    "\u{05B8}", "\u{05B9}", "\u{05BA}", "\u{05BB}", "\u{05BC}", "\u{05B7}",
];
const DAGESH: [&str; 3] = ["", "", "\u{05BC}"];
const SHIN_OR_SIN: [&str; 4] = ["", "", "\u{05C1}", "\u{05C2}"];

pub(super) struct Model {
    session: Session,
    /// Every combination of a dagesh, a dot and a vowel, by their classes.
    marks: Vec<String>,
}

impl Model {
    pub(super) fn open(assets: &Assets, threads: usize) -> Result<Self, String> {
        let marks = DAGESH.iter().flat_map(|dagesh| {
            let dots = SHIN_OR_SIN.iter();
            dots.flat_map(move |dot| VOWELS.iter().map(move |vowel| format!("{dagesh}{dot}{vowel}")))
        });
        Ok(Self {
            session: onnx::open(&assets.onnxruntime(), &assets.nakdimon_model(), None, threads)?,
            marks: marks.collect(),
        })
    }

    /// The classes of vowel, dagesh and dot of each character.
    fn run(&mut self, letters: &[f32]) -> ort::Result<[Vec<usize>; 3]> {
        let outputs = self
            .session
            .run(ort::inputs! { "input_1" => TensorRef::from_array_view(([1, letters.len()], letters))? })?;
        let best = |name: &str, classes: usize| -> ort::Result<Vec<usize>> {
            let (_, scores) = outputs[name].try_extract_tensor::<f32>()?;
            Ok(scores.chunks_exact(classes).map(largest).collect())
        };
        Ok([best("N", VOWELS.len())?, best("D", DAGESH.len())?, best("S", SHIN_OR_SIN.len())?])
    }
}

impl Diacritizer for Model {
    fn marks(&mut self, sentence: &str) -> Result<Vec<(usize, &str)>, String> {
        let characters: Vec<(usize, char)> = sentence
            .char_indices()
            .filter(|(_, c)| !matches!(c, '\u{0591}'..='\u{05BD}' | '\u{05BF}'..='\u{05C7}'))
            .collect();
        let letters: Vec<f32> = characters.iter().map(|(_, c)| number(*c)).collect();
        let [vowels, dagesh, dots] = self.run(&letters).map_err(|error| error.to_string())?;
        let classes = vowels.into_iter().zip(dagesh).zip(dots);
        let marks = characters.into_iter().zip(classes).map(|((at, letter), ((vowel, dagesh), dot))| {
            let vowel = if takes_vowel(letter) { vowel } else { 0 };
            let dagesh = if takes_dagesh(letter) { dagesh } else { 0 };
            let dot = if letter == 'ש' { dot } else { 0 };
            let marks = &self.marks[(dagesh * SHIN_OR_SIN.len() + dot) * VOWELS.len() + vowel];
            (at, marks.as_str())
        });
        Ok(marks.collect())
    }

    fn corrected(&self, word: String, place: &Place<'_>) -> String {
        scripture::points(&word, place.beside).unwrap_or(word)
    }
}

/// The number of a character in the model's alphabet.
fn number(c: char) -> f32 {
    let c = match c {
        '\n' | '\t' => ' ',
        '\u{05BE}' | '‒'..='―' | '−' => '-',
        '[' => '(',
        ']' => ')',
        '´' | '‘' | '’' => '\'',
        '“' | '”' | '״' => '"',
        '…' => ',',
        '\u{05F0}'..='\u{05F2}' => DIGRAPH,
        c if c.is_numeric() => DIGIT,
        // Not the letters that stand for kinds of characters.
        c if c.is_ascii_alphabetic() => OTHER,
        c => c,
    };
    let position = |wanted: char| ALPHABET.chars().position(|c| c == wanted);
    position(c).or_else(|| position(OTHER)).map_or(0.0, |at| (at + 1) as f32)
}

fn takes_vowel(letter: char) -> bool {
    matches!(letter, 'א'..='ת') && !matches!(letter, 'ם' | 'ף' | 'ץ')
}

fn takes_dagesh(letter: char) -> bool {
    matches!(letter, 'א'..='ת') && !matches!(letter, 'א' | 'ח' | 'ם' | 'ן' | 'ע' | 'ץ' | 'ר')
}

fn largest(scores: &[f32]) -> usize {
    let best = scores.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
    best.map_or(0, |(class, _)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_the_numbers_of_the_models_alphabet() {
        assert_eq!(ALPHABET.chars().count(), 42);
        let numbers: Vec<f32> = "H7 א־םת\u{05F0}".chars().map(number).collect();
        assert_eq!(numbers, [2.0, 3.0, 4.0, 16.0, 11.0, 29.0, 42.0, 1.0]);
    }
}
