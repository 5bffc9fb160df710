//! Parsing the `Authorization` header.

/// The token of an `Authorization` header (RFC 6750). The scheme is case-insensitive (RFC 9110).
pub(crate) fn token(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_has_a_token() {
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c", " Bearer a.b.c "] {
            assert_eq!(token(good), Some("a.b.c"), "{good:?}");
        }
        for bad in ["", "Bearer", "Bearer ", "a.b.c", "Basic a.b.c", "Bearera.b.c"] {
            assert_eq!(token(bad), None, "{bad:?}");
        }
    }
}
