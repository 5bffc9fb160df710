//! Providers one after the other: up to three tries each while trying again can help, then the next, and an
//! account in plain words of what did not go as wished.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use film_narrator::{Narrator, NarratorError, Script, Speech};
use film_painter::{Brief, Illustrator, IllustratorError, Picture, Size};
use studio::Fallback;

/// What a chain gave, and how it came by it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The picture or the speech.
    pub value: T,
    /// Who made it, as receipts name it: `bedrock`, `painter`, `polly`, `kokoro` …
    pub provider: String,
    /// Calls in all, of every provider; 1 when the first one answered at once.
    pub attempts: u32,
    /// True when a better provider was asked and failed.
    pub degraded: bool,
    /// What the provider charges for it, millionths of a dollar; nothing for an embedded one.
    pub cost_micro_usd: u64,
    /// For the receipt: each provider that was asked before and failed.
    pub fallbacks: Vec<Fallback>,
    /// Anything else for the receipt.
    pub notes: Vec<String>,
}

/// How often, and after which rests, a provider is asked again.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Calls of one provider, the first included; at least 1 is made.
    pub tries: u32,
    /// The rest before the second try; it doubles with each try that follows.
    pub base: Duration,
}

impl Default for Backoff {
    /// Three tries, 0.6 s and 1.2 s apart at most: a throttle of Polly (8 a second) or Bedrock has passed by then or
    /// lasts for longer than a viewer should wait for a better picture.
    fn default() -> Self {
        Self { tries: 3, base: Duration::from_millis(600) }
    }
}

impl Backoff {
    /// The rest after a failed try, counted from 1. Scenes are made side by side and are throttled together, so half
    /// of the rest is random: they must not all come back at the same moment.
    fn rest(&self, failed: u32) -> Duration {
        let full = self.base.saturating_mul(1 << (failed - 1).min(16));
        full.mul_f64(rand::random_range(0.5..=1.0))
    }
}

/// What a chain has to know of a provider's error.
trait Failure: Display {
    /// True when the same request may succeed later.
    fn is_transient(&self) -> bool;
    /// What it did, to stand behind "the image provider".
    fn in_words(&self) -> &'static str;
    /// The same as a status of HTTP.
    fn status(&self) -> u16;
}

impl Failure for IllustratorError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Timeout { .. })
    }

    fn in_words(&self) -> &'static str {
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

impl Failure for NarratorError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    fn in_words(&self) -> &'static str {
        if self.is_transient() { "was not available" } else { "refused this text" }
    }

    fn status(&self) -> u16 {
        if self.is_transient() { 503 } else { 422 }
    }
}

/// What went wrong so far.
struct Account<E> {
    attempts: u32,
    /// Each remote provider that failed, and its last error.
    failures: Vec<(&'static str, E)>,
}

impl<E: Failure> Account<E> {
    fn new() -> Self {
        Self { attempts: 0, failures: Vec::new() }
    }

    /// Asks one provider until it answers, refuses, or the tries are used up.
    async fn ask<T>(
        &mut self,
        provider: &'static str,
        backoff: Backoff,
        call: impl AsyncFn() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.attempts += 1;
            let error = match call().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let again = error.is_transient() && tries < backoff.tries;
            // Another provider takes over and the error ends here, so here is where it is logged.
            tracing::warn!(provider, tries, again, %error, "provider failed");
            if !again {
                return Err(error);
            }
            tokio::time::sleep(backoff.rest(tries)).await;
        }
    }

    /// Sentences such as "the image provider did not answer in time; the painter made this picture".
    fn fallbacks(&self, kind: &str, ending: &str) -> Vec<Fallback> {
        let told = |(provider, error): &(&'static str, E)| Fallback {
            provider: (*provider).to_owned(),
            status: error.status(),
            message: format!("the {kind} provider {}; {ending}", error.in_words()),
        };
        self.failures.iter().map(told).collect()
    }

    /// The error of a chain in which all failed: one that says that later may be better, if any does, else the last.
    fn verdict(mut self, last: E) -> E {
        match self.failures.iter().position(|(_, error)| error.is_transient()) {
            Some(index) => self.failures.swap_remove(index).1,
            None => last,
        }
    }
}

/// Illustrators in order of preference.
#[derive(Clone)]
pub struct IllustratorChain {
    remote: Vec<Arc<dyn Illustrator>>,
    embedded: Arc<dyn Illustrator>,
    backoff: Backoff,
}

impl IllustratorChain {
    /// A chain that asks the remote ones in order, and the embedded one when none of them answers.
    pub fn new(remote: Vec<Arc<dyn Illustrator>>, embedded: Arc<dyn Illustrator>, backoff: Backoff) -> Self {
        Self { remote, embedded, backoff }
    }

    /// Makes the picture, `size` exactly.
    ///
    /// # Errors
    /// When the embedded illustrator failed too.
    pub async fn illustrate(&self, brief: &Brief, size: Size) -> Result<Answer<Picture>, IllustratorError> {
        let mut account = Account::new();
        for remote in &self.remote {
            match account
                .ask(remote.name(), self.backoff, async || remote.illustrate(brief, size).await)
                .await
            {
                Ok(picture) => return Ok(account.pictured(picture, remote.name())),
                Err(error) => account.failures.push((remote.name(), error)),
            }
        }
        let embedded = &self.embedded;
        match account
            .ask(embedded.name(), self.backoff, async || embedded.illustrate(brief, size).await)
            .await
        {
            Ok(picture) => Ok(account.pictured(picture, embedded.name())),
            Err(error) => Err(account.verdict(error)),
        }
    }
}

impl Account<IllustratorError> {
    fn pictured(&self, value: Picture, provider: &'static str) -> Answer<Picture> {
        Answer {
            value,
            provider: provider.to_owned(),
            attempts: self.attempts,
            degraded: !self.failures.is_empty(),
            cost_micro_usd: 0,
            fallbacks: self.fallbacks("image", &format!("the {provider} made this picture")),
            notes: Vec::new(),
        }
    }
}

/// A remote narrator, and the languages that it is asked for.
#[derive(Clone)]
pub struct RemoteNarrator {
    /// Who.
    pub narrator: Arc<dyn Narrator>,
    /// True for a BCP 47 language that the narrator has a voice for. For the others it is passed over in silence:
    /// what was never on offer did not fail.
    pub speaks: fn(&str) -> bool,
}

/// Narrators in order of preference.
#[derive(Clone)]
pub struct NarratorChain {
    remote: Vec<RemoteNarrator>,
    embedded: Arc<dyn Narrator>,
    backoff: Backoff,
}

impl NarratorChain {
    /// A chain that asks the remote ones in order, and the embedded one when none of them answers.
    pub fn new(remote: Vec<RemoteNarrator>, embedded: Arc<dyn Narrator>, backoff: Backoff) -> Self {
        Self { remote, embedded, backoff }
    }

    /// Speaks the script.
    ///
    /// # Errors
    /// When the embedded narrator failed too.
    pub async fn narrate(&self, script: &Script) -> Result<Answer<Speech>, NarratorError> {
        let mut account = Account::new();
        for remote in self.remote.iter().filter(|remote| (remote.speaks)(&script.language)) {
            let remote = &remote.narrator;
            match account.ask(remote.name(), self.backoff, async || remote.narrate(script).await).await {
                Ok(speech) => return Ok(account.spoken(speech)),
                Err(error) => account.failures.push((remote.name(), error)),
            }
        }
        let embedded = &self.embedded;
        match account.ask(embedded.name(), self.backoff, async || embedded.narrate(script).await).await {
            Ok(speech) => Ok(account.spoken(speech)),
            Err(error) => Err(account.verdict(error)),
        }
    }
}

impl Account<NarratorError> {
    fn spoken(&self, mut speech: Speech) -> Answer<Speech> {
        let provider = speech.provider.clone();
        let fallbacks = self.fallbacks("narration", &format!("{provider} spoke this scene"));
        let mut notes = Vec::new();
        if speech.degraded {
            notes.push(format!("the best embedded voice was not available; {provider} spoke this scene"));
        }
        speech.degraded |= !self.failures.is_empty();
        let degraded = speech.degraded;
        Answer {
            value: speech,
            provider,
            attempts: self.attempts,
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
