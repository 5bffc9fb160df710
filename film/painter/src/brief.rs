//! What a scene asks for: keywords, tradition and seeds.

use film_vocabulary::Tradition;
use serde::{Deserialize, Serialize};

/// What a picture should show. The same brief and size always give the same picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// What the scene is about, in words for an image model.
    pub prompt: String,
    /// Canonical English keywords, most telling first: `shepherd`, `water`, `night`, `lamp` …
    pub keywords: Vec<String>,
    /// The tradition that the text belongs to; aniconic ones never get figures.
    pub tradition: Tradition,
    /// One per film: chooses the palette and the style that all its pictures share.
    pub film_seed: u64,
    /// One per scene: chooses the composition.
    pub scene_seed: u64,
}
