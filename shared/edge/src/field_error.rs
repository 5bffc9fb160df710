//! The places of a request that a problem names, as its `errors`: RFC 9457 shows the member, and this form of it.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value};

/// The longest name that is repeated in a response, in characters: names come from the client, and may be megabytes.
const LONGEST_NAME: usize = 64;

/// What the fragment of a URL cannot contain as it is (RFC 3986, section 3.5), and `%` itself.
const NOT_IN_FRAGMENTS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A value in the body: the names and positions that lead to it, from the outside in.
    Body(Vec<String>),
    /// A parameter of the path or of the query, by its name.
    Parameter(String),
    /// A header, by its name.
    Header(&'static str),
}

impl Place {
    /// The place of a member of the body, written as `scenes[3].image`.
    pub(crate) fn member(path: &str) -> Self {
        let segments = path.split(['.', '[', ']']).filter(|segment| !segment.is_empty());
        Self::Body(segments.map(str::to_owned).collect())
    }

    /// The name of the member that says where the place is, and its value. A place in the body is a JSON Pointer (RFC
    /// 6901) in its form for fragments, as in the example of RFC 9457: `#/scenes/3/image`. The whole body is `#`.
    fn entry(&self) -> (&'static str, String) {
        match self {
            Self::Body(segments) => {
                let escaped = segments.iter().map(|segment| {
                    let escaped = shortened(segment).replace('~', "~0").replace('/', "~1");
                    format!("/{}", utf8_percent_encode(&escaped, NOT_IN_FRAGMENTS))
                });
                ("pointer", format!("#{}", escaped.collect::<String>()))
            }
            Self::Parameter(name) => ("parameter", shortened(name)),
            Self::Header(name) => ("header", (*name).to_owned()),
        }
    }

    /// The place in the words of the problem's `detail`, or nothing for the whole body.
    fn in_words(&self) -> String {
        match self {
            Self::Body(segments) => {
                segments.iter().map(|segment| shortened(segment)).collect::<Vec<_>>().join("/")
            }
            Self::Parameter(name) => shortened(name),
            Self::Header(name) => (*name).to_owned(),
        }
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    pub(crate) place: Place,
    /// The kind of fault, by a stable name: one of this module's constants, or the code of the problem.
    pub(crate) code: &'static str,
    /// What to do about it, as a sentence.
    pub(crate) detail: String,
}

/// The value is missing, or is null.
pub(crate) const REQUIRED: &str = "required";
/// There is no value of this name.
pub(crate) const UNKNOWN: &str = "unknown";
/// The value is given twice.
pub(crate) const DUPLICATE: &str = "duplicate";
/// The value is of another type, for example a number instead of a text.
pub(crate) const WRONG_TYPE: &str = "wrong_type";
/// The value has the right type, but is out of its bounds, or none of those to choose from.
pub(crate) const INVALID_VALUE: &str = "invalid_value";

/// Every code of a [`FieldError`] that is not the code of a problem, with what it means.
pub(crate) const CODES: [(&str, &str); 5] = [
    (REQUIRED, "the value is missing, or is null"),
    (UNKNOWN, "there is no value of this name"),
    (DUPLICATE, "the value is given twice"),
    (WRONG_TYPE, "the value is of another type"),
    (INVALID_VALUE, "the value is out of its bounds, or none of those to choose from"),
];

impl FieldError {
    pub(crate) fn to_json(&self) -> Value {
        let (name, place) = self.place.entry();
        let members = [(name, place), ("code", self.code.to_owned()), ("detail", self.detail.clone())];
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value)));
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// The place and what to do, in one text.
    pub(crate) fn in_words(&self) -> String {
        match self.place.in_words() {
            place if place.is_empty() => self.detail.clone(),
            place => format!("{place}: {}", self.detail),
        }
    }
}

/// A name from the client, cut where it is long.
pub(crate) fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_body_is_a_json_pointer_in_a_fragment() {
        let pointer = |segments: &[&str]| {
            Place::Body(segments.iter().map(|segment| (*segment).to_owned()).collect()).entry().1
        };
        // The first ones are the examples of RFC 6901, section 6.
        for (segments, expected) in [
            (&[] as &[&str], "#"),
            (&["foo", "0"], "#/foo/0"),
            (&[""], "#/"),
            (&["a/b"], "#/a~1b"),
            (&["c%d"], "#/c%25d"),
            (&["e^f"], "#/e%5Ef"),
            (&["g|h"], "#/g%7Ch"),
            (&["i\\j"], "#/i%5Cj"),
            (&["k\"l"], "#/k%22l"),
            (&[" "], "#/%20"),
            (&["m~n"], "#/m~0n"),
            (&["ж"], "#/%D0%B6"),
        ] {
            assert_eq!(pointer(segments), expected);
        }
        assert_eq!(Place::member("scenes[3].image").entry().1, "#/scenes/3/image");
        assert_eq!(Place::member("title").entry(), ("pointer", "#/title".to_owned()));
    }

    #[test]
    fn a_name_from_the_client_is_not_repeated_at_any_length() {
        let long = "é".repeat(1 << 20);
        assert_eq!(shortened(&long).chars().count(), LONGEST_NAME + 1);
        assert_eq!(shortened("short"), "short");
        assert!(Place::Parameter(long).entry().1.len() < 200);
    }
}
