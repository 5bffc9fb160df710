//! Kokoro-82M: the best of the embedded voices, for English, Spanish, French, Hindi, Italian and Portuguese.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use ort::session::Session;
use ort::value::TensorRef;

use crate::assets::Assets;
use crate::onnx;
use crate::phrase::{Phrase, Vocabulary};
use crate::sound::Utterance;

/// Sample rate of the voices, in Hz.
pub(crate) const SAMPLE_RATE: u32 = 24_000;
/// The model has 512 positions, of which the padding takes two.
pub(crate) const MAX_TOKENS: usize = 510;
/// Name of the value that holds each token's duration, in units of [`SAMPLES_PER_UNIT`] samples. The model computes it,
/// but its file does not list it as an output.
const DURATIONS: &str = "/encoder/Clip_output_0";
/// Samples per unit of duration: 25 ms. The sum of all durations × 600 is the number of samples.
const SAMPLES_PER_UNIT: usize = 600;
/// Values in a style vector. A voice file holds one vector for each count of tokens.
const STYLE: usize = 256;

pub(crate) struct Kokoro {
    session: Session,
    vocabulary: Vocabulary,
    voices: PathBuf,
    loaded: HashMap<String, Arc<[f32]>>,
}

impl Kokoro {
    pub(crate) fn open(assets: &Assets, threads: usize) -> Result<Self, String> {
        Ok(Self {
            vocabulary: Vocabulary::open(&assets.kokoro_vocabulary())?,
            session: onnx::open(&assets.onnxruntime(), &assets.kokoro_model(), Some(DURATIONS), threads)?,
            voices: assets.kokoro_voices(),
            loaded: HashMap::new(),
        })
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Speaks one phrase.
    pub(crate) fn speak(&mut self, phrase: &Phrase, voice: &str, pace: f32) -> Result<Utterance, String> {
        let styles = self.voice(voice)?;
        let row = phrase.tokens.len().min(styles.len() / STYLE - 1) * STYLE;
        let tokens: Vec<i64> = [&[0], phrase.tokens.as_slice(), &[0]].concat();
        run(&mut self.session, &tokens, &styles[row..row + STYLE], pace)
            .map_err(|error| error.to_string())
            .and_then(|(samples, durations)| {
                Utterance::from_durations(samples, SAMPLE_RATE, phrase, &durations, SAMPLES_PER_UNIT)
            })
    }

    fn voice(&mut self, name: &str) -> Result<Arc<[f32]>, String> {
        if let Some(styles) = self.loaded.get(name) {
            return Ok(Arc::clone(styles));
        }
        let path = self.voices.join(format!("{name}.bin"));
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let styles: Arc<[f32]> = bytes
            .chunks_exact(4)
            .map(|number| f32::from_le_bytes([number[0], number[1], number[2], number[3]]))
            .collect();
        if styles.is_empty() || !styles.len().is_multiple_of(STYLE) {
            return Err(format!("{}: not a Kokoro voice", path.display()));
        }
        self.loaded.insert(name.to_owned(), Arc::clone(&styles));
        Ok(styles)
    }
}

fn run(session: &mut Session, tokens: &[i64], style: &[f32], pace: f32) -> ort::Result<(Vec<f32>, Vec<f32>)> {
    let outputs = session.run(ort::inputs! {
        "tokens" => TensorRef::from_array_view(([1, tokens.len()], tokens))?,
        "style" => TensorRef::from_array_view(([1, style.len()], style))?,
        "speed" => TensorRef::from_array_view(([1], [pace].as_slice()))?,
    })?;
    let (_, samples) = outputs["audio"].try_extract_tensor::<f32>()?;
    let (_, durations) = outputs[DURATIONS].try_extract_tensor::<f32>()?;
    Ok((samples.to_vec(), durations.to_vec()))
}
