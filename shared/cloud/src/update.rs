//! Updates of one item, alone or in a transaction.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{self, TransactWriteItem};
use serde::{Serialize, de::DeserializeOwned};

use crate::item::{Item, Key, TableError, after_conflicts, refused};

/// The outcome of an update with a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt<T> {
    /// The condition held and the update was carried out; the item as it is now.
    Done(T),
    /// The condition did not hold; the item as it is, none when there is no such item.
    Refused(Option<T>),
}

/// An update under construction: `SET`, `ADD` and `REMOVE` clauses, a condition, and their values.
#[derive(Clone)]
#[must_use]
pub struct Update {
    client: Client,
    table: String,
    key: Item,
    set: Vec<String>,
    add: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: Item,
}

impl Update {
    pub(crate) fn new(client: &Client, table: &str, key: &Key) -> Self {
        Self {
            client: client.clone(),
            table: table.to_owned(),
            key: key.to_item(),
            set: Vec::new(),
            add: Vec::new(),
            remove: Vec::new(),
            conditions: Vec::new(),
            names: HashMap::new(),
            values: HashMap::new(),
        }
    }

    /// Sets an attribute. A value that does not serialise is left out, and DynamoDB rejects the update for the missing
    /// placeholder.
    pub fn set<T: Serialize>(mut self, name: &str, value: T) -> Self {
        let clause = format!("{} = {}", self.name(name), self.value(name, value));
        self.set.push(clause);
        self
    }

    /// Sets an attribute unless it is there already (`if_not_exists`).
    pub fn set_if_absent<T: Serialize>(mut self, name: &str, value: T) -> Self {
        let (attribute, value) = (self.name(name), self.value(name, value));
        self.set.push(format!("{attribute} = if_not_exists({attribute}, {value})"));
        self
    }

    /// Appends a value to a list; an absent attribute counts as an empty list.
    pub fn append<T: Serialize>(mut self, name: &str, value: T) -> Self {
        let (attribute, none) = (self.name(name), self.value(name, Vec::<T>::new()));
        let last = self.value(name, vec![value]);
        self.set.push(format!("{attribute} = list_append(if_not_exists({attribute}, {none}), {last})"));
        self
    }

    /// Adds to a number; an absent attribute counts as zero.
    pub fn add(mut self, name: &str, amount: i64) -> Self {
        let clause = format!("{} {}", self.name(name), self.value(name, amount));
        self.add.push(clause);
        self
    }

    /// Removes an attribute.
    pub fn remove(mut self, name: &str) -> Self {
        let clause = self.name(name);
        self.remove.push(clause);
        self
    }

    /// Requires that the item exists.
    pub fn when_present(mut self) -> Self {
        self.conditions.push("attribute_exists(pk)".to_owned());
        self
    }

    /// Requires a comparison of an attribute with a value to hold: `when("version", "=", 3)`.
    pub fn when<T: Serialize>(mut self, name: &str, operator: &str, value: T) -> Self {
        let clause = format!("{} {operator} {}", self.name(name), self.value(name, value));
        self.conditions.push(clause);
        self
    }

    /// Requires that an attribute is absent, or that its comparison with a value holds.
    pub fn when_absent_or<T: Serialize>(mut self, name: &str, operator: &str, value: T) -> Self {
        let (attribute, value) = (self.name(name), self.value(name, value));
        self.conditions
            .push(format!("(attribute_not_exists({attribute}) OR {attribute} {operator} {value})"));
        self
    }

    /// Requires that a list has a value.
    pub fn when_contains<T: Serialize>(mut self, name: &str, value: T) -> Self {
        let clause = format!("contains({}, {})", self.name(name), self.value(name, value));
        self.conditions.push(clause);
        self
    }

    /// Requires that a list is absent or does not have a value.
    pub fn when_lacks<T: Serialize>(mut self, name: &str, value: T) -> Self {
        let clause = format!("(NOT contains({}, {}))", self.name(name), self.value(name, value));
        self.conditions.push(clause);
        self
    }

    /// Requires that an attribute exists.
    pub fn when_has(mut self, name: &str) -> Self {
        let attribute = self.name(name);
        self.conditions.push(format!("attribute_exists({attribute})"));
        self
    }

    /// Requires that an attribute is absent.
    pub fn when_absent(mut self, name: &str) -> Self {
        let attribute = self.name(name);
        self.conditions.push(format!("attribute_not_exists({attribute})"));
        self
    }

    /// Requires that one of two attributes equals a value.
    pub fn when_either<T: Serialize + Copy>(mut self, one: &str, other: &str, value: T) -> Self {
        let (first, second) = (self.name(one), self.name(other));
        let value = self.value(one, value);
        self.conditions.push(format!("({first} = {value} OR {second} = {value})"));
        self
    }

    fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#{name}");
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value<T: Serialize>(&mut self, name: &str, value: T) -> String {
        let placeholder = format!(":{name}{}", self.values.len());
        if let Ok(value) = serde_dynamo::to_attribute_value(value) {
            self.values.insert(placeholder.clone(), value);
        }
        placeholder
    }

    fn expression(&self) -> String {
        let clauses = [("SET", &self.set), ("ADD", &self.add), ("REMOVE", &self.remove)];
        let present = clauses.iter().filter(|(_, list)| !list.is_empty());
        present.map(|(verb, list)| format!("{verb} {}", list.join(", "))).collect::<Vec<_>>().join(" ")
    }

    fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    /// Carries out the update and gives the item as it is afterwards. While a transaction holds the item, tries again.
    ///
    /// # Errors
    /// [`TableError::Condition`] when a condition did not hold, [`TableError::Conflict`] when a transaction
    /// held the item at every attempt, [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles,
    /// [`TableError::Shape`] when the item does not have the type's form.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, TableError> {
        after_conflicts(|| self.once()).await
    }

    async fn once<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        let answer = self.request().send().await.map_err(refused)?;
        Ok(serde_dynamo::from_item(answer.attributes.unwrap_or_default())?)
    }

    /// Tries the update once; when the condition does not hold, gives the item as it is. Cost: one write either way.
    ///
    /// # Errors
    /// [`TableError::Conflict`] when a transaction holds the item, [`TableError::Unavailable`] when DynamoDB does not
    /// answer in time or throttles, [`TableError::Shape`] when the item does not have the type's form.
    pub async fn attempt<T: DeserializeOwned>(self) -> Result<Attempt<T>, TableError> {
        let request = self
            .request()
            .return_values_on_condition_check_failure(types::ReturnValuesOnConditionCheckFailure::AllOld);
        match request.send().await {
            Ok(answer) => Ok(Attempt::Done(serde_dynamo::from_item(answer.attributes.unwrap_or_default())?)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(Attempt::Refused(failed.item.clone().map(serde_dynamo::from_item).transpose()?))
                }
                _ => Err(refused(error)),
            },
        }
    }

    fn request(&self) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(self.key.clone()))
            .update_expression(self.expression())
            .set_condition_expression(self.condition())
            .set_expression_attribute_names(Some(self.names.clone()))
            .set_expression_attribute_values((!self.values.is_empty()).then(|| self.values.clone()))
            .return_values(types::ReturnValue::AllNew)
    }

    /// The update as part of a transaction.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when the SDK finds a required part missing.
    pub fn build(self) -> Result<TransactWriteItem, TableError> {
        let update = types::Update::builder()
            .table_name(&self.table)
            .update_expression(self.expression())
            .set_condition_expression(self.condition())
            .set_key(Some(self.key))
            .set_expression_attribute_names(Some(self.names))
            .set_expression_attribute_values((!self.values.is_empty()).then_some(self.values))
            .build()
            .map_err(|error| TableError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Only the conditions, as part of a transaction: a check of an item that is not changed.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when there is no condition to check.
    pub fn build_check(self) -> Result<TransactWriteItem, TableError> {
        let check = types::ConditionCheck::builder()
            .table_name(&self.table)
            .set_condition_expression(self.condition())
            .set_key(Some(self.key))
            .set_expression_attribute_names((!self.names.is_empty()).then_some(self.names))
            .set_expression_attribute_values((!self.values.is_empty()).then_some(self.values))
            .build()
            .map_err(|error| TableError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// Deletes the item under the conditions given so far, as part of a transaction.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when the SDK finds a required part missing.
    pub fn build_delete(self) -> Result<TransactWriteItem, TableError> {
        let delete = types::Delete::builder()
            .table_name(&self.table)
            .set_condition_expression(self.condition())
            .set_key(Some(self.key))
            .set_expression_attribute_names((!self.names.is_empty()).then_some(self.names))
            .set_expression_attribute_values((!self.values.is_empty()).then_some(self.values))
            .build()
            .map_err(|error| TableError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}
