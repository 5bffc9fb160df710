//! The result of a step's work, before it is committed.

use metering::Amounts;
use serde::{Deserialize, Serialize};
use studio::{Artefact, Fallback, FilmFacts, LeasedStep};

/// What a step made. Also the metadata of the artefact's last object, so its field names are stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepOutput {
    /// The provider that made it: `bedrock`, `painter`, `polly`, an embedded voice, `upload`, or `film`.
    pub provider: String,
    /// True when a better provider was tried and failed.
    pub degraded: bool,
    /// Pictures, speech and film made, and bytes stored.
    pub used: Amounts,
    /// What a remote provider charges for it, in millionths of a US dollar.
    pub cost_micro_usd: u64,
    /// The better providers that were tried and failed.
    pub fallbacks: Vec<Fallback>,
    /// For the receipt: sentences about anything else that reduced the quality.
    pub notes: Vec<String>,
    /// Length, size and loudness of a finished film; none for other artefacts.
    pub film: Option<FilmFacts>,
}

impl StepOutput {
    /// An artefact that the film engine made.
    #[must_use]
    pub fn by_engine(used: Amounts) -> Self {
        Self { provider: "film".to_owned(), used, ..Self::default() }
    }

    /// An artefact that a chain of providers made, and the value itself.
    pub fn by_provider<T>(outcome: providers::Outcome<T>, used: Amounts) -> (T, Self) {
        let fallbacks = outcome.fallbacks.into_iter().map(|fallback| Fallback {
            provider: fallback.provider,
            status: fallback.status,
            message: fallback.message,
        });
        let output = Self {
            provider: outcome.provider,
            degraded: outcome.degraded,
            used,
            cost_micro_usd: outcome.cost_micro_usd,
            fallbacks: fallbacks.collect(),
            notes: outcome.notes,
            film: None,
        };
        (outcome.value, output)
    }

    /// The record of the artefact that the table keeps.
    #[must_use]
    pub fn artefact(&self, leased: &LeasedStep) -> Artefact {
        Artefact {
            kind: leased.step.input.kind(),
            made_from: leased.step.artefact,
            attempt: leased.attempt,
            bytes: self.used.stored_bytes,
            uses: 1,
            made_by: self.provider.clone(),
            degraded: self.degraded,
            film: self.film.clone(),
            created_at: cloud::clock::now(),
        }
    }
}
