//! Families of devotional traditions.

use serde::{Deserialize, Serialize};

/// A family of devotional traditions, as far as pictures and music are concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tradition {
    /// No tradition is known: landscape and light.
    #[default]
    Universal,
    /// Churches, stained glass, candles, crosses.
    Christian,
    /// Temples, lotus, oil lamps, mandalas.
    Hindu,
    /// Architecture, geometric pattern, light and landscape; never figures.
    Islamic,
    /// Candles, light, landscape, pattern; never figures.
    Jewish,
    /// Lotus, mandala, mountain, water.
    Buddhist,
    /// Gurdwara architecture, water, lamps; never figures.
    Sikh,
}

impl Tradition {
    /// Whether sacred pictures of this tradition show no living beings, people or animals.
    #[must_use]
    pub const fn is_aniconic(self) -> bool {
        matches!(self, Self::Islamic | Self::Jewish | Self::Sikh)
    }
}
