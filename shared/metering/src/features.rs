use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tenancy::UnknownName;

/// Something costly that the operator can switch off in an emergency, whatever the plan includes: the
/// runbook's hard reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    /// Films in 4K.
    Uhd,
    /// Publishing films elsewhere.
    Publish,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Uhd, Self::Publish];

    /// The name as problems have it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uhd => "4k",
            Self::Publish => "publish",
        }
    }

    /// Where it stands that it is switched off.
    pub(crate) const fn off_attribute(self) -> &'static str {
        match self {
            Self::Uhd => "uhd_off",
            Self::Publish => "publish_off",
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Feature {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let named = Self::ALL.into_iter().find(|feature| feature.as_str() == text);
        named.ok_or_else(|| UnknownName { kind: "feature", text: text.to_owned() })
    }
}

/// Which features are switched off. One item, whole or absent; absent, nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    uhd_off: bool,
    publish_off: bool,
}

impl Features {
    /// Whether the operator leaves it on. That the plan includes it is another question.
    #[must_use]
    pub const fn is_on(&self, feature: Feature) -> bool {
        match feature {
            Feature::Uhd => !self.uhd_off,
            Feature::Publish => !self.publish_off,
        }
    }

    /// What is left on by both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { uhd_off: self.uhd_off || other.uhd_off, publish_off: self.publish_off || other.publish_off }
    }
}
