//! The values that the providers' settings may have.

use std::str::FromStr;
use std::time::Duration;

/// The setting's value is none of those that it may have, which the text lists.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {0}")]
pub(crate) struct NotOneOf(pub(crate) &'static str);

/// The value of `IMAGE_PROVIDER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImageSource {
    Painter,
    Bedrock,
}

impl FromStr for ImageSource {
    type Err = NotOneOf;

    fn from_str(value: &str) -> Result<Self, NotOneOf> {
        match value {
            "painter" => Ok(Self::Painter),
            "bedrock" => Ok(Self::Bedrock),
            _ => Err(NotOneOf("painter, bedrock")),
        }
    }
}

/// The value of `NARRATION_PROVIDER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NarrationSource {
    Embedded,
    Polly,
}

impl FromStr for NarrationSource {
    type Err = NotOneOf;

    fn from_str(value: &str) -> Result<Self, NotOneOf> {
        match value {
            "embedded" => Ok(Self::Embedded),
            "polly" => Ok(Self::Polly),
            _ => Err(NotOneOf("embedded, polly")),
        }
    }
}

/// The value of `PROVIDER_TIMEOUT_S`: how long one call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallTimeout(pub(crate) Duration);

impl FromStr for CallTimeout {
    type Err = NotOneOf;

    fn from_str(value: &str) -> Result<Self, NotOneOf> {
        // Three tries of 80 s and the embedded provider fit into the five minutes that a step has.
        match value.parse() {
            Ok(seconds @ 1..=80) => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(NotOneOf("1 to 80 seconds")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_take_their_own_values_only() {
        assert_eq!("bedrock".parse(), Ok(ImageSource::Bedrock));
        assert_eq!("painter".parse(), Ok(ImageSource::Painter));
        assert_eq!("polly".parse(), Ok(NarrationSource::Polly));
        assert_eq!("embedded".parse(), Ok(NarrationSource::Embedded));
        assert_eq!("60".parse(), Ok(CallTimeout(Duration::from_secs(60))));
        assert!("Bedrock".parse::<ImageSource>().is_err());
        assert!("kokoro".parse::<NarrationSource>().is_err());
        for value in ["0", "81", "1.5", ""] {
            assert!(value.parse::<CallTimeout>().is_err());
        }
    }
}
