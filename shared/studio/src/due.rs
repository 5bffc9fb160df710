use serde::{Deserialize, Serialize};

/// An entry in the sweeper's index. It stands in the item's own attributes, so that state and entry are one
/// write; it is removed when there is nothing left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Spreads the index over partitions.
    pub due_shard: String,
    /// When to look, milliseconds since 1970: a message lost, a worker dead.
    pub due_at: i64,
}
