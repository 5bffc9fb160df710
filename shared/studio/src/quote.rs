//! What a plan will use and cost, before anything is spent.

use std::collections::HashSet;

use metering::Amounts;
use serde::{Deserialize, Serialize};

use crate::plan::{Plan, PlannedStep};
use crate::step_input::StepInput;
use crate::video_format::bytes_per_ms;

/// What one second of one vCPU costs on Lambda, in millionths of a dollar: 1,769 MB at $0.0000133334 a
/// GB-second (arm64, us-east-1).
const MICRO_USD_PER_CPU_S: f64 = 23.0;

/// CPU seconds for each picture, second of speech and second of film at 1080p with the embedded providers,
/// as measured on two cores of an AMD EPYC: a picture with its PNG, Kokoro, and clip, sound, stitch and
/// inspection together.
const CPU_S_PER_IMAGE: f64 = 1.0;
const CPU_S_PER_SPEECH_S: f64 = 0.6;
const CPU_S_PER_FILM_S: f64 = 0.6;

/// What pictures, speech and film cost to make with the embedded providers, millionths of a dollar.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate of money far below 2^52 millionths"
)]
pub fn cost_micro_usd(images: u64, speech_ms: u64, render_ms: u64) -> u64 {
    let cpu_s = images as f64 * CPU_S_PER_IMAGE
        + speech_ms as f64 / 1000.0 * CPU_S_PER_SPEECH_S
        + render_ms as f64 / 1000.0 * CPU_S_PER_FILM_S;
    (cpu_s * MICRO_USD_PER_CPU_S).ceil() as u64
}

/// What a film is expected to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Number of steps.
    pub steps: usize,
    /// How many of them reuse an artefact that has been made already.
    pub reused_steps: usize,
    /// Number of pictures to make.
    pub images: u64,
    /// Length of the speech to make, estimated milliseconds.
    pub speech_ms: u64,
    /// Length of the clips to render, estimated milliseconds.
    pub render_ms: u64,
    /// Length of the whole film, estimated milliseconds.
    pub film_ms: u64,
    /// What it costs to make with the embedded providers, millionths of a dollar.
    pub cost_micro_usd: u64,
}

impl Plan {
    /// Length of the film, estimated milliseconds.
    #[must_use]
    pub(crate) fn film_ms(&self) -> u64 {
        let clips = self.steps.iter().filter(|step| matches!(step.input, StepInput::Clip(_)));
        clips.map(|step| step.estimate_ms).sum()
    }

    /// Quotes the plan. `present` tells for each step whether its artefact has been made already.
    #[must_use]
    pub(crate) fn quote(&self, present: &[bool]) -> Quote {
        let steps = self.steps.len();
        let mut quote = Quote { steps, reused_steps: steps, film_ms: self.film_ms(), ..Quote::default() };
        for step in self.missing(present).map(|i| &self.steps[i]) {
            quote.reused_steps -= 1;
            match &step.input {
                // A person's own picture is not made.
                StepInput::Image(input) => quote.images += u64::from(input.upload.is_none()),
                // Silence costs nothing.
                StepInput::Narration(input) if input.is_silent() => {}
                StepInput::Narration(_) => quote.speech_ms += step.estimate_ms,
                StepInput::Clip(_) => quote.render_ms += step.estimate_ms,
                StepInput::Soundtrack(_) | StepInput::Stitch(_) => {}
            }
        }
        quote.cost_micro_usd = cost_micro_usd(quote.images, quote.speech_ms, quote.render_ms);
        quote
    }

    /// Sets each step's allowance, the most that it may be charged, and gives their sum: the job's hold. A step whose
    /// artefact has been made already, as `present` tells, is allowed nothing.
    pub(crate) fn set_allowances(&mut self, present: &[bool]) -> Amounts {
        let missing: Vec<usize> = self.missing(present).collect();
        let mut held = Amounts::default();
        for step in missing {
            let allowance = worst_case(&self.steps[step]);
            self.steps[step].allowance = allowance;
            held = held + allowance;
        }
        held
    }

    /// Positions of the steps whose artefact must be made. Of several steps with one artefact only the first counts:
    /// the others are relays, and find it made.
    fn missing(&self, present: &[bool]) -> impl Iterator<Item = usize> {
        let mut counted = HashSet::new();
        let steps = self.steps.iter().zip(present).enumerate();
        steps.filter_map(move |(i, (step, present))| (!present && counted.insert(step.artefact)).then_some(i))
    }
}

/// The most that a step can use.
fn worst_case(step: &PlannedStep) -> Amounts {
    // Voices differ by half in pace, and a scene has pauses and crossfades context its words.
    let longest_ms = step.estimate_ms * 2 + 3_000;
    match &step.input {
        // A PNG may be a little larger than its pixels.
        StepInput::Image(image) => Amounts {
            images: u64::from(image.upload.is_none()),
            stored_bytes: u64::from(image.width) * u64::from(image.height) * 3 + SPARE_BYTES,
            ..Amounts::default()
        },
        // 16 bits at 48 kHz, and the times of the words.
        StepInput::Narration(input) => Amounts {
            speech_ms: if input.is_silent() { 0 } else { longest_ms },
            stored_bytes: longest_ms * 97 + SPARE_BYTES,
            ..Amounts::default()
        },
        StepInput::Clip(clip) => Amounts {
            render_ms: longest_ms,
            stored_bytes: longest_ms * bytes_per_ms(clip.resolution),
            ..Amounts::default()
        },
        // AAC at 192 kbit/s.
        StepInput::Soundtrack(_) => {
            Amounts { stored_bytes: longest_ms * 24 + SPARE_BYTES, ..Amounts::default() }
        }
        StepInput::Stitch(film) => Amounts {
            stored_bytes: longest_ms * (bytes_per_ms(film.resolution) + 24) + 16 * SPARE_BYTES,
            ..Amounts::default()
        },
    }
}

/// Room for file headers, indexes and small companion objects: word times, captions, a thumbnail.
const SPARE_BYTES: u64 = 64 << 10;
