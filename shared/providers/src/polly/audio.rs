//! Decodes Polly's MP3, trims silence, joins the parts and converts them to [`SAMPLE_RATE`].

use std::io::Cursor;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::word_times::{TextMark, TimedSpan, word_times};
use crate::narration::{SAMPLE_RATE, SpokenWord};

/// Polly's answer for a part of what is said.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) mp3: Vec<u8>,
    pub(super) marks: Vec<TextMark>,
    /// The pause before the next part, in milliseconds.
    pub(super) pause_ms: u32,
}

/// How much silence is kept at both ends of a part; [`crate::Speech::samples`] allows 50 ms.
const MARGIN_MS: u32 = 20;
/// A sample below this fraction of the loudest one (−40 dB) counts as silence.
const SILENCE: f32 = 0.01;
/// The loudest sample of the result, −1 dBFS, so that no peak between samples clips in a later conversion.
const PEAK: f32 = 0.891;

/// The samples of the whole text and the times of its words.
///
/// # Errors
/// A message, when a part cannot be decoded or is silent, or when the parts' sample rates differ.
pub(super) fn join(text: &str, parts: &[Part]) -> Result<(Vec<f32>, Vec<SpokenWord>), String> {
    let mut track: Vec<f32> = Vec::new();
    let mut track_rate = None;
    let mut pause_ms = 0;
    let mut timed_spans = Vec::new();
    for part in parts {
        let (samples, rate) = decode(&part.mp3)?;
        if *track_rate.get_or_insert(rate) != rate {
            return Err(format!("parts at {rate} Hz and other rates"));
        }
        let audible = audible_range(&samples).ok_or("nothing to hear")?;
        let margin = in_samples(MARGIN_MS, rate);
        let (first, after) = (audible.0.saturating_sub(margin), (audible.1 + margin).min(samples.len()));
        if !track.is_empty() {
            track.resize(track.len() + in_samples(pause_ms, rate), 0.0);
        }
        pause_ms = part.pause_ms;
        let at = track.len();
        let second = |sample: usize| (at + sample.clamp(first, after) - first) as f64 / f64::from(rate);
        for (start, end, span) in mark_extents(&part.marks, &samples, rate) {
            timed_spans.push(TimedSpan { span, start: second(start), end: second(end) });
        }
        track.extend_from_slice(&samples[first..after]);
    }
    let samples = finish(&track, track_rate.unwrap_or(SAMPLE_RATE))?;
    let words = word_times(text, &timed_spans, samples.len() as f64 / f64::from(SAMPLE_RATE));
    Ok((samples, words))
}

fn in_samples(milliseconds: u32, rate: u32) -> usize {
    (u64::from(milliseconds) * u64::from(rate) / 1000) as usize
}

/// The indices of the first audible sample and of the one after the last; none for digital silence.
fn audible_range(samples: &[f32]) -> Option<(usize, usize)> {
    let threshold = threshold(samples)?;
    let loud = |sample: &f32| sample.abs() > threshold;
    Some((samples.iter().position(loud)?, samples.iter().rposition(loud)? + 1))
}

/// The level above which a sample is audible; none for digital silence.
fn threshold(samples: &[f32]) -> Option<f32> {
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    (peak > 0.0).then_some(peak * SILENCE)
}

/// The first sample of every mark and the one after its last, with its span of the text. Polly does not say when a word
/// ends, so it lasts until the last audible sample before the next word: a pause belongs to no word.
fn mark_extents<'a>(
    marks: &'a [TextMark],
    samples: &'a [f32],
    rate: u32,
) -> impl Iterator<Item = (usize, usize, std::ops::Range<usize>)> + 'a {
    let threshold = threshold(samples).unwrap_or(0.0);
    marks.iter().enumerate().map(move |(index, mark)| {
        let start = in_samples(mark.time_ms, rate).min(samples.len());
        let next = marks.get(index + 1).map_or(samples.len(), |next| in_samples(next.time_ms, rate));
        let next = next.clamp(start, samples.len());
        let last = samples[start..next].iter().rposition(|sample| sample.abs() > threshold);
        (start, last.map_or(next, |last| start + last + 1), mark.span.clone())
    })
}

/// The samples of an MP3, its channels averaged, and their rate in Hz.
fn decode(mp3: &[u8]) -> Result<(Vec<f32>, u32), String> {
    let message = |error: Error| error.to_string();
    let source = MediaSourceStream::new(Box::new(Cursor::new(mp3.to_vec())), Default::default());
    let mut hint = Hint::new();
    hint.with_extension("mp3");
    let mut reader = symphonia::default::get_probe()
        .probe(&hint, source, FormatOptions::default(), MetadataOptions::default())
        .map_err(message)?;
    let track = reader.default_track(TrackType::Audio).ok_or("no sound in it")?;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters.ok_or("no codec for it")?, &AudioDecoderOptions::default())
        .map_err(message)?;
    let (mut samples, mut rate, mut interleaved) = (Vec::new(), 0, Vec::<f32>::new());
    while let Some(packet) = reader.next_packet().map_err(message)? {
        let frame = match decoder.decode(&packet) {
            Ok(frame) => frame,
            // The first frame after a cut may refer to bytes before it; players skip such a frame too.
            Err(Error::DecodeError(_)) => continue,
            Err(error) => return Err(message(error)),
        };
        let spec = frame.spec();
        let channels = spec.channels().count().max(1);
        rate = spec.rate();
        frame.copy_to_vec_interleaved(&mut interleaved);
        let mono =
            interleaved.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32);
        samples.extend(mono);
    }
    if rate == 0 { Err("no sound in it".to_owned()) } else { Ok((samples, rate)) }
}

/// Resamples to [`SAMPLE_RATE`] and lowers the level to at most −1 dBFS.
fn finish(samples: &[f32], rate: u32) -> Result<Vec<f32>, String> {
    // A filter of this length has a transition band of less than 100 Hz.
    const CHUNK: usize = 1024;
    let convert = || -> Result<Vec<f32>, Box<dyn std::error::Error>> {
        let mut resampler = Fft::<f32>::new(rate as usize, SAMPLE_RATE as usize, CHUNK, 1, FixedSync::Both)?;
        let input = InterleavedSlice::new(samples, 1, samples.len())?;
        Ok(resampler.process_all(&input, samples.len(), None)?.take_data())
    };
    let mut samples = match rate {
        SAMPLE_RATE => samples.to_vec(),
        _ => convert().map_err(|error| format!("{rate} Hz to {SAMPLE_RATE} Hz: {error}"))?,
    };
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    if peak > PEAK {
        samples.iter_mut().for_each(|sample| *sample *= PEAK / peak);
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::super::tests::TWO_TONES;
    use super::*;

    fn part(marks: &[(u32, std::ops::Range<usize>)]) -> Part {
        let marks = marks.iter().map(|(time_ms, span)| TextMark { time_ms: *time_ms, span: span.clone() });
        Part { mp3: TWO_TONES.to_vec(), marks: marks.collect(), pause_ms: 450 }
    }

    #[test]
    fn an_mp3_is_decoded_at_its_own_rate() {
        let (samples, rate) = decode(TWO_TONES).unwrap();
        assert_eq!(rate, 24_000);
        assert!(samples.len().abs_diff(29_952) <= 1_152, "{}", samples.len());
        assert!(decode(b"not an mp3").is_err() && decode(b"").is_err());
    }

    #[test]
    fn silence_is_trimmed_and_words_end_where_they_fall_silent() {
        let (samples, words) = join("Amen. Amen.", &[part(&[(130, 0..4), (640, 6..10)])]).unwrap();
        // Two tones of 300 ms, 200 ms apart, and 20 ms at both ends.
        let length = samples.len() * 1000 / SAMPLE_RATE as usize;
        assert!(length.abs_diff(840) < 30, "{length} ms");
        assert!(words[0].start_ms < 60 && words[0].end_ms.abs_diff(320) < 40, "{words:?}");
        assert!(words[1].start_ms.abs_diff(520) < 40 && words[1].end_ms.abs_diff(820) < 40, "{words:?}");
        assert!(samples.iter().all(|sample| sample.abs() <= PEAK + 1e-4));
        let loudest = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!(loudest > 0.5, "{loudest}");
    }

    #[test]
    fn parts_are_separated_by_a_pause() {
        let text = "Amen. Amen.";
        let one = join("Amen.", &[part(&[(130, 0..4)])]).unwrap().0.len();
        let (samples, words) = join(text, &[part(&[(130, 0..4)]), part(&[(130, 6..10)])]).unwrap();
        let pause = samples.len() - 2 * one;
        assert!((pause * 1000 / SAMPLE_RATE as usize).abs_diff(450) < 5, "{pause}");
        let second_ms = (one * 1000 / SAMPLE_RATE as usize) as u32 + 450;
        assert!(words[1].start_ms.abs_diff(second_ms) < 60, "{words:?}");
    }
}
