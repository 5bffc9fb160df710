use std::collections::HashSet;
use std::vec::IntoIter;

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use crate::field_error::{DUPLICATE, INVALID_VALUE, WRONG_TYPE};

/// A value that a client sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    /// A value of a query, which has no type of its own: `7` is a number where one is asked for, else a text.
    Parameter(String),
    Array(Vec<Self>),
    /// The members in the order in which they came. A name can be there twice.
    Object(Vec<(String, Self)>),
}

/// A JSON number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// A number that is written without a fraction and an exponent and fits 64 bits.
    Whole(i128),
    Decimal(f64),
}

/// The largest number up to which every integer is a number of its own in double precision, 2^53 (RFC 8259, section 6).
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Number {
    /// The number as an integer, if it is one: `2.0` is as `2` to JSON Schema.
    #[allow(clippy::cast_possible_truncation, reason = "it has no fraction and is within 2^53")]
    fn whole(self) -> Option<i128> {
        match self {
            Self::Whole(number) => Some(number),
            Self::Decimal(number) if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT => {
                Some(number as i128)
            }
            Self::Decimal(_) => None,
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "who reads a fraction takes the nearest")]
    fn decimal(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Decimal(number) => number,
        }
    }
}

impl Input {
    /// The first text with a U+FFFD, which stands where a program could not decode a character: the names and positions
    /// that lead to the text, from the outside in, and the position of the character, counted from one.
    pub(crate) fn first_damaged(&self) -> Option<(Vec<String>, usize)> {
        let within = |name: String, (mut path, position): (Vec<String>, usize)| {
            path.insert(0, name);
            (path, position)
        };
        match self {
            Self::Text(text) | Self::Parameter(text) => {
                let at = text.chars().position(|c| c == char::REPLACEMENT_CHARACTER)?;
                Some((Vec::new(), at + 1))
            }
            Self::Array(items) => items
                .iter()
                .enumerate()
                .find_map(|(at, item)| Some(within(at.to_string(), item.first_damaged()?))),
            Self::Object(members) => {
                members.iter().find_map(|(name, member)| Some(within(name.clone(), member.first_damaged()?)))
            }
            Self::Null | Self::Bool(_) | Self::Number(_) => None,
        }
    }

    /// The value's type, in the words of JSON.
    fn in_words(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) | Self::Parameter(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    fn instead_of(&self, wanted: &str) -> Fault {
        match self {
            Self::Parameter(_) => Fault::new(WRONG_TYPE, format!("Give {wanted}.")),
            _ => Fault::new(WRONG_TYPE, format!("Give {wanted}, not {}.", self.in_words())),
        }
    }

    /// An integer between two bounds, which are those of the Rust type.
    fn integer<T: TryFrom<i128>>(
        self,
        least: impl Into<i128>,
        greatest: impl Into<i128>,
    ) -> Result<T, Fault> {
        let (least, greatest) = (least.into(), greatest.into());
        let wanted = format!("a whole number from {least} to {greatest}");
        let number = match &self {
            Self::Number(number) => number.whole().ok_or_else(|| match number.decimal().fract() == 0.0 {
                true => Fault::new(INVALID_VALUE, format!("Give {wanted}.")),
                false => Fault::new(WRONG_TYPE, format!("Give {wanted}, without a fraction.")),
            })?,
            Self::Parameter(text) => match text.parse::<i128>() {
                // Not `+7`, which in a query is ` 7`, nor `007`.
                Ok(number) if number.to_string() == *text => number,
                _ => return Err(self.instead_of(&wanted)),
            },
            _ => return Err(self.instead_of(&wanted)),
        };
        let fits = (least..=greatest).contains(&number).then(|| T::try_from(number).ok()).flatten();
        fits.ok_or_else(|| Fault::new(INVALID_VALUE, format!("Give {wanted}.")))
    }

    fn decimal(self) -> Result<f64, Fault> {
        match &self {
            Self::Number(number) => Ok(number.decimal()),
            Self::Parameter(text) => {
                let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
                number.ok_or_else(|| self.instead_of("a number"))
            }
            _ => Err(self.instead_of("a number")),
        }
    }

    fn text(self) -> Result<String, Fault> {
        match self {
            Self::Text(text) | Self::Parameter(text) => Ok(text),
            other => Err(other.instead_of("a string")),
        }
    }

    fn array(self) -> Result<Vec<Self>, Fault> {
        match self {
            Self::Array(items) => Ok(items),
            other => Err(other.instead_of("an array")),
        }
    }

    /// The members of an object without those that are null and that `is_optional` has a name for.
    fn object(self, is_known: impl Fn(&str) -> bool) -> Result<Members, Fault> {
        let Self::Object(mut members) = self else { return Err(self.instead_of("an object")) };
        let mut seen = HashSet::new();
        if let Some((twice, _)) = members.iter().find(|(name, _)| !seen.insert(name.as_str())) {
            return Err(Fault::new(DUPLICATE, "Give this value once.").within(twice));
        }
        members.retain(|(name, value)| *value != Self::Null || !is_known(name));
        Ok(Members { left: members.into_iter(), value: None })
    }
}

macro_rules! integers {
    ($($deserialize:ident, $visit:ident, $integer:ident;)+) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.integer($integer::MIN, $integer::MAX)?)
        })+
    };
}

impl<'de> Deserializer<'de> for Input {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Number(Number::Decimal(number)) => visitor.visit_f64(number),
            Self::Number(Number::Whole(number)) => match (u64::try_from(number), i64::try_from(number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => visitor.visit_i128(number),
            },
            Self::Text(text) | Self::Parameter(text) => visitor.visit_string(text),
            Self::Array(_) => self.deserialize_seq(visitor),
            Self::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self {
            Self::Bool(value) => visitor.visit_bool(*value),
            Self::Parameter(text) if text == "true" => visitor.visit_bool(true),
            Self::Parameter(text) if text == "false" => visitor.visit_bool(false),
            _ => Err(self.instead_of("`true` or `false`")),
        }
    }

    integers! {
        deserialize_i8, visit_i8, i8;
        deserialize_i16, visit_i16, i16;
        deserialize_i32, visit_i32, i32;
        deserialize_i64, visit_i64, i64;
        deserialize_u8, visit_u8, u8;
        deserialize_u16, visit_u16, u16;
        deserialize_u32, visit_u32, u32;
        deserialize_u64, visit_u64, u64;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.decimal()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.decimal()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(Items { left: self.array()?.into_iter(), position: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let items = self.array()?;
        if items.len() != length {
            return Err(Fault::new(INVALID_VALUE, format!("Give an array of {length} values.")));
        }
        visitor.visit_seq(Items { left: items.into_iter(), position: 0 })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self.object(|_| true)?)
    }

    /// A name that the type does not have is kept although its value is null, so that the type can refuse it.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_map(self.object(|name| fields.contains(&name))?)
    }

    /// A choice is a text: no body of this API has a variant with values.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let variant: StringDeserializer<Fault> = self.text()?.into_deserializer();
        visitor.visit_enum(variant)
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct ignored_any }
}

impl<'de> IntoDeserializer<'de, Fault> for Input {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The items of an array that are not read yet.
struct Items {
    left: IntoIter<Input>,
    position: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.left.next() else { return Ok(None) };
        let position = self.position;
        self.position += 1;
        seed.deserialize(item).map(Some).map_err(|fault| fault.within(position.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// The members of an object that are not read yet.
struct Members {
    left: IntoIter<(String, Input)>,
    /// The member whose name was read, and whose value is read next.
    value: Option<(String, Input)>,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.value = self.left.next();
        let Some((name, _)) = &self.value else { return Ok(None) };
        seed.deserialize(Input::Text(name.clone())).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, value) = self.value.take().unwrap_or_else(|| (String::new(), Input::Null));
        seed.deserialize(value).map_err(|fault| fault.within(name))
    }
}
