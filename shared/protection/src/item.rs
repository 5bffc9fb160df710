//! Items as text: DynamoDB's own JSON, one item a line, as its exports to S3 have them.
//!
//! `{"Item":{"pk":{"S":"TENANT#…"},"sk":{"S":"TENANT"},"owners":{"N":"1"}}}`
//!
//! Attributes stand in the order of their names and sets in the order of their values, so that equal items are
//! equal bytes, and have equal [hashes](hash).

use cloud::table::Item;
use cloud::table::types::AttributeValue;
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

/// A line is not an item in DynamoDB's JSON, or an item cannot be written as one.
#[derive(Debug, thiserror::Error)]
#[error("not an item in DynamoDB's JSON: {0}")]
pub struct InvalidItem(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "Item")]
    item: serde_dynamo::Item,
}

#[derive(Serialize)]
struct SortedLine {
    #[serde(rename = "Item")]
    item: serde_json::Value,
}

/// An item as a line, with its line feed.
///
/// # Errors
/// [`InvalidItem`] when it has an attribute of a type that this version does not know.
pub fn to_line(item: &Item) -> Result<Vec<u8>, InvalidItem> {
    let mut line = serde_json::to_vec(&SortedLine { item: canonical(item)? })?;
    line.push(b'\n');
    Ok(line)
}

/// Parses a line as an item.
///
/// # Errors
/// [`InvalidItem`] when the line is not an item in DynamoDB's JSON.
pub fn from_line(line: &[u8]) -> Result<Item, InvalidItem> {
    let line: Line = serde_json::from_slice(line)?;
    Ok(line.item.into())
}

/// SHA-256 of an item in its canonical form: equal for equal items.
///
/// # Errors
/// As [`to_line`].
pub fn hash(item: &Item) -> Result<ContentHash, InvalidItem> {
    Ok(ContentHash::of(&serde_json::to_vec(&canonical(item)?)?))
}

fn canonical(item: &Item) -> Result<serde_json::Value, InvalidItem> {
    let sorted: Item = item.iter().map(|(name, value)| (name.clone(), in_order(value))).collect();
    let mut value = serde_json::to_value(serde_dynamo::Item::from(sorted))?;
    // Needed when another crate of the build turns on serde_json's feature `preserve_order`.
    value.sort_all_objects();
    Ok(value)
}

/// The value with its sets sorted, because DynamoDB gives a set's values in any order.
fn in_order(value: &AttributeValue) -> AttributeValue {
    match value {
        AttributeValue::Ss(texts) => AttributeValue::Ss(sorted(texts)),
        AttributeValue::Ns(numbers) => AttributeValue::Ns(sorted(numbers)),
        AttributeValue::Bs(blobs) => {
            let mut blobs = blobs.clone();
            blobs.sort_by(|a, b| a.as_ref().cmp(b.as_ref()));
            AttributeValue::Bs(blobs)
        }
        AttributeValue::L(list) => AttributeValue::L(list.iter().map(in_order).collect()),
        AttributeValue::M(map) => {
            AttributeValue::M(map.iter().map(|(name, value)| (name.clone(), in_order(value))).collect())
        }
        plain => plain.clone(),
    }
}

fn sorted(values: &[String]) -> Vec<String> {
    let mut values = values.to_vec();
    values.sort();
    values
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use cloud::table::types::AttributeValue as Value;
    use proptest::prelude::*;

    use super::*;

    /// A value of any type that a table holds.
    fn value() -> impl Strategy<Value = Value> {
        let blob = || prop::collection::vec(any::<u8>(), 0..8).prop_map(aws_blob);
        let leaf = prop_oneof![
            ".*".prop_map(Value::S),
            any::<i64>().prop_map(|number| Value::N(number.to_string())),
            any::<bool>().prop_map(Value::Bool),
            Just(Value::Null(true)),
            blob().prop_map(Value::B),
            prop::collection::btree_set(".{1,4}", 1..4).prop_map(|set| Value::Ss(set.into_iter().collect())),
            prop::collection::btree_set(any::<i32>(), 1..4)
                .prop_map(|set| Value::Ns(sorted(&set.iter().map(ToString::to_string).collect::<Vec<_>>()))),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::L),
                prop::collection::hash_map(".{0,4}", inner, 0..4).prop_map(Value::M),
            ]
        })
    }

    fn aws_blob(bytes: Vec<u8>) -> cloud::table::Blob {
        cloud::table::Blob::new(bytes)
    }

    proptest! {
        #[test]
        fn an_item_comes_back_as_it_was(item in prop::collection::hash_map(".{1,6}", value(), 0..6)) {
            let line = to_line(&item).unwrap();
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
            prop_assert_eq!(&from_line(&line).unwrap(), &item);
            prop_assert_eq!(hash(&from_line(&line).unwrap()).unwrap(), hash(&item).unwrap());
        }
    }

    #[test]
    fn the_line_is_dynamodbs_own() {
        let item = HashMap::from([
            ("pk".to_owned(), Value::S("TENANT#t".into())),
            ("n".to_owned(), Value::N("38".into())),
            ("b".to_owned(), Value::B(aws_blob(vec![0, 255]))),
            ("set".to_owned(), Value::Ss(vec!["b".into(), "a".into()])),
        ]);
        let line = String::from_utf8(to_line(&item).unwrap()).unwrap();
        let expected =
            r#"{"Item":{"b":{"B":"AP8="},"n":{"N":"38"},"pk":{"S":"TENANT#t"},"set":{"SS":["a","b"]}}}"#;
        assert_eq!(line, format!("{expected}\n"));
    }

    #[test]
    fn the_order_in_which_a_set_is_given_makes_no_difference_and_its_values_do() {
        let of = |set: &[&str]| {
            let set = Value::Ss(set.iter().map(ToString::to_string).collect());
            hash(&HashMap::from([("list".to_owned(), Value::L(vec![set]))])).unwrap()
        };
        assert_eq!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["a", "b"]), of(&["a", "c"]));
    }

    #[test]
    fn what_is_no_item_is_refused() {
        for bad in ["", "{}", r#"{"Item":{"pk":"a"}}"#, r#"{"Item":{"pk":{"S":"a","N":"1"}}}"#, "{\"Item\":"]
        {
            assert!(from_line(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
