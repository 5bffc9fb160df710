//! Settings come from the environment and are read once, at start.

use std::str::FromStr;

/// A setting is absent or does not parse. The function refuses to start and says which.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// Not set.
    #[error("set the environment variable {0}")]
    Missing(&'static str),
    /// Set to something that is not of its type.
    #[error("the environment variable {name} is {value:?}: {reason}")]
    Invalid {
        /// Which.
        name: &'static str,
        /// What it is.
        value: String,
        /// Why that is wrong.
        reason: String,
    },
}

/// The setting as text.
///
/// # Errors
/// [`SettingError::Missing`] when it is unset or empty.
pub fn text(name: &'static str) -> Result<String, SettingError> {
    optional_text(name).ok_or(SettingError::Missing(name))
}

/// The setting as text, or none when it is unset or empty.
#[must_use]
pub fn optional_text(name: &'static str) -> Option<String> {
    #[allow(clippy::disallowed_methods, reason = "this is where settings are read")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The setting parsed, or none when it is unset or empty.
///
/// # Errors
/// [`SettingError::Invalid`] when it is set and does not parse.
pub fn optional_parsed<T>(name: &'static str) -> Result<Option<T>, SettingError>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let Some(value) = optional_text(name) else { return Ok(None) };
    let parsed = value.parse().map(Some);
    parsed.map_err(|error: T::Err| SettingError::Invalid { name, reason: error.to_string(), value })
}

/// The setting parsed, or `default` when it is unset.
///
/// # Errors
/// [`SettingError::Invalid`] when it is set and does not parse.
pub fn parsed<T>(name: &'static str, default: T) -> Result<T, SettingError>
where
    T: FromStr<Err: std::fmt::Display>,
{
    Ok(optional_parsed(name)?.unwrap_or(default))
}
