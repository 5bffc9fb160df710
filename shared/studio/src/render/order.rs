use film_vocabulary::Resolution;
use serde::Serialize;
use tenancy::ContentHash;

use crate::idempotency::IdempotencyKey;
use crate::project::ProjectId;

/// What a request to render asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOrder {
    /// The project whose film is to be made.
    pub project: ProjectId,
    /// The frame's size.
    pub resolution: Resolution,
    /// How much may be made for it.
    pub extent: RenderExtent,
}

/// How much of a film a render may make. The names of the variants are hashed into idempotency keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RenderExtent {
    /// Every artefact that is missing.
    Film,
    /// The soundtrack and the film: pictures, narrations and clips must be there already.
    Stitch,
}

impl RenderOrder {
    /// The idempotency key of a request that asked for this order: `key` is the hash of the header's value with the
    /// caller and the route, `unscoped` that of the value alone.
    #[must_use]
    pub fn idempotency_key(&self, key: ContentHash, unscoped: ContentHash) -> IdempotencyKey {
        let request = serde_json::json!([self.project, self.resolution, self.extent]).to_string();
        IdempotencyKey { key, unscoped, request: ContentHash::of(request.as_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idempotency_key_tells_orders_apart_and_keeps_its_hash_from_release_to_release() {
        let project = ProjectId::from_uuid(tenancy::uuid::Uuid::nil());
        let order = RenderOrder { project, resolution: Resolution::P1080, extent: RenderExtent::Film };
        let (scoped, unscoped) = (ContentHash::of(b"scoped"), ContentHash::of(b"k"));
        let key = order.idempotency_key(scoped, unscoped);
        assert_eq!((key.key, key.unscoped), (scoped, unscoped));
        let hashed = format!(r#"["{project}","1080p","Film"]"#);
        assert_eq!(key.request, ContentHash::of(hashed.as_bytes()));
        let stitch = RenderOrder { extent: RenderExtent::Stitch, ..order };
        assert_ne!(stitch.idempotency_key(scoped, unscoped).request, key.request);
    }
}
