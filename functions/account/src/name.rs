/// The longest name of a tenant, in characters: one line on a phone and in a mail's subject.
const LONGEST: usize = 80;

/// Whether a tenant can be called that; white space around it does not count.
pub(crate) fn check(name: &str, _: &()) -> garde::Result {
    let name = name.trim();
    if name.is_empty() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_something() {
        for good in ["Ruth", " Ruth ", "রূত", &"é".repeat(LONGEST)] {
            assert!(check(good, &()).is_ok(), "{good:?}");
        }
        for bad in ["", " \n ", "a\nb", "a\u{0}b", &"é".repeat(LONGEST + 1)] {
            assert!(check(bad, &()).is_err(), "{bad:?}");
        }
    }
}
