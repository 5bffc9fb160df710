use tenancy::ContentHash;

/// What the client sent to tell a repeated request from a new one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Hash of the header's value.
    pub key: ContentHash,
    /// Hash of the request.
    pub request: ContentHash,
}
