//! Fallback chains: providers are asked in order of preference, each of them again while that can help, and the failures
//! are told in the words of a receipt.

use std::fmt::Display;
use std::sync::Arc;

use crate::backoff::Backoff;
use crate::image::{ImageError, ImageProvider, ImageRequest, Picture};
use crate::narration::{NarrationError, NarrationProvider, NarrationRequest, Speech};
use crate::outcome::{Fallback, Outcome};

/// What a chain has to know of a provider's error.
trait ProviderError: Display {
    /// True when the same request may succeed later.
    fn is_transient(&self) -> bool;
    /// What the provider did, to follow "the image provider" in a sentence.
    fn description(&self) -> &'static str;
    /// The failure as an HTTP status.
    fn status(&self) -> u16;
}

impl ProviderError for ImageError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Timeout { .. })
    }

    fn description(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "was not available",
            Self::Timeout { .. } => "did not answer in time",
            Self::Filtered { .. } => "withheld its picture of this scene",
            Self::Rejected { .. } => "refused the request",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Unavailable { .. } => 503,
            Self::Timeout { .. } => 408,
            Self::Filtered { .. } | Self::Rejected { .. } => 422,
        }
    }
}

impl ProviderError for NarrationError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    fn description(&self) -> &'static str {
        if self.is_transient() { "was not available" } else { "refused this text" }
    }

    fn status(&self) -> u16 {
        if self.is_transient() { 503 } else { 422 }
    }
}

/// The calls that one request has cost so far.
struct CallLog<E> {
    calls: u32,
    /// Each remote provider that failed, and its last error.
    failures: Vec<(&'static str, E)>,
}

impl<E: ProviderError> CallLog<E> {
    fn new() -> Self {
        Self { calls: 0, failures: Vec::new() }
    }

    /// Calls one provider until it answers, refuses, or the tries are used up.
    async fn call<T>(
        &mut self,
        provider: &'static str,
        backoff: Backoff,
        call: impl AsyncFn() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.calls += 1;
            let error = match call().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let again = error.is_transient() && tries < backoff.tries;
            // Logged here, because the error goes no further when another provider takes over.
            tracing::warn!(provider, tries, again, %error, "provider failed");
            if !again {
                return Err(error);
            }
            tokio::time::sleep(backoff.delay(tries)).await;
        }
    }

    /// Sentences such as "the image provider did not answer in time; the painter made this picture".
    fn fallbacks(&self, kind: &str, ending: &str) -> Vec<Fallback> {
        let fallback = |(provider, error): &(&'static str, E)| Fallback {
            provider: (*provider).to_owned(),
            status: error.status(),
            message: format!("the {kind} provider {}; {ending}", error.description()),
        };
        self.failures.iter().map(fallback).collect()
    }

    /// The error of a chain in which every provider failed: the first transient one, so that the step is tried again
    /// if that can help; otherwise the embedded provider's.
    fn into_error(mut self, embedded: E) -> E {
        match self.failures.iter().position(|(_, error)| error.is_transient()) {
            Some(index) => self.failures.swap_remove(index).1,
            None => embedded,
        }
    }
}

/// Providers of pictures in order of preference.
#[derive(Clone)]
pub struct ImageChain {
    remote: Vec<Arc<dyn ImageProvider>>,
    embedded: Arc<dyn ImageProvider>,
    backoff: Backoff,
}

impl ImageChain {
    /// A chain that asks the `remote` providers in order, and `embedded` when none of them answers.
    pub fn new(
        remote: Vec<Arc<dyn ImageProvider>>,
        embedded: Arc<dyn ImageProvider>,
        backoff: Backoff,
    ) -> Self {
        Self { remote, embedded, backoff }
    }

    /// Makes the picture.
    ///
    /// # Errors
    /// When the embedded provider failed too: the first transient error ([`ImageError::Unavailable`] or
    /// [`ImageError::Timeout`]) of a remote provider, otherwise the embedded provider's error.
    pub async fn generate(&self, request: &ImageRequest) -> Result<Outcome<Picture>, ImageError> {
        let mut log = CallLog::new();
        for remote in &self.remote {
            match log.call(remote.name(), self.backoff, async || remote.generate(request).await).await {
                Ok(picture) => return Ok(log.image_outcome(picture, remote.name())),
                Err(error) => log.failures.push((remote.name(), error)),
            }
        }
        let embedded = &self.embedded;
        match log.call(embedded.name(), self.backoff, async || embedded.generate(request).await).await {
            Ok(picture) => Ok(log.image_outcome(picture, embedded.name())),
            Err(error) => Err(log.into_error(error)),
        }
    }
}

impl CallLog<ImageError> {
    fn image_outcome(&self, value: Picture, provider: &'static str) -> Outcome<Picture> {
        Outcome {
            value,
            provider: provider.to_owned(),
            attempts: self.calls,
            degraded: !self.failures.is_empty(),
            cost_micro_usd: 0,
            fallbacks: self.fallbacks("image", &format!("the {provider} made this picture")),
            notes: Vec::new(),
        }
    }
}

/// A remote provider of speech, and the languages that it is asked for.
#[derive(Clone)]
pub struct RemoteNarrator {
    /// The provider itself.
    pub provider: Arc<dyn NarrationProvider>,
    /// True for a BCP 47 language that the provider has a voice for. For other languages the chain skips the provider,
    /// and the receipt does not call that a fallback.
    pub supports: fn(&str) -> bool,
}

/// Providers of speech in order of preference.
#[derive(Clone)]
pub struct NarrationChain {
    remote: Vec<RemoteNarrator>,
    embedded: Arc<dyn NarrationProvider>,
    backoff: Backoff,
}

impl NarrationChain {
    /// A chain that asks the `remote` providers in order, and `embedded` when none of them answers.
    pub fn new(remote: Vec<RemoteNarrator>, embedded: Arc<dyn NarrationProvider>, backoff: Backoff) -> Self {
        Self { remote, embedded, backoff }
    }

    /// Speaks the text.
    ///
    /// # Errors
    /// When the embedded provider failed too: the first [`NarrationError::Unavailable`] of a remote provider, otherwise
    /// the embedded provider's error.
    pub async fn speak(&self, request: &NarrationRequest) -> Result<Outcome<Speech>, NarrationError> {
        let mut log = CallLog::new();
        for remote in self.remote.iter().filter(|remote| (remote.supports)(&request.language)) {
            let remote = &remote.provider;
            match log.call(remote.name(), self.backoff, async || remote.speak(request).await).await {
                Ok(speech) => return Ok(log.narration_outcome(speech)),
                Err(error) => log.failures.push((remote.name(), error)),
            }
        }
        let embedded = &self.embedded;
        match log.call(embedded.name(), self.backoff, async || embedded.speak(request).await).await {
            Ok(speech) => Ok(log.narration_outcome(speech)),
            Err(error) => Err(log.into_error(error)),
        }
    }
}

impl CallLog<NarrationError> {
    fn narration_outcome(&self, mut speech: Speech) -> Outcome<Speech> {
        let provider = speech.provider.clone();
        let fallbacks = self.fallbacks("narration", &format!("{provider} spoke this scene"));
        let mut notes = Vec::new();
        if speech.degraded {
            notes.push(format!("the best embedded voice was not available; {provider} spoke this scene"));
        }
        speech.degraded |= !self.failures.is_empty();
        let degraded = speech.degraded;
        Outcome {
            value: speech,
            provider,
            attempts: self.calls,
            degraded,
            cost_micro_usd: 0,
            fallbacks,
            notes,
        }
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
