//! The result of a fallback chain.

/// What a chain made, and how it came by it.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// The picture or the speech.
    pub value: T,
    /// The provider or voice that made it, as receipts name it: `bedrock`, `painter`, `polly`, `kokoro`.
    pub provider: String,
    /// Calls of all providers together; 1 when the first provider answered the first call.
    pub attempts: u32,
    /// True when a better provider was asked and failed.
    pub degraded: bool,
    /// What the provider charges for it, in millionths of a US dollar; 0 for an embedded provider.
    pub cost_micro_usd: u64,
    /// For the receipt: one entry for each provider that was asked before and failed.
    pub fallbacks: Vec<Fallback>,
    /// For the receipt: sentences about anything else that reduced the quality.
    pub notes: Vec<String>,
}

/// A provider that failed, so that another one took over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// The provider that failed: `bedrock`, `polly`.
    pub provider: String,
    /// The failure as an HTTP status: 408 no answer in time, 422 refused, 503 not available.
    pub status: u16,
    /// A sentence that says what the provider did and who took over.
    pub message: String,
}
