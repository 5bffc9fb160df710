//! The formats of stored artefacts: pictures are PNG with their focus point and what they were painted from, speech is WAV with a JSON record of its word
//! times.

use std::io::Cursor;

use film_painter::{Brief, Picture, Size};
use providers::{SAMPLE_RATE, Speech, SpokenWord};
use serde::{Deserialize, Serialize};

use crate::error::StepError;

/// The PNG text chunk that holds the focus point as two fractions, `0.5,0.4`.
const FOCUS: &str = "Focus";

/// The PNG text chunk that holds, as JSON, the brief of a picture that the painter made. So its planes can be painted
/// when they are wanted: stored, they would take some 20 MB a picture of the tenant's storage.
const BRIEF: &str = "Brief";

/// Encodes a picture as PNG, with the fastest compression: it is read a few times and then kept only for reuse. `brief`
/// is what the painter made it from, if it did.
///
/// # Errors
/// [`StepError::Artefact`] when the encoder refuses the picture, for example because `rgb` does not fit its size.
pub fn encode_picture(picture: &Picture, brief: Option<&Brief>) -> Result<Vec<u8>, StepError> {
    let mut bytes = Vec::with_capacity(picture.rgb.len() / 2);
    let mut encoder = png::Encoder::new(&mut bytes, picture.size.width, picture.size.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let focus = format!("{},{}", picture.focus.0, picture.focus.1);
    let artefact_error = |error: png::EncodingError| StepError::Artefact(error.to_string());
    encoder.add_text_chunk(FOCUS.to_owned(), focus).map_err(artefact_error)?;
    if let Some(brief) = brief {
        let brief = serde_json::to_string(brief).map_err(|error| StepError::Artefact(error.to_string()))?;
        encoder.add_itxt_chunk(BRIEF.to_owned(), brief).map_err(artefact_error)?;
    }
    let mut writer = encoder.write_header().map_err(artefact_error)?;
    writer.write_image_data(&picture.rgb).map_err(artefact_error)?;
    writer.finish().map_err(artefact_error)?;
    Ok(bytes)
}

/// Decodes a picture of [`encode_picture`]. Without a focus point, the centre is used.
///
/// # Errors
/// [`StepError::Artefact`] when the bytes are not a complete PNG.
pub fn decode_picture(bytes: &[u8]) -> Result<Picture, StepError> {
    decode_painting(bytes).map(|(picture, _)| picture)
}

/// Decodes a picture of [`encode_picture`], and the brief of a painted one.
///
/// # Errors
/// As [`decode_picture`].
pub fn decode_painting(bytes: &[u8]) -> Result<(Picture, Option<Brief>), StepError> {
    let artefact_error = |error: png::DecodingError| StepError::Artefact(error.to_string());
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().map_err(artefact_error)?;
    let length = reader.output_buffer_size().unwrap_or_default();
    let mut rgb = vec![0; length];
    reader.next_frame(&mut rgb).map_err(artefact_error)?;
    reader.finish().map_err(artefact_error)?;
    let info = reader.info();
    let text = info.uncompressed_latin1_text.iter().find(|chunk| chunk.keyword == FOCUS);
    let focus = text.and_then(|chunk| {
        let (x, y) = chunk.text.split_once(',')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    });
    let text = info.utf8_text.iter().find(|chunk| chunk.keyword == BRIEF);
    let brief = text.and_then(|chunk| serde_json::from_str(&chunk.get_text().ok()?).ok());
    let size = Size { width: info.width, height: info.height };
    Ok((Picture { size, rgb, focus: focus.unwrap_or((0.5, 0.5)) }, brief))
}

/// What clips and captions need of speech: its length and its words, without the sound. Stored as JSON, so field names
/// must not change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeechRecord {
    /// The length in samples at 48 kHz.
    pub samples: u64,
    /// When each word is heard.
    pub words: Vec<SpokenWord>,
    /// The voice or remote provider that spoke.
    pub provider: String,
}

impl SpeechRecord {
    /// The record of a speech.
    pub fn of(speech: &Speech) -> Self {
        Self {
            samples: speech.samples.len() as u64,
            words: speech.words.clone(),
            provider: speech.provider.clone(),
        }
    }
}

/// Encodes speech as 16-bit mono WAV, whose quantisation noise (96 dB below full scale) is far below that of any room.
///
/// # Errors
/// [`StepError::Artefact`] when the encoder fails.
pub fn encode_speech(speech: &Speech) -> Result<Vec<u8>, StepError> {
    let artefact_error = |error: hound::Error| StepError::Artefact(error.to_string());
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::with_capacity(speech.samples.len() * 2 + 44));
    let mut writer = hound::WavWriter::new(&mut bytes, spec).map_err(artefact_error)?;
    for sample in &speech.samples {
        #[allow(clippy::cast_possible_truncation, reason = "clamped to the range of i16")]
        let sample = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
        writer.write_sample(sample).map_err(artefact_error)?;
    }
    writer.finalize().map_err(artefact_error)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use film_vocabulary::Tradition;

    use super::*;

    #[test]
    fn pictures_are_decoded_with_their_focus() {
        let size = Size { width: 7, height: 5 };
        let rgb = (0..105).collect();
        let picture = Picture { size, rgb, focus: (0.25, 0.625) };
        assert_eq!(decode_picture(&encode_picture(&picture, None).unwrap()).unwrap(), picture);
        let brief = Brief {
            prompt: "शांत जल, \"still waters\"".to_owned(),
            keywords: vec!["water".to_owned()],
            tradition: Tradition::Hindu,
            film_seed: 7,
            scene_seed: u64::MAX,
        };
        let painted = encode_picture(&picture, Some(&brief)).unwrap();
        assert_eq!(decode_painting(&painted).unwrap(), (picture, Some(brief)));
    }

    #[test]
    fn speech_is_kept_sample_by_sample() {
        let samples = vec![0.0, 0.5, -0.5, 1.0, -1.0, 2.0];
        let speech = Speech { samples, words: Vec::new(), provider: "x".into(), degraded: false };
        let wav = encode_speech(&speech).unwrap();
        let kept: Vec<i16> =
            hound::WavReader::new(wav.as_slice()).unwrap().samples().map(Result::unwrap).collect();
        assert_eq!(kept, [0, 16384, -16384, 32767, -32767, 32767]);
    }
}
