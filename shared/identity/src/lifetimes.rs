//! How long links, sessions and access tokens are valid.

use std::num::NonZeroU32;
use std::time::Duration;

use cloud::settings::{self, SettingError};

/// How long each kind of credential is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A sign-in link, from when it is sent.
    pub link: Duration,
    /// A session, from sign-in on, however often it is used.
    pub session: Duration,
    /// A session, from its last refresh on.
    pub idle: Duration,
    /// An access token, from when it is issued.
    pub access_token: Duration,
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Lifetimes {
    /// The defaults: links 15 minutes, a requirement of the product, sessions 30 days in all and 14 days unused,
    /// access tokens 15 minutes.
    pub const DEFAULT: Self = Self {
        link: Duration::from_secs(15 * 60),
        session: Duration::from_secs(30 * 24 * 60 * 60),
        idle: Duration::from_secs(14 * 24 * 60 * 60),
        access_token: Duration::from_secs(15 * 60),
    };

    /// From `MAGIC_LINK_TTL_MINUTES`, `SESSION_TTL_DAYS`, `SESSION_IDLE_DAYS` and
    /// `ACCESS_TOKEN_TTL_MINUTES`; what is not set is as in [`Lifetimes::DEFAULT`].
    ///
    /// # Errors
    /// [`SettingError::Invalid`] when one is set and is not a positive whole number.
    pub fn from_settings() -> Result<Self, SettingError> {
        let default = Self::DEFAULT;
        Ok(Self {
            link: read("MAGIC_LINK_TTL_MINUTES", MINUTE, default.link)?,
            session: read("SESSION_TTL_DAYS", DAY, default.session)?,
            idle: read("SESSION_IDLE_DAYS", DAY, default.idle)?,
            access_token: read("ACCESS_TOKEN_TTL_MINUTES", MINUTE, default.access_token)?,
        })
    }
}

/// Zero is refused, because nobody could sign in then.
fn read(name: &'static str, unit: Duration, default: Duration) -> Result<Duration, SettingError> {
    match settings::optional_text(name) {
        None => Ok(default),
        Some(_) => Ok(unit * settings::parsed(name, NonZeroU32::MIN)?.get()),
    }
}
