//! hibari: a small English voice, distilled from Kokoro, which costs a thirtieth of it. It has Kokoro's alphabet.

use ort::session::Session;
use ort::value::TensorRef;

use crate::assets::Assets;
use crate::onnx;
use crate::phrase::{Phrase, Vocabulary};
use crate::sound::Utterance;
use crate::vocoder::{self, Frames, Vocoder};

/// Most tokens of a phrase: longer ones were not in its training (`MAX_PHONEMES` of hibari-tts).
pub(crate) const MAX_TOKENS: usize = 400;
/// Name of the value that holds each token's duration, in units of [`SAMPLES_PER_UNIT`] samples. The model computes it,
/// but its file does not list it as an output.
const DURATIONS: &str = "/Clip_output_0";
/// Samples per unit of duration: two frames of the spectrum, 25 ms, as Kokoro counts.
const SAMPLES_PER_UNIT: usize = 2 * vocoder::HOP;

pub(crate) struct Hibari {
    session: Session,
    vocabulary: Vocabulary,
    vocoder: Vocoder,
}

impl Hibari {
    pub(crate) fn open(assets: &Assets, threads: usize) -> Result<Self, String> {
        Ok(Self {
            vocabulary: Vocabulary::open(&assets.hibari_vocabulary())?,
            session: onnx::open(&assets.onnxruntime(), &assets.hibari_model(), Some(DURATIONS), threads)?,
            vocoder: Vocoder::new(),
        })
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Speaks one phrase.
    pub(crate) fn speak(&mut self, phrase: &Phrase, pace: f32) -> Result<Utterance, String> {
        let tokens: Vec<i64> = [&[0], phrase.tokens.as_slice(), &[0]].concat();
        let (samples, durations) = self.run(&tokens, pace).map_err(|error| error.to_string())?;
        Utterance::from_durations(samples, vocoder::SAMPLE_RATE, phrase, &durations, SAMPLES_PER_UNIT)
    }

    fn run(&mut self, tokens: &[i64], pace: f32) -> ort::Result<(Vec<f32>, Vec<f32>)> {
        let outputs = self.session.run(ort::inputs! {
            "ids" => TensorRef::from_array_view(([1, tokens.len()], tokens))?,
            "speed" => TensorRef::from_array_view(([1], [pace].as_slice()))?,
        })?;
        let plane = |name: &str| outputs[name].try_extract_tensor::<f32>().map(|(_, numbers)| numbers);
        let frames = Frames {
            harmonic: plane("lh")?,
            harmonic_phase: plane("theta")?,
            noise: plane("ln")?,
            free: plane("lr")?,
            free_phase: plane("phi")?,
            pitch: plane("f0")?,
        };
        Ok((self.vocoder.synthesise(&frames), plane(DURATIONS)?.to_vec()))
    }
}
