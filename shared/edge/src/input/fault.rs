use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

use crate::field_error::{DUPLICATE, INVALID_VALUE, REQUIRED, UNKNOWN, WRONG_TYPE, shortened};

/// Why a type could not be made from an [`Input`](super::Input): where, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The names and positions that lead to the value, from the inside out.
    path: Vec<String>,
    pub(crate) code: &'static str,
    /// A sentence for the client.
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { path: Vec::new(), code, detail: detail.into() }
    }

    /// The same fault, seen from the value that holds the faulty one under this name or position.
    pub(crate) fn within(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }

    /// The names and positions that lead to the value, from the outside in.
    pub(crate) fn path(&self) -> Vec<String> {
        self.path.iter().rev().cloned().collect()
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path().join("/"), self.detail)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    /// The message of a type's own check. Those that are written for clients begin with `expected` or `give`; others,
    /// such as those of a library's types, are in the words of a parser, and are not repeated.
    fn custom<T: Display>(message: T) -> Self {
        let message = message.to_string();
        let asked = message.strip_prefix("expected ").or_else(|| message.strip_prefix("give "));
        let detail = match asked {
            Some(asked) => format!("Give {asked}."),
            None => "Give a value of the form that the API's description asks for.".to_owned(),
        };
        Self::new(INVALID_VALUE, detail)
    }

    // `Input` checks types itself, so that the next two are only for types that ask for any value and then do not take
    // it. `Expected` is not repeated: it can name a Rust type.
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new(WRONG_TYPE, "Give a value of the type that the API's description asks for.")
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new(INVALID_VALUE, "Give a value within the bounds that the API's description says.")
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::new(INVALID_VALUE, "Give as many values as the API's description says.")
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        let detail = match expected {
            [only] => format!("Give `{only}`."),
            _ => format!("Give one of {}.", listed(expected)),
        };
        Self::new(INVALID_VALUE, detail)
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        let detail = match expected {
            [] => "Leave this out: nothing can be given here.".to_owned(),
            _ => format!("Leave this out, or give it its right name: {}.", listed(expected)),
        };
        Self::new(UNKNOWN, detail).within(shortened(name))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(REQUIRED, "Give this value.").within(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(DUPLICATE, "Give this value once.").within(name)
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
