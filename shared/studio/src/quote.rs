//! What a plan will use and cost, before anything is spent.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{Plan, StepInput};

/// What one second of one vCPU costs on Lambda, in millionths of a dollar: 1,769 MB at $0.0000133334 a
/// GB-second (arm64, us-east-1).
const MICRO_USD_PER_CPU_S: f64 = 23.0;

/// CPU seconds for each picture, second of speech and second of film at 1080p with the embedded providers,
/// as measured on two cores of an AMD EPYC: a picture with its PNG, Kokoro, and clip, sound, stitch and
/// inspection together.
const CPU_S_PER_IMAGE: f64 = 1.0;
const CPU_S_PER_SPEECH_S: f64 = 0.6;
const CPU_S_PER_FILM_S: f64 = 0.8;

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

/// An estimate, and the worst case that is held against the quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Steps in all.
    pub steps: usize,
    /// Of these, with an artefact that is there already.
    pub reused_steps: usize,
    /// Pictures to make.
    pub images: u64,
    /// Speech to make, estimated milliseconds.
    pub speech_ms: u64,
    /// Film to render, estimated milliseconds.
    pub render_ms: u64,
    /// Length of the whole film, estimated milliseconds.
    pub film_ms: u64,
    /// What it costs to make with the embedded providers, millionths of a dollar.
    pub cost_micro_usd: u64,
}

impl Quote {
    /// The quote for a plan; `present` says of each step whether its artefact is there.
    #[must_use]
    pub fn of(plan: &Plan, present: &[bool]) -> Self {
        let mut quote = Self { steps: plan.steps.len(), ..Self::default() };
        let mut counted = HashSet::new();
        for (step, present) in plan.steps.iter().zip(present) {
            if matches!(step.input, StepInput::Clip(_)) {
                quote.film_ms += step.estimate_ms;
            }
            // A relay's artefact is made by the step before it.
            if *present || !counted.insert(step.artefact) {
                quote.reused_steps += 1;
                continue;
            }
            match &step.input {
                // A person's own picture is not made.
                StepInput::Image(input) => quote.images += u64::from(input.upload.is_none()),
                StepInput::Narration(_) => quote.speech_ms += step.estimate_ms,
                StepInput::Clip(_) => quote.render_ms += step.estimate_ms,
                StepInput::Soundtrack(_) | StepInput::Stitch(_) => {}
            }
        }
        quote.cost_micro_usd = cost_micro_usd(quote.images, quote.speech_ms, quote.render_ms);
        quote
    }

    /// The most that the work can come to: voices differ by half in pace, and a scene has pauses and
    /// crossfades around its words.
    #[must_use]
    pub const fn worst_case(&self) -> Self {
        let each = 3_000 * self.steps as u64;
        let speech_ms = if self.speech_ms == 0 { 0 } else { self.speech_ms * 2 + each };
        let render_ms = if self.render_ms == 0 { 0 } else { self.render_ms * 2 + each };
        Self { speech_ms, render_ms, ..*self }
    }
}
