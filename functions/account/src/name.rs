//! Names that people give: to the tenant, to an API key.

use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// The longest name, in characters: one line on a phone and in a mail.
const LONGEST: usize = 80;

/// What [`check`] lets pass, for readers of the API's description.
const PATTERN: &str =
    r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*$";

/// Whether something can be called that. It is kept without the white space around it.
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

/// The same, as the API's description has it.
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
    fn a_name_is_one_line_of_something() {
        for good in ["Ruth", " Ruth ", "রূত", &"é".repeat(LONGEST)] {
            assert!(check(good, &()).is_ok(), "{good:?}");
        }
        for bad in ["", " \n ", "a\nb", "a\u{0}b", " a\n", &"é".repeat(LONGEST + 1)] {
            assert!(check(bad, &()).is_err(), "{bad:?}");
        }
    }
}
