//! Wishes after a Muslim name, in Latin letters in brackets: `(PBUH)`, `(SAW)`.

use std::sync::LazyLock;

use regex::Regex;

use crate::choices::Treatment;
use crate::options::Options;
use crate::pattern::compile;
use crate::rewrite::{Kind, Rewrite};

/// The wish for the Prophet, pointed as espeak-ng needs it, as in the table of ligatures.
const PROPHET: &str = "صَلَّى اللّٰهُ عَلَيْهِ وَسَلَّمَ";
/// In English it is said in English.
const PEACE: &str = "peace be upon him";

/// What is written, and what is said by an Arabic reader. Those of two letters are other things too and count only
/// behind a capitalised name.
const WISHES: &[(&str, &str)] = &[
    ("pbuh", PROPHET),
    ("saw", PROPHET),
    ("saws", PROPHET),
    ("saww", PROPHET),
    ("saaw", PROPHET),
    ("swt", "سُبْحَانَهُ وَتَعَالَى"),
    ("as", "عَلَيْهِ السَّلَامُ"),
    ("ra", "رَضِيَ اللّٰهُ عَنْهُ"),
];

static WISH: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\p{Lu}[\p{L}\p{M}'’-]*[ ]?([(\[](?i:p\.?b\.?u\.?h|s\.?a\.?a?\.?w\.?[sw]?|s\.?w\.?t|a\.?s|r\.?a)\.?[)\]])",
    )
});

/// Wishes, spoken or silent by choice, as their ligatures are.
pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite> {
    if !text.contains(['(', '[']) {
        return Vec::new();
    }
    let found = WISH.captures_iter(text).filter_map(|found| {
        let mark = found.get(1)?;
        let letters: String = mark.as_str().chars().filter(char::is_ascii_alphabetic).collect();
        // `(as)` and `(saw)` are words.
        let capitals = letters.chars().all(char::is_uppercase) || letters == "pbuh";
        let (_, words) = WISHES.iter().find(|(wish, _)| letters.eq_ignore_ascii_case(wish))?;
        let words = if options.primary() == "en" && *words == PROPHET { PEACE } else { words };
        let gap = if text[..mark.start()].ends_with(' ') { "" } else { " " };
        capitals.then(|| match options.choices.honorifics {
            Treatment::Read => Rewrite::text(mark.range(), format!("{gap}{words}"), Kind::Honorific),
            Treatment::Show | Treatment::LeaveOut => Rewrite::silent(mark.range(), Kind::Honorific),
        })
    });
    found.collect()
}
