//! From Polly's speech marks to the words of a script.

use std::ops::Range;

use film_narrator::SpokenWord;
use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;

use super::document::Document;

/// A word of Polly's: one line of the answer,
/// `{"time":373,"type":"word","start":5,"end":8,"value":"had"}`.
///
/// `start` and `end` are bytes of what was sent, `time` the millisecond at which the word begins; when it ends is not
/// said. <https://docs.aws.amazon.com/polly/latest/dg/output.html>
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Mark {
    #[serde(rename = "type")]
    kind: String,
    time: u32,
    start: usize,
    end: usize,
}

/// A [`Mark`], with bytes of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocatedMark {
    pub(super) time_ms: u32,
    pub(super) span: Range<usize>,
}

impl Mark {
    /// The word marks of an answer.
    ///
    /// # Errors
    /// When a line is no mark.
    pub(super) fn parse(lines: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let marks = serde_json::Deserializer::from_slice(lines).into_iter::<Self>();
        marks.filter(|mark| mark.as_ref().map_or(true, |mark| mark.kind == "word")).collect()
    }

    pub(super) fn located(self, document: &Document) -> LocatedMark {
        LocatedMark { time_ms: self.time, span: document.in_script(self.start..self.end) }
    }
}

/// Something said: bytes of the script, and seconds from the start of the speech.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heard {
    pub(super) span: Range<usize>,
    pub(super) start: f64,
    pub(super) end: f64,
}

/// Times for every word of the script, in order, by Unicode's rules (UAX #29) as the embedded narrators and the
/// captions count words.
///
/// Polly counts otherwise: one of its words may be several (Han), or part of one. Words that it did not mark share the
/// time between their neighbours.
pub(super) fn timed(text: &str, heard: &[Heard], length: f64) -> Vec<SpokenWord> {
    let words: Vec<Range<usize>> =
        text.unicode_word_indices().map(|(at, word)| at..at + word.len()).collect();
    let mut times: Vec<Option<(f64, f64)>> = vec![None; words.len()];
    for one in heard {
        let first = words.partition_point(|word| word.end <= one.span.start);
        let after = words.partition_point(|word| word.start < one.span.end).max(first);
        for (index, (start, end)) in
            (first..after).zip(shares(text, &words[first..after], one.start, one.end))
        {
            let time = times[index].get_or_insert((start, end));
            *time = (time.0.min(start), time.1.max(end));
        }
    }
    fill(text, &words, &mut times, length);
    let mut last = 0;
    words
        .into_iter()
        .zip(times)
        .map(|(span, time)| {
            let (start, end) = time.unwrap_or((length, length));
            let milliseconds = |seconds: f64| (seconds.min(length) * 1000.0).round() as u32;
            let start_ms = milliseconds(start).max(last);
            let end_ms = milliseconds(end).max(start_ms);
            last = end_ms;
            SpokenWord { span, start_ms, end_ms }
        })
        .collect()
}

/// Gives the words without a time what lies between those before and after them.
fn fill(text: &str, words: &[Range<usize>], times: &mut [Option<(f64, f64)>], length: f64) {
    let mut index = 0;
    while index < times.len() {
        let untimed = times[index..].iter().take_while(|time| time.is_none()).count();
        if untimed > 0 {
            let start = index.checked_sub(1).and_then(|before| times[before]).map_or(0.0, |(_, end)| end);
            let end = times.get(index + untimed).copied().flatten().map_or(length, |(start, _)| start);
            let run = index..index + untimed;
            let between = shares(text, &words[run.clone()], start, end.max(start));
            for (time, share) in times[run].iter_mut().zip(between) {
                *time = Some(share);
            }
        }
        index += untimed + 1;
    }
}

/// Divides a stretch of time in proportion to the letters of the words.
fn shares(text: &str, words: &[Range<usize>], start: f64, end: f64) -> Vec<(f64, f64)> {
    let letters = |word: &Range<usize>| text[word.clone()].chars().count() as f64;
    let total: f64 = words.iter().map(letters).sum();
    let mut before = 0.0;
    words
        .iter()
        .map(|word| {
            let from = start + (end - start) * before / total;
            before += letters(word);
            (from, start + (end - start) * before / total)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heard(span: Range<usize>, start: f64, end: f64) -> Heard {
        Heard { span, start, end }
    }

    fn times(text: &str, marks: &[Heard], length: f64) -> Vec<(String, u32, u32)> {
        let words = timed(text, marks, length);
        words.into_iter().map(|word| (text[word.span].to_owned(), word.start_ms, word.end_ms)).collect()
    }

    fn expect(words: &[(&str, u32, u32)]) -> Vec<(String, u32, u32)> {
        words.iter().map(|(word, start, end)| ((*word).to_owned(), *start, *end)).collect()
    }

    #[test]
    fn the_documented_lines_are_read_and_other_marks_passed_over() {
        let lines = br#"{"time":0,"type":"sentence","start":0,"end":23,"value":"Mary had a little lamb."}
{"time":6,"type":"word","start":0,"end":4,"value":"Mary"}
{"time":373,"type":"word","start":5,"end":8,"value":"had"}
"#;
        let marks = Mark::parse(lines).unwrap();
        let found: Vec<_> = marks.iter().map(|mark| (mark.time, mark.start..mark.end)).collect();
        assert_eq!(found, [(6, 0..4), (373, 5..8)]);
        assert!(Mark::parse(b"{\"time\":").is_err() && Mark::parse(b"").unwrap().is_empty());
    }

    #[test]
    fn marks_that_are_words_give_their_times() {
        let marks = [heard(0..4, 0.1, 0.3), heard(5..8, 0.4, 0.9)];
        assert_eq!(times("Mary had.", &marks, 1.0), expect(&[("Mary", 100, 300), ("had", 400, 900)]));
    }

    #[test]
    fn one_mark_for_several_words_is_shared_and_several_for_one_joined() {
        let marks = [heard(0..9, 0.0, 0.9)];
        assert_eq!(
            times("耶和华", &marks, 1.0),
            expect(&[("耶", 0, 300), ("和", 300, 600), ("华", 600, 900)])
        );
        let marks = [heard(0..3, 0.1, 0.2), heard(3..5, 0.25, 0.5)];
        assert_eq!(times("don't", &marks, 1.0), expect(&[("don't", 100, 500)]));
    }

    #[test]
    fn words_without_a_mark_lie_between_their_neighbours() {
        let marks = [heard(2..3, 0.4, 0.6)];
        assert_eq!(times("a b c", &marks, 1.0), expect(&[("a", 0, 400), ("b", 400, 600), ("c", 600, 1000)]));
        assert_eq!(times("a b", &[], 1.0), expect(&[("a", 0, 500), ("b", 500, 1000)]));
    }

    proptest! {
        #[test]
        fn every_word_has_a_time_and_times_never_go_back(
            text in "[a-z।'耶和华यहोवा ,.]{0,60}",
            marks in prop::collection::vec((0_usize..120, 0_usize..20, 0.0..9.0_f64, 0.0..2.0_f64), 0..20),
        ) {
            let marks: Vec<Heard> = marks
                .into_iter()
                .map(|(at, length, start, lasts)| heard(at..at + length, start, start + lasts))
                .collect();
            let words = timed(&text, &marks, 5.0);
            prop_assert_eq!(words.len(), text.unicode_words().count());
            let mut last = 0;
            for word in &words {
                prop_assert!(text.get(word.span.clone()).is_some());
                prop_assert!(word.start_ms >= last && word.end_ms >= word.start_ms && word.end_ms <= 5_000);
                last = word.end_ms;
            }
        }
    }
}
