//! Ordinal numbers in words.

use crate::numerals::rbnf;

/// The gender and form of an ordinal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Masculine,
    Feminine,
    /// Before a masculine noun where that differs: Spanish *primer*, Hindi *पहले*.
    Joined,
    /// German with the endings -n, -r, -s.
    N,
    R,
    S,
}

/// The ordinal of a number in words, for languages that have rules. Languages without genders take any form.
pub(crate) fn words(language: &str, number: u32, form: Form) -> Option<String> {
    let set = match (language, form) {
        ("en" | "nl" | "ta", _) | ("de", Form::Masculine | Form::Feminine | Form::Joined) => {
            "spellout-ordinal"
        }
        ("de", Form::N) => "spellout-ordinal-n",
        ("de", Form::R) => "spellout-ordinal-r",
        ("de", Form::S) => "spellout-ordinal-s",
        ("es", Form::Joined) => "spellout-ordinal-masculine-adjective",
        ("hi", Form::Joined) => "spellout-ordinal-masculine-oblique",
        (_, Form::Feminine) => "spellout-ordinal-feminine",
        _ => "spellout-ordinal-masculine",
    };
    let words = rbnf::spell(language, set, number.into())?;
    // CLDR's feminine of Hindi lacks the nasal, which its masculine has.
    let nasal = language == "hi" && words.ends_with("वी");
    Some(if nasal { words + "ं" } else { words })
}
