//! Prefixed identifiers: `job_0198f0c5…`, a UUIDv7 without hyphens behind the name of what it names.

use ::utoipa::openapi::RefOr;
use ::utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

#[doc(hidden)]
pub use ::{utoipa, uuid};

/// A text is not an id of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `{prefix}` followed by 32 lowercase hexadecimal digits")]
pub struct InvalidId {
    /// The prefix of the expected kind, for example `job_`.
    pub prefix: &'static str,
}

/// Parses the UUID behind `prefix`. Called by the code that `id!` makes.
///
/// # Errors
/// [`InvalidId`] when the text does not begin with the prefix, or anything but 32 lowercase hexadecimal digits follows.
#[doc(hidden)]
pub fn parse_suffix(prefix: &'static str, text: &str) -> Result<uuid::Uuid, InvalidId> {
    let digits = text.strip_prefix(prefix).ok_or(InvalidId { prefix })?;
    let canonical = digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !canonical {
        return Err(InvalidId { prefix });
    }
    uuid::Uuid::try_parse(digits).map_err(|_| InvalidId { prefix })
}

/// The OpenAPI schema of an id: a string with the pattern that [`parse_suffix`] accepts.
#[doc(hidden)]
#[must_use]
pub fn schema(prefix: &str) -> RefOr<Schema> {
    text_like(&format!("^{prefix}[0-9a-f]{{32}}$"))
}

/// The OpenAPI schema of a string that matches a pattern.
pub(crate) fn text_like(pattern: &str) -> RefOr<Schema> {
    RefOr::T(ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build().into())
}

/// The OpenAPI schema of a string that is one of these names.
pub(crate) fn one_of(names: &[&str]) -> RefOr<Schema> {
    RefOr::T(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names.to_vec())).build().into())
}

/// Defines an id type: `id!(/** docs */ JobId, "job_");`
///
/// The type orders by time of creation (UUIDv7), prints and serialises as its prefixed text, and
/// parses from nothing else.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::uuid::Uuid);

        impl $name {
            /// The prefix of every id of this kind.
            pub const PREFIX: &'static str = $prefix;

            /// A new id; later ones sort after earlier ones.
            #[must_use]
            pub fn new() -> Self {
                Self($crate::uuid::Uuid::now_v7())
            }

            /// An id of this kind with a given UUID: for a thing of which there is exactly one for each thing of another
            /// kind, and which takes that one's UUID.
            #[must_use]
            pub const fn from_uuid(uuid: $crate::uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The id without its prefix.
            #[must_use]
            pub const fn uuid(&self) -> $crate::uuid::Uuid {
                self.0
            }
        }

        impl ::std::default::Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}{}", $prefix, self.0.simple())
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidId;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                $crate::parse_suffix($prefix, text).map(Self)
            }
        }

        impl $crate::utoipa::PartialSchema for $name {
            fn schema() -> $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::schema::Schema> {
                $crate::schema($prefix)
            }
        }

        impl $crate::utoipa::ToSchema for $name {}

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, s: S) -> ::std::result::Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(d: D) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str>>::deserialize(d)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::TenantId;

    #[test]
    fn round_trips_through_text_and_json() {
        let id = TenantId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<TenantId>(&json).unwrap(), id);
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<TenantId> = (0..1000).map(|_| TenantId::new()).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().map(ToString::to_string).is_sorted());
    }

    #[test]
    fn nothing_but_the_exact_shape_parses() {
        let good = TenantId::new().to_string();
        for bad in [
            String::new(),
            "tenant_".into(),
            good.to_uppercase(),
            good.replace("tenant_", "user_"),
            format!("{good}0"),
            format!("{good}-corp"),
            format!("../{good}"),
            format!("{good}/.."),
            format!("{good}\n"),
            good[..good.len() - 1].to_owned(),
        ] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad:?} was accepted");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_id_prints_as_it_was_given(text in "tenant_[0-9a-zA-Z/.-]{30,34}|\\PC*") {
            if let Ok(id) = text.parse::<TenantId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
