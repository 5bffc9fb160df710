use std::num::NonZeroU32;
use std::time::Duration;

use cloud::settings::{self, SettingError};

/// How long what proves who somebody is stays good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A sign-in link.
    pub link: Duration,
    /// A session, however much it is used.
    pub session: Duration,
    /// An access token.
    pub access_token: Duration,
}

impl Lifetimes {
    /// From `MAGIC_LINK_TTL_MINUTES` (15, as the deployment guide has it), `SESSION_TTL_DAYS` (30) and
    /// `ACCESS_TOKEN_TTL_MINUTES` (60).
    ///
    /// # Errors
    /// [`SettingError::Invalid`] when one is set and is not a positive whole number.
    pub fn configured() -> Result<Self, SettingError> {
        Ok(Self {
            link: read("MAGIC_LINK_TTL_MINUTES", 15, MINUTE)?,
            session: read("SESSION_TTL_DAYS", 30, DAY)?,
            access_token: read("ACCESS_TOKEN_TTL_MINUTES", 60, MINUTE)?,
        })
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Nought is refused: nobody could sign in.
fn read(name: &'static str, default: u32, unit: Duration) -> Result<Duration, SettingError> {
    let count = match settings::optional_text(name) {
        None => default,
        Some(_) => settings::parsed(name, NonZeroU32::MIN)?.get(),
    };
    Ok(unit * count)
}
