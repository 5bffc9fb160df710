//! Counts the characters that cursors and comparisons look at, and holds that they grow with the length of a text and
//! not with its square, whatever the text is. Time is not measured: it depends on the machine.

use std::cell::Cell;

use crate::{Options, read};

thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
}

/// Counts characters that were looked at.
pub(crate) fn add(steps: usize) {
    STEPS.with(|all| all.set(all.get() + steps));
}

/// The characters looked at in reading this text, repeated to a length in characters.
fn steps(language: &str, text: &str, length: usize) -> usize {
    let text: String = text.chars().cycle().take(length).collect();
    let before = STEPS.with(Cell::get);
    read(&text, &Options::new(language));
    STEPS.with(Cell::get) - before
}

/// Each looks like the beginning of something again and again. Without the bounds on rows of numbers, on
/// names and on references in brackets, eight of them took sixteen times the work for four times the length.
const HOSTILE: &[(&str, &str)] = &[
    ("en", "1."),
    ("en", "1:1; "),
    ("en", "Al-"),
    ("en", "$000,"),
    ("en", "000,"),
    ("en", "1"),
    ("en", "1,"),
    ("en", "1:1,"),
    ("en", "1:1-2,3-4,"),
    ("en", "(x2)"),
    ("en", "("),
    ("en", "*"),
    ("en", "a-"),
    ("en", "a"),
    ("en", " "),
    ("en", "Ps. "),
    ("en", "Ps. 1:1, "),
    ("en", "Ps 1:1; 2:1; "),
    ("en", "Ps 1:1, 2:1, "),
    ("en", "Quran 2:1; 2:2; "),
    ("en", "ch. 1:1; 2:1; "),
    ("en", "1 & 2 & "),
    ("en", "1 & 2 Samuel & "),
    ("en", "King Henry I. "),
    ("en", "G  C  D\n"),
    ("en", "Muhammad (SAW) "),
    ("es", "Mt 5, 3, "),
    ("it", "ore 18.30."),
    ("hi", "१:"),
    ("hi", "रोमि. "),
    ("ar", "الله "),
    ("ar", "١:١؛ "),
    ("he", "א׳"),
    ("he", "א\""),
    ("he", "א."),
    ("he", "[א"),
];

#[test]
fn the_work_grows_with_the_length_of_the_text() {
    for (language, text) in HOSTILE {
        let [short, long] = [1_000, 4_000].map(|length| steps(language, text, length));
        assert!(long < short * 5 + 1_000, "{language} {text:?} {short} {long}");
    }
}
