//! The rules of names that people give to an account or to an API key.

use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// The maximum length of a name in characters: one line on a phone and in a mail.
const LONGEST: usize = 80;

/// A regular expression for what [`check`] accepts, for the API's description.
const PATTERN: &str =
    r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*$";

/// Checks a name. Handlers trim it before they store it.
pub(crate) fn check(name: &str, _: &()) -> garde::Result {
    if name.trim().is_empty() {
        return Err(garde::Error::new("give at least one character"));
    }
    if name.chars().count() > LONGEST {
        return Err(garde::Error::new(format!("give at most {LONGEST} characters")));
    }
    if name.chars().any(char::is_control) {
        return Err(garde::Error::new("give a single line without control characters"));
    }
    Ok(())
}

/// The schema of a name in the API's description.
pub(crate) fn schema() -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(LONGEST))
        .pattern(Some(PATTERN))
        .description(Some("One line of at most 80 characters."))
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_is_not_blank() {
        for good in ["Ruth", " Ruth ", "রূত", &"é".repeat(LONGEST)] {
            assert!(check(good, &()).is_ok(), "{good:?}");
        }
        for bad in ["", " \n ", "a\nb", "a\u{0}b", " a\n", &"é".repeat(LONGEST + 1)] {
            assert!(check(bad, &()).is_err(), "{bad:?}");
        }
    }
}
