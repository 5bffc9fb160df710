//! Which way a text runs: left to right, or right to left.

use unicode_bidi::{BidiClass, BidiDataSource, HardcodedBidiData, Level};

use crate::faces::usual_script;

/// How many strongly left-to-right and right-to-left characters a text has (UAX #9).
#[derive(Default)]
pub(crate) struct Strong {
    pub(crate) ltr: usize,
    pub(crate) rtl: usize,
    /// Direction of the first of them, which is what players without a hint go by.
    pub(crate) first_is_rtl: Option<bool>,
}

impl Strong {
    pub(crate) fn of(text: &str) -> Self {
        let mut strong = Self::default();
        for c in text.chars() {
            let rtl = match HardcodedBidiData.bidi_class(c) {
                BidiClass::L => false,
                BidiClass::R | BidiClass::AL => true,
                _ => continue,
            };
            *(if rtl { &mut strong.rtl } else { &mut strong.ltr }) += 1;
            strong.first_is_rtl.get_or_insert(rtl);
        }
        strong
    }

    /// The paragraph's direction where no language is known: that of most of its letters.
    pub(crate) fn mostly_rtl(&self) -> bool {
        self.rtl > self.ltr
    }
}

/// The paragraph level: the language's direction, unless the text has not one letter of that
/// direction (an English quotation in an Arabic project is still English).
pub(crate) fn paragraph_level(text: &str, language: &str) -> Level {
    let strong = Strong::of(text);
    let rtl = match (strong.ltr, strong.rtl) {
        (0, 0) => is_rtl_language(language),
        (_, 0) => false,
        (0, _) => true,
        _ => is_rtl_language(language),
    };
    if rtl { Level::rtl() } else { Level::ltr() }
}

fn is_rtl_language(language: &str) -> bool {
    use unicode_script::Script;
    matches!(
        usual_script(language),
        Script::Arabic | Script::Hebrew | Script::Syriac | Script::Thaana | Script::Nko | Script::Adlam
    )
}
