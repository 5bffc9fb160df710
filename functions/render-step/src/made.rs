use metering::Amounts;
use serde::{Deserialize, Serialize};
use studio::{Artefact, Fallback, FilmFacts, LeasedStep};

/// What a step made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Who did it.
    pub provider: String,
    /// Whether a better provider was tried and failed.
    pub degraded: bool,
    /// Pictures, speech and film made, and what was stored.
    pub used: Amounts,
    /// What a remote provider charges for it, millionths of a dollar.
    pub cost_micro_usd: u64,
    /// The better providers that were tried and failed.
    pub fallbacks: Vec<Fallback>,
    /// Anything else for the receipt.
    pub notes: Vec<String>,
    /// A finished film's facts.
    pub film: Option<FilmFacts>,
}

impl Made {
    /// Something of the film engine's.
    #[must_use]
    pub fn by_film(used: Amounts) -> Self {
        Self { provider: "film".to_owned(), used, ..Self::default() }
    }

    /// The record of it.
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
