use tenancy::ContentHash;

/// What tells a repeated request from a new one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Hash of the value of the `Idempotency-Key` header with the caller and the route that it is valid for.
    pub key: ContentHash,
    /// Hash of the value alone, by which earlier versions recorded it.
    pub unscoped: ContentHash,
    /// Hash of what was ordered, to refuse a key that comes again with another order.
    pub request: ContentHash,
}
