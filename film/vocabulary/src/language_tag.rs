//! The tag of a language, as it stands in requests.

use serde::{Deserialize, Serialize};

/// The part of BCP 47 that names languages here: a language of two or three small letters with an optional script and
/// region, such as `en`, `pt-BR` or `zh-Hans-CN`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(String);

/// A text is no [`LanguageTag`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a BCP 47 language such as en, hi or pt-BR")]
pub struct InvalidLanguageTag;

impl LanguageTag {
    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = InvalidLanguageTag;

    fn try_from(tag: String) -> Result<Self, InvalidLanguageTag> {
        let mut parts = tag.split('-');
        let language = parts.next().unwrap_or_default();
        let is_good = matches!(language.len(), 2 | 3)
            && language.bytes().all(|byte| byte.is_ascii_lowercase())
            && parts.clone().count() <= 2
            && parts.all(|part| {
                matches!(part.len(), 2..=4) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
        if is_good { Ok(Self(tag)) } else { Err(InvalidLanguageTag) }
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> Self {
        tag.0
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
    use utoipa::{PartialSchema, ToSchema};

    use super::LanguageTag;

    /// A regular expression (ECMA 262) for what [`LanguageTag`] accepts.
    const PATTERN: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{2,4}){0,2}$";

    impl PartialSchema for LanguageTag {
        fn schema() -> RefOr<Schema> {
            let text = "A BCP 47 tag: a language with an optional script and region.";
            let tag = ObjectBuilder::new().schema_type(Type::String).description(Some(text));
            RefOr::T(tag.pattern(Some(PATTERN)).build().into())
        }
    }

    impl ToSchema for LanguageTag {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_a_language_and_at_most_a_script_and_a_region() {
        for (tag, is_good) in [
            ("en", true),
            ("yue", true),
            ("pt-BR", true),
            ("zh-Hans-CN", true),
            ("EN", false),
            ("e", false),
            ("", false),
            ("en-", false),
            ("en_GB", false),
            ("en-a-b-c", false),
            ("e/..", false),
        ] {
            assert_eq!(LanguageTag::try_from(tag.to_owned()).is_ok(), is_good, "{tag}");
        }
    }
}
