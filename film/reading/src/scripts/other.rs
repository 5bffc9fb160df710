//! Runs of a script that the language's reader does not know: another reader's, or silent.

use std::ops::Range;

use icu_properties::props::Script;

use crate::choices::Treatment;
use crate::options::Options;
use crate::rewrite::{Kind, Rewrite, Spoken};
use crate::script;

/// Letters of a script with nothing but spaces, marks and punctuation between them.
struct Run {
    written: Range<usize>,
    script: Script,
}

/// Runs that no reader reads, and all of another script where that is the choice.
pub(crate) fn silent(text: &str, options: &Options) -> Vec<Rewrite> {
    let own = script::of_language(&options.language);
    let silent = runs(text).into_iter().filter(|run| {
        script::reader(run.script, &options.language).is_none()
            || options.choices.other_scripts != Treatment::Read && !own.contains(&run.script)
    });
    silent.map(|run| Rewrite::silent(run.written, Kind::OtherScript)).collect()
}

/// Runs that no reader reads, with the codes of their scripts, and whether the language is written in them.
pub(crate) fn unread(text: &str, options: &Options) -> Vec<(Range<usize>, &'static str, bool)> {
    let own = script::of_language(&options.language);
    // Kanji are not among the scripts that Japanese is read in, but it is written with them.
    let is_own =
        |script: Script| own.contains(&script) || script == Script::Han && own.contains(&Script::Hiragana);
    let unread = runs(text).into_iter().filter(|run| script::reader(run.script, &options.language).is_none());
    unread.map(|run| (run.written, script::code(run.script), is_own(run.script))).collect()
}

/// Words of another script, each by its own reader.
pub(crate) fn spoken(text: &str, options: &Options) -> Vec<Rewrite> {
    let own = script::of_language(&options.language);
    let other = runs(text).into_iter().filter(|run| !own.contains(&run.script));
    let words = other.flat_map(|run| {
        let language = script::reader(run.script, &options.language).unwrap_or(&options.language);
        words(text, run.written).map(move |word| Rewrite {
            spoken: Spoken::In { language: language.to_owned(), text: text[word.clone()].to_owned() },
            written: word,
            kind: Kind::OtherScript,
        })
    });
    words.collect()
}

/// Maximal runs: what stands between two letters of one script belongs to their run.
fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // True while nothing but what belongs to no script has been seen since the last letter.
    let mut open = false;
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() || c.is_whitespace() && c != ' ' {
            open = false;
            continue;
        }
        let script = if c.is_ascii_alphabetic() { Script::Latin } else { script::of(c) };
        if script::is_shared(script) || !script::is_word(c) {
            // A mark stays with its letter, and so does the sign that lengthens kana; punctuation does not end a run.
            let stays = script::is_mark(c) || c == 'ー';
            if let Some(last) = runs.last_mut().filter(|last| last.written.end == at && stays) {
                last.written.end += c.len_utf8();
            }
            open = open && !c.is_numeric();
            continue;
        }
        let end = at + c.len_utf8();
        match runs.last_mut().filter(|last| open && last.script == script) {
            Some(last) => last.written.end = end,
            None => runs.push(Run { written: at..end, script }),
        }
        open = true;
    }
    runs
}

/// The words of a run, with what stands between them given to the one before.
fn words(text: &str, run: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let start = run.start;
    text[run].split_inclusive(' ').scan(start, |at, word| {
        let from = *at;
        *at += word.len();
        Some(from..*at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::ReadingChoices;

    #[test]
    fn each_run_goes_to_its_reader() {
        let text = "The word ἀγάπη means love. חֶסֶד is kindness. بسم الله. 愛";
        let options = Options::new("en");
        let found: Vec<(String, &str)> = spoken(text, &options)
            .into_iter()
            .filter_map(|one| match one.spoken {
                Spoken::In { language, .. } => Some((language, &text[one.written])),
                _ => None,
            })
            .collect();
        let found: Vec<(&str, &str)> =
            found.iter().map(|(language, word)| (language.as_str(), *word)).collect();
        assert_eq!(found, [("el", "ἀγάπη"), ("he", "חֶסֶד"), ("ar", "بسم "), ("ar", "الله"), ("zh", "愛")]);
    }

    #[test]
    fn what_no_reader_reads_is_silent_and_reported() {
        let options = Options::new("en");
        assert_eq!(unread("A ܐܠܗܐ b བོད c", &options), [(2..10, "Syrc", false), (13..22, "Tibt", false)]);
        assert_eq!(silent("A ܐܠܗܐ b", &options).len(), 1);
        // Han is read in English by Mandarin's reader, but not in Japanese.
        assert_eq!(unread("主は", &Options::new("ja")), [(0..3, "Hani", true)]);
        assert!(unread("愛", &options).is_empty());
        let choice = Options::with(
            "en",
            ReadingChoices { other_scripts: Treatment::Show, ..Default::default() },
            vec![],
        );
        assert_eq!(silent("love ἀγάπη", &choice).len(), 1);
    }
}
