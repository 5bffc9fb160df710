//! When the parts of a scene's text are heard, and when captions come and go.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::breaks::{Quality, breaks, trimmed};
use crate::word::Word;

/// When each word of a scene is spoken, in order and within the scene.
pub(crate) struct WordTimings {
    words: Vec<Word>,
    scene_ms: u32,
}

impl WordTimings {
    /// Takes the narrator's times, and shares out the time between them by length of text where it gave none. Words
    /// whose span is empty or outside the text are ignored.
    pub(crate) fn new(text: &str, words: &[Word], scene_ms: u32) -> Self {
        let mut words: Vec<Word> =
            words.iter().filter(|w| w.span.start < w.span.end && w.span.end <= text.len()).cloned().collect();
        words.sort_by_key(|w| w.span.start);
        // A narrator's rounding may let a word begin before the last one ended.
        let mut heard = 0;
        for word in &mut words {
            word.start_ms = word.start_ms.max(heard);
            word.end_ms = word.end_ms.max(word.start_ms);
            heard = word.end_ms;
        }
        let scene_ms = scene_ms.max(heard);
        Self { words: fill_untimed(text, words, scene_ms), scene_ms }
    }

    /// When the words of a part of the text begin and end to be heard.
    pub(crate) fn spoken(&self, span: &Range<usize>) -> (u32, u32) {
        let first = self.words.partition_point(|w| w.span.start < span.start);
        let after = self.words.partition_point(|w| w.span.start < span.end);
        if first < after {
            return (self.words[first].start_ms, self.words[after - 1].end_ms);
        }
        // No word begins here (a dash, a verse number left unread): the pause around it.
        let before = first.checked_sub(1).map_or(0, |i| self.words[i].end_ms);
        (before, self.words.get(after).map_or(self.scene_ms, |w| w.start_ms))
    }

    /// Milliseconds of silence at a byte offset between two words; 0 at the text's ends.
    pub(crate) fn pause_at(&self, at: usize) -> u32 {
        let next = self.words.partition_point(|w| w.span.start < at);
        match (next.checked_sub(1).map(|i| &self.words[i]), self.words.get(next)) {
            (Some(before), Some(after)) => after.start_ms - before.end_ms,
            _ => 0,
        }
    }

    /// Whether a byte offset is inside of what the narrator speaks as one word.
    pub(crate) fn is_inside_word(&self, at: usize) -> bool {
        let next = self.words.partition_point(|w| w.span.start < at);
        next.checked_sub(1).is_some_and(|i| self.words[i].span.end > at)
    }
}

/// A caption stays at least this long; shorter ones are seen but not read.
const SHORTEST_MS: u32 = 1000;
/// A caption stays this long after its last word, if the pause allows: it is read after it is heard.
const LINGER_MS: u32 = 400;
/// Pauses shorter than this are bridged: a caption that blinks draws the eye. It is far longer than the
/// two frames below which players merge a gap.
const BLINK_MS: u32 = 500;
/// How far before its first word a short caption may come.
const EARLY_MS: u32 = 400;
/// How long a caption may wait in a pause for slow readers.
const WAIT_MS: u32 = 2500;
/// Comfortable reading, graphemes a second (broadcast practice for adults: 15 to 20 letters).
const READING_RATE: f32 = 15.0;
/// The same for Han and kana, of which one is about a syllable or word.
const READING_RATE_HAN: f32 = 7.0;

/// Start and end of every cue in milliseconds: from its first word until it has been read or the next cue begins.
pub(crate) fn cue_times(timings: &WordTimings, text: &str, spans: &[Range<usize>]) -> Vec<(u32, u32)> {
    let mut times: Vec<(u32, u32)> = spans.iter().map(|span| timings.spoken(span)).collect();
    // Two cues without a word between two words (only signs) would claim the same pause.
    for i in 1..times.len() {
        times[i].0 = times[i].0.max(times[i - 1].1);
        times[i].1 = times[i].1.max(times[i].0);
    }
    for i in 0..times.len() {
        let (mut start, spoken_end) = times[i];
        let limit = times.get(i + 1).map_or(timings.scene_ms, |next| next.0).max(spoken_end);
        let needed = SHORTEST_MS.max(reading_ms(&text[spans[i].clone()]));
        let mut end = spoken_end
            .saturating_add(LINGER_MS)
            .max(start.saturating_add(needed).min(spoken_end.saturating_add(WAIT_MS)))
            .min(limit);
        if limit - end < BLINK_MS && i + 1 < times.len() {
            end = limit;
        }
        if end - start < SHORTEST_MS {
            let free =
                i.checked_sub(1).map_or(0, |before| timings.spoken(&spans[before]).1.max(times[before].0));
            let early = start.saturating_sub(EARLY_MS).max(free).max(end.saturating_sub(SHORTEST_MS));
            start = start.min(early);
            if let Some(before) = i.checked_sub(1) {
                times[before].1 = times[before].1.min(start);
            }
        }
        times[i] = (start, end);
    }
    times
}

fn reading_ms(text: &str) -> u32 {
    let seconds: f32 = text
        .graphemes(true)
        .map(|g| if is_wide(g) { 1.0 / READING_RATE_HAN } else { 1.0 / READING_RATE })
        .sum();
    (seconds * 1000.0) as u32
}

/// Whether a grapheme is Han or kana.
pub(crate) fn is_wide(grapheme: &str) -> bool {
    use unicode_script::{Script, UnicodeScript};
    grapheme
        .chars()
        .next()
        .is_some_and(|c| matches!(c.script(), Script::Han | Script::Hiragana | Script::Katakana))
}

/// The narrator's words, with the words between them that it left untimed, timed in proportion to their length.
fn fill_untimed(text: &str, words: Vec<Word>, scene_ms: u32) -> Vec<Word> {
    let end = Word { span: text.len()..text.len(), start_ms: scene_ms, end_ms: scene_ms };
    let mut all = Vec::with_capacity(words.len());
    let (mut at, mut now) = (0, 0);
    for word in words.into_iter().chain([end]) {
        if at < word.span.start && text.is_char_boundary(at) && text.is_char_boundary(word.span.start) {
            all.extend(proportional(text, at..word.span.start, now..word.start_ms));
        }
        (at, now) = (at.max(word.span.end), word.end_ms);
        all.push(word);
    }
    all.pop();
    all
}

/// Words of a part of the text with times in proportion to their length, with pauses at punctuation.
fn proportional(text: &str, part: Range<usize>, ms: Range<u32>) -> Vec<Word> {
    // Lengths in graphemes: a sentence's pause lasts as long as eight, a clause's as three.
    let pause = |quality: Quality| match quality {
        Quality::Newline | Quality::Sentence => 8.0,
        Quality::Clause => 3.0,
        _ => 0.0,
    };
    let mut pieces: Vec<(Range<usize>, f64, f64)> = Vec::new();
    let mut start = part.start;
    let inside = breaks(&text[part.clone()]).into_iter().map(|b| (part.start + b.at, pause(b.quality)));
    for (end, pause) in inside.chain([(part.end, 0.0)]) {
        let span = trimmed(text, start..end);
        start = end;
        if text[span.clone()].contains(char::is_alphanumeric) {
            let length = text[span.clone()].graphemes(true).map(|g| if is_wide(g) { 2.5 } else { 1.0 }).sum();
            pieces.push((span, length, pause));
        }
    }
    if let Some(last) = pieces.last_mut() {
        last.2 = 0.0;
    }
    let total: f64 = pieces.iter().map(|(_, length, pause)| length + pause).sum();
    let time = |length: f64| ms.start + (length / total.max(1.0) * f64::from(ms.end - ms.start)) as u32;
    let mut at = 0.0;
    let word = |(span, length, pause): (Range<usize>, f64, f64)| {
        let word = Word { span, start_ms: time(at), end_ms: time(at + length) };
        at += length + pause;
        word
    };
    pieces.into_iter().map(word).collect()
}
