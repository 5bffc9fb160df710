//! Speech that nobody speaks: silence for as long as people read the text, with the time of every word.

use film_reading::reading_time;

use crate::speech::{SAMPLE_RATE, Speech, SpokenWord};

/// The provider that receipts name for silence.
pub const SILENCE: &str = "silence";

/// The silent speech of a text: for a film of captions and music, and for a scene of which nothing is read aloud. It
/// costs nothing but memory, and never fails.
#[must_use]
pub fn silence(text: &str, pace: f32) -> Speech {
    let time = reading_time(text, pace);
    let word = |(span, start_ms, end_ms)| SpokenWord { span, start_ms, end_ms };
    Speech {
        samples: vec![0.0; (u64::from(time.length_ms) * u64::from(SAMPLE_RATE) / 1000) as usize],
        words: time.words.into_iter().map(word).collect(),
        provider: SILENCE.to_owned(),
        degraded: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_as_long_as_its_words_and_has_no_sound() {
        let speech = silence("Olúwa ni olùṣọ́ àgùntàn mi; èmi kì yóò ṣe aláìní.", 1.0);
        assert!(speech.samples.iter().all(|sample| *sample == 0.0));
        let length_ms = speech.samples.len() as u64 * 1000 / u64::from(SAMPLE_RATE);
        let last = speech.words.last().unwrap();
        assert!((2_500..5_000).contains(&length_ms) && u64::from(last.end_ms) <= length_ms);
        assert_eq!((speech.words.len(), speech.provider.as_str()), (10, "silence"));
    }
}
