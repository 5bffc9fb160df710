use std::str::FromStr;

use crate::settings::error::SettingError;
use crate::settings::variable::Variable;

/// A setting as text.
///
/// # Errors
/// [`SettingError::Missing`] when the environment variable is unset or empty.
pub fn text(setting: impl Into<Variable>) -> Result<String, SettingError> {
    let Variable { name, holds } = setting.into();
    optional_text(name).ok_or_else(|| SettingError::Missing { function: function(), name, holds })
}

/// The environment variable's value, or none when it is unset or empty.
#[must_use]
pub fn optional_text(name: &'static str) -> Option<String> {
    #[allow(clippy::disallowed_methods, reason = "this is where settings are read")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The environment variable's value parsed, or none when it is unset or empty.
///
/// # Errors
/// [`SettingError::Invalid`] when it is set and does not parse.
pub fn optional_parsed<T>(name: &'static str) -> Result<Option<T>, SettingError>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let Some(value) = optional_text(name) else { return Ok(None) };
    let parsed = value.parse().map(Some);
    parsed.map_err(|error: T::Err| SettingError::Invalid {
        function: function(),
        name,
        reason: error.to_string(),
        value,
    })
}

/// The environment variable's value parsed, or `default` when it is unset or empty.
///
/// # Errors
/// [`SettingError::Invalid`] when it is set and does not parse.
pub fn parsed<T>(name: &'static str, default: T) -> Result<T, SettingError>
where
    T: FromStr<Err: std::fmt::Display>,
{
    Ok(optional_parsed(name)?.unwrap_or(default))
}

/// Who reads the settings: in Lambda the function's name, elsewhere the program's file name. A Lambda function's own
/// program is always called `bootstrap`.
fn function() -> String {
    optional_text("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|| {
        let program = std::env::current_exe().unwrap_or_default();
        program.file_name().unwrap_or_default().to_string_lossy().into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_setting_says_who_needs_what() {
        let missing = text(Variable::new("NO_SUCH_TABLE", "the table of nothing")).unwrap_err().to_string();
        let said = "needs the environment variable NO_SUCH_TABLE: the table of nothing";
        assert!(missing.len() > said.len() + 1 && missing.ends_with(said), "{missing}");
    }
}
