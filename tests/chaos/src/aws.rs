//! Requests to AWS services past the proxy, in the services' own JSON.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use client::{LocalStack, Method};
use harness::Aws;
use serde_json::{Value, json};

/// An item of a table, with its attributes in DynamoDB's JSON: `{"S": "text"}`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item(BTreeMap<String, Value>);

impl Item {
    /// A string attribute; empty when there is none.
    #[must_use]
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(|value| value["S"].as_str()).unwrap_or_default()
    }

    /// A number attribute, if there is one and it is whole.
    #[must_use]
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name)?["N"].as_str()?.parse().ok()
    }
}

/// All items in a tenant's partition (`TENANT#{tenant}`) of a table, by the table's key in the stack's outputs.
///
/// # Errors
/// When a query fails.
pub(crate) async fn items(stack: &LocalStack, table: &str, tenant: &str) -> Result<Vec<Item>> {
    let mut query = json!({
        "TableName": Aws::of(stack)?.name(table)?,
        "ConsistentRead": true,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": format!("TENANT#{tenant}")}},
    });
    let mut items = Vec::new();
    loop {
        let page = call_aws(stack, "DynamoDB_20120810.Query", &query).await?;
        let found = page["Items"].as_array().context("no items")?.iter();
        items.extend(found.filter_map(|item| Some(Item(item.as_object()?.clone().into_iter().collect()))));
        match &page["LastEvaluatedKey"] {
            Value::Null => return Ok(items),
            next => query["ExclusiveStartKey"] = next.clone(),
        }
    }
}

/// Sends a message to a queue, by the queue's key in the stack's outputs.
///
/// # Errors
/// When SQS refuses the message.
pub async fn send_message(stack: &LocalStack, queue: &str, body: &str) -> Result<()> {
    let message = json!({"QueueUrl": Aws::of(stack)?.name(queue)?, "MessageBody": body});
    call_aws(stack, "AmazonSQS.SendMessage", &message).await.map(drop)
}

/// How many messages of a queue are visible; those in flight are not counted.
///
/// # Errors
/// When SQS does not answer.
pub async fn messages_in(stack: &LocalStack, queue: &str) -> Result<u64> {
    let name = "ApproximateNumberOfMessages";
    let asked = json!({"QueueUrl": Aws::of(stack)?.name(queue)?, "AttributeNames": [name]});
    let answer = call_aws(stack, "AmazonSQS.GetQueueAttributes", &asked).await?;
    Ok(answer["Attributes"][name].as_str().context("no number of messages")?.parse()?)
}

/// Sets a queue's visibility timeout: how long a message that was received and not deleted stays invisible.
///
/// # Errors
/// When SQS does not answer.
pub async fn set_visibility_timeout(stack: &LocalStack, queue: &str, seconds: u32) -> Result<()> {
    let attributes = json!({"VisibilityTimeout": seconds.to_string()});
    let set = json!({"QueueUrl": Aws::of(stack)?.name(queue)?, "Attributes": attributes});
    call_aws(stack, "AmazonSQS.SetQueueAttributes", &set).await.map(drop)
}

/// The lines of all usage logs in the media bucket.
///
/// # Errors
/// When the bucket does not answer, or a line is not JSON.
pub(crate) async fn usage_log(stack: &LocalStack) -> Result<Vec<Value>> {
    let bucket = format!("{}/{}", stack.outputs.endpoint, Aws::of(stack)?.name("media_bucket")?);
    let listed = stack.api().get(&format!("{bucket}?list-type=2&prefix=usage/")).await?;
    let mut lines = Vec::new();
    // One `<Key>usage/usage-202611.jsonl</Key>` for each month.
    for key in listed.success()?.text().split("<Key>").skip(1).filter_map(|rest| rest.split('<').next()) {
        let log = stack.api().get(&format!("{bucket}/{key}")).await?;
        for line in log.success()?.text().lines() {
            lines.push(serde_json::from_str(line).with_context(|| line.to_owned())?);
        }
    }
    Ok(lines)
}

/// Calls an operation of a service with a JSON protocol, by its `X-Amz-Target`; null when the answer is empty.
pub(crate) async fn call_aws(stack: &LocalStack, target: &str, body: &Value) -> Result<Value> {
    let call = stack.api().call(Method::POST, &stack.outputs.endpoint).raw(body.to_string());
    let answer = call.header("x-amz-target", target).send().await?;
    // Some operations answer with an empty body.
    if answer.success()?.body.is_empty() { Ok(Value::Null) } else { Ok(answer.json()?) }
}
