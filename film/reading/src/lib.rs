//! The reading stage: from a written text to what a voice says.
//!
//! A voice reads what it is given letter by letter: it says "forty-six colon one" for a reference, and the names of
//! marks inside scripture. This crate says beforehand how a reader would read the text. It never changes the text;
//! everything is given as rewrites of byte ranges, so that captions show what was written and the time of every spoken
//! word finds its written word. It must not know voices, sound, pictures or any cloud.
//!
//! ```
//! use film_reading::{Options, read};
//!
//! let reading = read("*Good morning* 🙏🏽", &Options::new("en"));
//! assert_eq!(reading.segments[0].spoken.trim(), "Good morning");
//! ```
//!
//! The passes work in layers, each on what the layer before it left. Within a layer, the pass that stands first wins
//! where two want the same stretch. To add a pass, write a file with
//! `pub(crate) fn rewrites(text: &str, options: &Options) -> Vec<Rewrite>`, whose rewrites are in order and do not
//! overlap, and add it to its layer below.

mod abbreviations;
mod alphabet;
mod capitals;
mod characters;
mod choices;
mod digits;
mod draft;
mod hidden;
mod lexicon;
mod marks;
mod numerals;
mod options;
mod pattern;
mod points;
mod reading;
mod reading_time;
mod references;
mod rewrite;
mod script;
mod scripts;
mod segment;
mod shown;
mod tables;
#[cfg(test)]
mod work;

use crate::draft::{Draft, merge};

pub use choices::{DivineName, ReadingChoices, Repeats, Treatment, Voicing};
pub use options::{LexiconEntry, Options};
pub use points::{Unvowelled, VOWELS_VERSION};
pub use reading::{ReadAs, Reading, Repeat, Unread};
pub use reading_time::{ReadingTime, reading_time};
pub use rewrite::{Kind, Rewrite, Spoken};
pub use segment::{Segment, Span};
pub use shown::{Shown, Sung};

/// Finds stretches of a text that are read otherwise than written: in order, not overlapping.
type Pass = fn(&str, &Options) -> Vec<Rewrite>;

/// The layers, in order. Pictographs come first, because joiners hold them together; then what is written but not part
/// of the text; then letters in other forms, so that all that follows sees plain letters.
const LAYERS: &[&[Pass]] = &[
    &[marks::emoji::rewrites],
    &[marks::invisible::rewrites],
    MARKS,
    &[scripts::arabic_signs::rewrites, marks::letter_forms::rewrites],
    WORDS,
    LEXICON,
    SCRIPTS,
    OTHER_SCRIPTS,
    // Twice, because what is dropped the first time may leave a sign or a letter in another neighbourhood.
    &[alphabet::rewrites],
    &[alphabet::rewrites],
    &[scripts::other::spoken],
];

/// What is written but not part of the text.
const MARKS: &[Pass] = &[
    marks::links::rewrites,
    marks::honorifics::rewrites,
    marks::chords::rewrites,
    marks::repeats::rewrites,
    marks::labels::rewrites,
    marks::markup::rewrites,
    marks::footnotes::rewrites,
];

/// What a reader puts into words: references, numbers, abbreviations.
const WORDS: &[Pass] = &[
    lexicon::signs,
    references::rewrites,
    numerals::roman_numerals::rewrites,
    numerals::money::rewrites,
    numerals::dates::rewrites,
    numerals::telephones::rewrites,
    numerals::ordinals::rewrites,
    numerals::times::rewrites,
    numerals::eras::rewrites,
    numerals::years::rewrites,
    numerals::ranges::rewrites,
    abbreviations::rewrites,
    capitals::rewrites,
];

/// Words that the voice would read wrong, wherever they come from.
const LEXICON: &[Pass] = &[lexicon::plain_words];

/// The marks of single scripts, whatever the language of the text.
const SCRIPTS: &[Pass] = &[
    scripts::arabic::rewrites,
    scripts::hebrew::rewrites,
    scripts::indic::rewrites,
    scripts::ethiopic::rewrites,
];

/// What no reader reads. After this layer only readers' own scripts are left.
const OTHER_SCRIPTS: &[Pass] = &[scripts::other::silent];

/// Reads a text: what is spoken, in which language, and what it stands for.
pub fn read(text: &str, options: &Options) -> Reading {
    let mut draft = Draft::new(text);
    let (mut repeats, mut unread, mut hidden) = (Vec::new(), Vec::new(), Vec::new());
    for passes in LAYERS {
        if std::ptr::eq(*passes, OTHER_SCRIPTS) {
            let runs = scripts::other::unread(draft.text(), options).into_iter();
            let runs = runs.map(|(run, script, own_script)| Unread {
                written: draft.written(run),
                script: script.to_owned(),
                own_script,
            });
            unread = runs.collect();
        }
        let mut found = merge(passes.iter().map(|pass| pass(draft.text(), options)));
        let leaves_out = |rewrite: &&Rewrite| match rewrite.kind {
            Kind::OtherScript => std::ptr::eq(*passes, OTHER_SCRIPTS),
            _ => true,
        };
        for rewrite in found.iter().filter(|one| options.choices.leaves_out(one.kind)).filter(leaves_out) {
            hidden.extend(hidden::of(text, rewrite, draft.written(rewrite.written.clone())));
        }
        if std::ptr::eq(*passes, MARKS) {
            repeats = marks::repeats::found(draft.text());
            if options.choices.repeats == Repeats::AsMarked {
                marks::repeats::sing(draft.text(), &mut found, &mut repeats);
            }
            repeats.iter_mut().for_each(|repeat| {
                repeat.mark = draft.written(repeat.mark.clone());
                repeat.stretch = draft.written(repeat.stretch.clone());
            });
        }
        if !found.is_empty() {
            draft = draft.apply(&found);
        }
    }
    // Words of the language's own script are shown even if nobody can read them.
    // Those are in the order of the text.
    let kept: Vec<_> = unread.iter().filter(|one| one.own_script).map(|one| &one.written).collect();
    let own = |range: &std::ops::Range<usize>| {
        let at = kept.partition_point(|one| one.end <= range.start);
        kept.get(at).is_some_and(|one| one.contains(&range.start))
    };
    hidden.retain(|range| !own(range));
    let segments = reading::segments(&draft, &options.language);
    Reading {
        as_written: reading::is_as_written(&segments, text, &options.language),
        segments,
        hidden: hidden::tidy(text, hidden),
        rewrites: reading::rewrites(&draft),
        repeats,
        unread,
    }
}
