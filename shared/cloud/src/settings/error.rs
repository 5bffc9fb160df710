/// A setting is absent or does not parse. The function refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The environment variable is unset or empty.
    #[error("{function} needs the environment variable {name}: {holds}")]
    Missing {
        /// The Lambda function's name; outside of Lambda, the program's file name.
        function: String,
        /// The environment variable's name.
        name: &'static str,
        /// What the environment variable holds.
        holds: &'static str,
    },
    /// The environment variable's value is not of the setting's type.
    #[error("the environment variable {name} of {function} is {value:?}: {reason}")]
    Invalid {
        /// The Lambda function's name; outside of Lambda, the program's file name.
        function: String,
        /// The environment variable's name.
        name: &'static str,
        /// The environment variable's value.
        value: String,
        /// What the parser said of the value.
        reason: String,
    },
}
