use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::node::{Input, Number};

/// How deep arrays and objects may be inside of each other. No body of this API needs more than three levels, and the
/// stack must suffice for a body that is nothing but brackets.
const DEEPEST: usize = 32;

/// U+FEFF in UTF-8. Some programs write it at the beginning of every file; RFC 8259 lets a parser ignore it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why bytes are not taken as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// The bytes are not UTF-8 from this one on, counted from one.
    NotUtf8 { byte: usize },
    /// They are no JSON. Both are counted from one.
    Syntax { line: usize, column: usize },
    /// They are JSON with a value that cannot be represented; the text says what to send instead.
    Unrepresentable(&'static str),
}

/// Parses a JSON text (RFC 8259). Nothing but white space gives `None`.
pub(crate) fn parse_json(bytes: &[u8]) -> Result<Option<Input>, JsonError> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text =
        std::str::from_utf8(bytes).map_err(|error| JsonError::NotUtf8 { byte: error.valid_up_to() + 1 })?;
    if text.trim_ascii().is_empty() {
        return Ok(None);
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let parsed = InputSeed { levels_left: DEEPEST }.deserialize(&mut json);
    let parsed = parsed.and_then(|input| json.end().map(|()| Some(input)));
    parsed.map_err(|error| json_error(&error))
}

fn json_error(error: &serde_json::Error) -> JsonError {
    // The only error that the visitor below makes itself.
    if error.is_data() {
        return JsonError::Unrepresentable("Put arrays and objects at most 32 levels deep into each other.");
    }
    // RFC 8259 permits both, but lets a parser refuse them. serde_json tells them by these texts only.
    match error.to_string() {
        text if text.starts_with("number out of range") => {
            JsonError::Unrepresentable("Give numbers between -1.7e308 and 1.7e308.")
        }
        text if text.starts_with("lone leading surrogate")
            || text.starts_with("unexpected end of hex escape") =>
        {
            JsonError::Unrepresentable(
                "Escape a character above U+FFFF by both halves of its surrogate pair.",
            )
        }
        _ => JsonError::Syntax { line: error.line(), column: error.column() },
    }
}

/// Makes an [`Input`] of whatever the JSON is, and keeps members that are given twice, which `serde_json::Value` does
/// not.
#[derive(Clone, Copy)]
struct InputSeed {
    levels_left: usize,
}

impl InputSeed {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let levels_left = self.levels_left.checked_sub(1).ok_or_else(|| E::custom("too deep"))?;
        Ok(Self { levels_left })
    }
}

impl<'de> DeserializeSeed<'de> for InputSeed {
    type Value = Input;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Input, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for InputSeed {
    type Value = Input;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Input, E> {
        Ok(Input::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Input, E> {
        Ok(Input::Number(Number::Whole(value.into())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Input, E> {
        Ok(Input::Number(Number::Whole(value.into())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Input, E> {
        Ok(Input::Number(Number::Decimal(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Input, E> {
        Ok(Input::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Input, E> {
        Ok(Input::Text(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Input, E> {
        Ok(Input::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Input, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = array.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Input::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Input, A::Error> {
        let inner = self.inner()?;
        let mut members = Vec::new();
        while let Some(name) = object.next_key::<String>()? {
            members.push((name, object.next_value_seed(inner)?));
        }
        Ok(Input::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_json_are_told_by_their_place() {
        let syntax = |line, column| Err(JsonError::Syntax { line, column });
        for (bytes, expected) in [
            (b"{" as &[u8], syntax(1, 1)),
            (b"{\"a\": 1,\n \"b\" 2}", syntax(2, 6)),
            (b"{} {}", syntax(1, 4)),
            (b"\0", syntax(1, 1)),
            (b"NaN", syntax(1, 1)),
            (b"{'a': 1}", syntax(1, 2)),
            (b"{\"a\": 01}", syntax(1, 8)),
            (b"\"a\nb\"", syntax(2, 0)),
            (b"{\"text\":\"caf\xe9\"}", Err(JsonError::NotUtf8 { byte: 13 })),
            (b"\xff\xfe{\0}\0", Err(JsonError::NotUtf8 { byte: 1 })),
        ] {
            assert_eq!(parse_json(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn json_that_cannot_be_represented_is_not_called_broken() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_json(nested(DEEPEST).as_bytes()).is_ok());
        for text in [nested(DEEPEST + 1).as_str(), "1e999", r#""\ud800""#, r#""\ud800x""#, r#""\udc00""#] {
            let refused = parse_json(text.as_bytes());
            assert!(matches!(refused, Err(JsonError::Unrepresentable(_))), "{text}: {refused:?}");
        }
        // Half a megabyte of brackets does not use up the stack.
        assert!(parse_json("[".repeat(1 << 19).as_bytes()).is_err());
    }

    #[test]
    fn a_byte_order_mark_and_white_space_are_skipped() {
        let object = Ok(Some(Input::Object(vec![("a".into(), Input::Null)])));
        assert_eq!(parse_json(b"\xef\xbb\xbf {\"a\": null}\n"), object);
        for empty in [b"" as &[u8], b" \r\n\t", b"\xef\xbb\xbf"] {
            assert_eq!(parse_json(empty), Ok(None));
        }
        assert_eq!(parse_json("\"\u{feff}\"".as_bytes()), Ok(Some(Input::Text("\u{feff}".into()))));
    }
}
