use std::collections::BTreeSet;

use http::Method;
use http::request::Parts;
use serde_json::Value;

/// One call of a service, as its client sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `DynamoDB_20120810`, `AmazonSQS`; empty for a service whose calls are methods and paths, as S3.
    pub service: String,
    /// `BatchGetItem`; `PUT /bucket/key` for a service whose calls are methods and paths.
    pub operation: String,
    /// The tables that a call of DynamoDB names.
    pub tables: BTreeSet<String>,
    /// The index that a query of DynamoDB reads instead of its table.
    pub index: Option<String>,
    /// How many items, or keys, a call of DynamoDB names; a query names one.
    pub items: usize,
}

impl Call {
    /// The call that a request is.
    pub(crate) fn of(head: &Parts, body: &[u8]) -> Self {
        let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let Some((service, operation)) = target.and_then(|target| target.split_once('.')) else {
            return Self::by_path(&head.method, head.uri.path());
        };
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let named = named(&body);
        Self {
            service: service.to_owned(),
            operation: operation.to_owned(),
            tables: named.iter().map(|(table, _)| (*table).to_owned()).collect(),
            index: body["IndexName"].as_str().map(str::to_owned),
            items: named.iter().map(|(_, items)| items).sum(),
        }
    }

    fn by_path(method: &Method, path: &str) -> Self {
        let operation = format!("{method} {path}");
        Self { service: String::new(), operation, tables: BTreeSet::new(), index: None, items: 0 }
    }

    /// How many items it reads; for a query, one.
    #[must_use]
    pub fn reads(&self) -> usize {
        let reads = ["GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"];
        if reads.contains(&self.operation.as_str()) { self.items } else { 0 }
    }

    /// How many items it writes, or checks together with writes.
    #[must_use]
    pub fn writes(&self) -> usize {
        let writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];
        if writes.contains(&self.operation.as_str()) { self.items } else { 0 }
    }

    /// Whether it names a table whose name contains `part`: CloudFormation makes names of the template's
    /// and of its own letters.
    #[must_use]
    pub fn names(&self, part: &str) -> bool {
        self.tables.iter().any(|table| table.contains(part))
    }
}

/// Tables, and how many items of each, that a call of DynamoDB names.
fn named(body: &Value) -> Vec<(&str, usize)> {
    if let Some(table) = body["TableName"].as_str() {
        return vec![(table, 1)];
    }
    if let Some(tables) = body["RequestItems"].as_object() {
        let count = |asked: &Value| asked["Keys"].as_array().or(asked.as_array()).map_or(0, Vec::len);
        return tables.iter().map(|(table, asked)| (table.as_str(), count(asked))).collect();
    }
    let items = body["TransactItems"].as_array().into_iter().flatten();
    let actions = items.filter_map(Value::as_object).flat_map(|item| item.values());
    actions.filter_map(|action| Some((action["TableName"].as_str()?, 1))).collect()
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde_json::json;

    use super::*;

    fn call(target: &str, body: &Value) -> Call {
        let request = Request::post("http://localhost/").header("x-amz-target", target).body(()).unwrap();
        Call::of(&request.into_parts().0, body.to_string().as_bytes())
    }

    #[test]
    fn a_call_names_its_tables_and_items() {
        let get = call("DynamoDB_20120810.GetItem", &json!({"TableName": "a", "Key": {}}));
        assert_eq!((get.reads(), get.writes(), get.names("a")), (1, 0, true));
        let query = call("DynamoDB_20120810.Query", &json!({"TableName": "a", "IndexName": "due"}));
        assert_eq!((query.reads(), query.index.as_deref()), (1, Some("due")));
        let batch = json!({"RequestItems": {"a": {"Keys": [{}, {}]}, "b": {"Keys": [{}]}}});
        let batch = call("DynamoDB_20120810.BatchGetItem", &batch);
        assert_eq!((batch.reads(), batch.writes()), (3, 0));
        assert!(batch.names("a") && batch.names("b") && !batch.names("c"));
        let write = json!({"RequestItems": {"a": [{"PutRequest": {}}, {"DeleteRequest": {}}]}});
        assert_eq!(call("DynamoDB_20120810.BatchWriteItem", &write).writes(), 2);
        let transaction =
            json!({"TransactItems": [{"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}}]});
        let transaction = call("DynamoDB_20120810.TransactWriteItems", &transaction);
        assert_eq!((transaction.reads(), transaction.writes()), (0, 2));
        assert_eq!(transaction.service, "DynamoDB_20120810");
    }

    #[test]
    fn what_is_no_call_of_dynamodb_has_no_tables() {
        let sent = call("AmazonSQS.SendMessage", &json!({"MessageBody": "{}"}));
        assert_eq!((sent.operation.as_str(), sent.reads(), sent.writes()), ("SendMessage", 0, 0));
        let request = Request::put("http://localhost/bucket/key?x=1").body(()).unwrap();
        let put = Call::of(&request.into_parts().0, b"");
        assert_eq!((put.service.as_str(), put.operation.as_str()), ("", "PUT /bucket/key"));
    }
}
