use serde::{Deserialize, Serialize};

/// An item's entry in the sparse index `due`, which the sweeper reads. It consists of attributes of the item, so that
/// one write changes state and entry; the attributes are removed when nothing is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The partition of the index, which spreads tenants over several.
    pub due_shard: String,
    /// When the sweeper looks at the item, milliseconds since 1970: then a message was lost or a worker died.
    pub due_at: i64,
}
