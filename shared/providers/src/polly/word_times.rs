//! Turns Polly's speech marks into times for the words of the text.

use std::ops::Range;

use film_reading::Segment;
use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;

use super::document::Document;
use crate::narration::SpokenWord;

/// A speech mark: one line of the answer,
/// `{"time":373,"type":"word","start":5,"end":8,"value":"had"}`.
///
/// `start` and `end` are byte offsets in what was sent, `time` is the millisecond at which the word begins. The end of
/// the word is not given. <https://docs.aws.amazon.com/polly/latest/dg/output.html>
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct SpeechMark {
    #[serde(rename = "type")]
    kind: String,
    time: u32,
    start: usize,
    end: usize,
}

/// A [`SpeechMark`] mapped back to the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextMark {
    /// When the word begins, from the start of the part's audio.
    pub(super) time_ms: u32,
    /// Byte range in the written text.
    pub(super) span: Range<usize>,
}

impl SpeechMark {
    /// The marks of type `word` among the lines of an answer.
    ///
    /// # Errors
    /// When a line is not a speech mark.
    pub(super) fn parse(lines: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let marks = serde_json::Deserializer::from_slice(lines).into_iter::<Self>();
        marks.filter(|mark| mark.as_ref().map_or(true, |mark| mark.kind == "word")).collect()
    }

    /// The mark in the written text, of which `segment` was spoken and `document` was sent.
    pub(super) fn in_text(self, document: &Document, segment: &Segment) -> TextMark {
        let spoken = document.span_in_text(self.start..self.end);
        TextMark { time_ms: self.time, span: segment.written_range(spoken) }
    }
}

/// A stretch of the text and when it is heard, in seconds from the start of the speech.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimedSpan {
    pub(super) span: Range<usize>,
    pub(super) start: f64,
    pub(super) end: f64,
}

/// Times for every word of the text, in order. Words are those of UAX #29, as the embedded voices and the captions count
/// them; `length` is that of the speech in seconds.
///
/// Polly counts words otherwise: one of its words may be several of these (Han), or a part of one. Words without a mark
/// share the time between their neighbours. A stretch that is read in other words has a mark for each of those, which
/// all name the whole stretch: its own words share the time of all.
pub(super) fn word_times(text: &str, timed_spans: &[TimedSpan], length: f64) -> Vec<SpokenWord> {
    let timed_spans = stretches(timed_spans);
    let words: Vec<Range<usize>> =
        text.unicode_word_indices().map(|(at, word)| at..at + word.len()).collect();
    let mut times: Vec<Option<(f64, f64)>> = vec![None; words.len()];
    for one in &timed_spans {
        let first = words.partition_point(|word| word.end <= one.span.start);
        let after = words.partition_point(|word| word.start < one.span.end).max(first);
        for (index, (start, end)) in
            (first..after).zip(divide(text, &words[first..after], one.start, one.end))
        {
            let time = times[index].get_or_insert((start, end));
            *time = (time.0.min(start), time.1.max(end));
        }
    }
    fill_gaps(text, &words, &mut times, length);
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

/// The marks, with those that name the same words, one after the other, joined to one.
fn stretches(timed_spans: &[TimedSpan]) -> Vec<TimedSpan> {
    let mut stretches: Vec<TimedSpan> = Vec::with_capacity(timed_spans.len());
    for one in timed_spans {
        let same = |last: &&mut TimedSpan| last.span.start < one.span.end && one.span.start < last.span.end;
        match stretches.last_mut().filter(same) {
            Some(last) => {
                last.span = last.span.start.min(one.span.start)..last.span.end.max(one.span.end);
                last.start = last.start.min(one.start);
                last.end = last.end.max(one.end);
            }
            None => stretches.push(one.clone()),
        }
    }
    stretches
}

/// Divides the time between two timed words among the untimed words between them.
fn fill_gaps(text: &str, words: &[Range<usize>], times: &mut [Option<(f64, f64)>], length: f64) {
    let mut index = 0;
    while index < times.len() {
        let untimed = times[index..].iter().take_while(|time| time.is_none()).count();
        if untimed > 0 {
            let start = index.checked_sub(1).and_then(|before| times[before]).map_or(0.0, |(_, end)| end);
            let end = times.get(index + untimed).copied().flatten().map_or(length, |(start, _)| start);
            let run = index..index + untimed;
            let between = divide(text, &words[run.clone()], start, end.max(start));
            for (time, share) in times[run].iter_mut().zip(between) {
                *time = Some(share);
            }
        }
        index += untimed + 1;
    }
}

/// Divides the time from `start` to `end` among words, in proportion to their numbers of characters.
fn divide(text: &str, words: &[Range<usize>], start: f64, end: f64) -> Vec<(f64, f64)> {
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

    fn spoken(span: Range<usize>, start: f64, end: f64) -> TimedSpan {
        TimedSpan { span, start, end }
    }

    fn times(text: &str, marks: &[TimedSpan], length: f64) -> Vec<(String, u32, u32)> {
        let words = word_times(text, marks, length);
        words.into_iter().map(|word| (text[word.span].to_owned(), word.start_ms, word.end_ms)).collect()
    }

    fn expect(words: &[(&str, u32, u32)]) -> Vec<(String, u32, u32)> {
        words.iter().map(|(word, start, end)| ((*word).to_owned(), *start, *end)).collect()
    }

    #[test]
    fn the_documented_lines_are_read_and_other_marks_skipped() {
        let lines = br#"{"time":0,"type":"sentence","start":0,"end":23,"value":"Mary had a little lamb."}
{"time":6,"type":"word","start":0,"end":4,"value":"Mary"}
{"time":373,"type":"word","start":5,"end":8,"value":"had"}
"#;
        let marks = SpeechMark::parse(lines).unwrap();
        let found: Vec<_> = marks.iter().map(|mark| (mark.time, mark.start..mark.end)).collect();
        assert_eq!(found, [(6, 0..4), (373, 5..8)]);
        assert!(SpeechMark::parse(b"{\"time\":").is_err() && SpeechMark::parse(b"").unwrap().is_empty());
    }

    #[test]
    fn marks_that_are_words_give_their_times() {
        let marks = [spoken(0..4, 0.1, 0.3), spoken(5..8, 0.4, 0.9)];
        assert_eq!(times("Mary had.", &marks, 1.0), expect(&[("Mary", 100, 300), ("had", 400, 900)]));
    }

    #[test]
    fn one_mark_for_several_words_is_shared_and_several_for_one_joined() {
        let marks = [spoken(0..9, 0.0, 0.9)];
        assert_eq!(
            times("耶和华", &marks, 1.0),
            expect(&[("耶", 0, 300), ("和", 300, 600), ("华", 600, 900)])
        );
        let marks = [spoken(0..3, 0.1, 0.2), spoken(3..5, 0.25, 0.5)];
        assert_eq!(times("don't", &marks, 1.0), expect(&[("don't", 100, 500)]));
    }

    #[test]
    fn a_stretch_that_is_read_in_other_words_shares_the_time_of_all_of_them() {
        let marks =
            [spoken(0..5, 0.0, 0.4), spoken(0..5, 0.4, 0.8), spoken(0..5, 0.8, 1.0), spoken(6..8, 1.1, 1.2)];
        assert_eq!(
            times("Ps 46 is", &marks, 1.2),
            expect(&[("Ps", 0, 500), ("46", 500, 1000), ("is", 1100, 1200)])
        );
    }

    #[test]
    fn words_without_a_mark_share_the_time_between_their_neighbours() {
        let marks = [spoken(2..3, 0.4, 0.6)];
        assert_eq!(times("a b c", &marks, 1.0), expect(&[("a", 0, 400), ("b", 400, 600), ("c", 600, 1000)]));
        assert_eq!(times("a b", &[], 1.0), expect(&[("a", 0, 500), ("b", 500, 1000)]));
    }

    proptest! {
        #[test]
        fn every_word_has_a_time_and_times_never_go_back(
            text in "[a-z।'耶和华यहोवा ,.]{0,60}",
            marks in prop::collection::vec((0_usize..120, 0_usize..20, 0.0..9.0_f64, 0.0..2.0_f64), 0..20),
        ) {
            let marks: Vec<TimedSpan> = marks
                .into_iter()
                .map(|(at, length, start, lasts)| spoken(at..at + length, start, start + lasts))
                .collect();
            let words = word_times(&text, &marks, 5.0);
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
