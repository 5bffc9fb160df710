//! Costly features that the operator can switch off.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tenancy::UnknownName;

/// A costly feature that the operator can switch off in an emergency, whatever the plan includes (the runbook's hard
/// reset).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    /// Films in 4K.
    Uhd,
    /// Publishing films elsewhere.
    Publish,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 2] = [Self::Uhd, Self::Publish];

    /// The name in problem documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uhd => "4k",
            Self::Publish => "publish",
        }
    }

    /// The attribute of the item `FEATURES` that is true when the feature is off.
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

/// The switches of one scope, as stored in the item `FEATURES`. Every feature is on while there is no such item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    uhd_off: bool,
    publish_off: bool,
}

impl Features {
    /// True unless the operator switched the feature off. Whether the plan includes it is checked elsewhere.
    #[must_use]
    pub const fn is_on(&self, feature: Feature) -> bool {
        match feature {
            Feature::Uhd => !self.uhd_off,
            Feature::Publish => !self.publish_off,
        }
    }

    /// The features that are on in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { uhd_off: self.uhd_off || other.uhd_off, publish_off: self.publish_off || other.publish_off }
    }
}
