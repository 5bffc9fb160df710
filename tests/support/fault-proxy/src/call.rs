//! A call of an AWS service, read from its HTTP request.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use http::Method;
use http::request::Parts;
use serde_json::Value;

/// One call of an AWS service, as its client sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The addresses of the client and of the proxy, by which the calling process can be found.
    pub ends: Endpoints,
    /// The number of the connection. Calls on one connection come from one process; addresses are used again after a
    /// connection has closed.
    pub connection: u64,
    /// The service in `X-Amz-Target`: `DynamoDB_20120810`, `AmazonSQS`. Empty for services without that header: S3 (method
    /// and path) and STS (forms).
    pub service: String,
    /// The operation: `BatchGetItem`, `AssumeRole`; method and path for S3: `PUT /bucket/key`.
    pub operation: String,
    /// The tables that a DynamoDB call names.
    pub tables: BTreeSet<String>,
    /// The index that a DynamoDB query reads.
    pub index: Option<String>,
    /// How many items a DynamoDB call names, whole or by key; a query counts as one.
    pub items: usize,
    /// The keys of these items, in the order of the request; a query has none.
    pub keys: Vec<ItemKey>,
    /// The body of the message that an SQS call sends.
    pub message: Option<String>,
}

/// The two ends of a connection: the client's address, then the proxy's.
pub type Endpoints = (SocketAddr, SocketAddr);

/// The key of an item in a table whose key attributes are the strings `pk` and `sk`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemKey {
    /// The table's name in the call.
    pub table: String,
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
}

impl Call {
    /// Reads a call from the head and body of its request.
    pub(crate) fn of((ends, connection): (Endpoints, u64), head: &Parts, body: &[u8]) -> Self {
        let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let Some((service, operation)) = target.and_then(|target| target.split_once('.')) else {
            let form = action(head, body).map(str::to_owned);
            return Self::named(
                ends,
                connection,
                form.unwrap_or_else(|| by_path(&head.method, head.uri.path())),
            );
        };
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let items = items(&body);
        Self {
            service: service.to_owned(),
            tables: items.iter().map(|(table, _)| (*table).to_owned()).collect(),
            index: body["IndexName"].as_str().map(str::to_owned),
            items: items.len(),
            keys: items.iter().filter_map(|(table, item)| ItemKey::of(table, item)).collect(),
            message: body["MessageBody"].as_str().map(str::to_owned),
            ..Self::named(ends, connection, operation.to_owned())
        }
    }

    fn named(ends: Endpoints, connection: u64, operation: String) -> Self {
        Self {
            ends,
            connection,
            service: String::new(),
            operation,
            tables: BTreeSet::new(),
            index: None,
            items: 0,
            keys: Vec::new(),
            message: None,
        }
    }

    /// How many items the call reads; a query counts as one.
    #[must_use]
    pub fn reads(&self) -> usize {
        let reads = ["GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"];
        if reads.contains(&self.operation.as_str()) { self.items } else { 0 }
    }

    /// How many items the call writes, condition checks of a transaction included.
    #[must_use]
    pub fn writes(&self) -> usize {
        let writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];
        if writes.contains(&self.operation.as_str()) { self.items } else { 0 }
    }

    /// Whether it names a table whose name contains `part`. CloudFormation makes names from the template's logical ids and
    /// random characters, so a logical id is such a part.
    #[must_use]
    pub fn touches(&self, part: &str) -> bool {
        self.tables.iter().any(|table| table.contains(part))
    }
}

impl ItemKey {
    /// From a whole item, or from its key alone.
    fn of(table: &str, item: &Value) -> Option<Self> {
        let part = |name: &str| item[name]["S"].as_str().map(str::to_owned);
        Some(Self { table: table.to_owned(), pk: part("pk")?, sk: part("sk")? })
    }
}

fn by_path(method: &Method, path: &str) -> String {
    format!("{method} {path}")
}

/// The `Action` of a form, which is how STS is called.
fn action<'a>(head: &Parts, body: &'a [u8]) -> Option<&'a str> {
    let kind = head.headers.get("content-type")?.to_str().ok()?;
    let form =
        std::str::from_utf8(body).ok().filter(|_| kind.starts_with("application/x-www-form-urlencoded"));
    form?.split('&').find_map(|field| field.strip_prefix("Action="))
}

/// The items that a DynamoDB call names, whole or by key, each with its table. A query names a table and no item, and
/// counts as one.
fn items(body: &Value) -> Vec<(&str, &Value)> {
    if let Some(table) = body["TableName"].as_str() {
        return vec![(table, item(body))];
    }
    if let Some(tables) = body["RequestItems"].as_object() {
        return tables
            .iter()
            .flat_map(|(table, asked)| batch(asked).map(|item| (table.as_str(), item)))
            .collect();
    }
    let parts = body["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object);
    let actions = parts.flat_map(|part| part.values());
    actions.filter_map(|action| Some((action["TableName"].as_str()?, item(action)))).collect()
}

/// The items of a batch on one table: keys of a `BatchGetItem`, or items in the requests of a `BatchWriteItem`.
fn batch(asked: &Value) -> impl Iterator<Item = &Value> {
    let keys = asked["Keys"].as_array().into_iter().flatten();
    let actions = asked.as_array().into_iter().flatten().filter_map(Value::as_object);
    keys.chain(actions.flat_map(|action| action.values()).map(item))
}

/// The key or item in a request; null when it has neither.
fn item(action: &Value) -> &Value {
    if action["Key"].is_object() { &action["Key"] } else { &action["Item"] }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde_json::json;

    use super::*;

    fn client() -> (Endpoints, u64) {
        let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        ((at(4711), at(4566)), 1)
    }

    fn call(target: &str, body: &Value) -> Call {
        let request = Request::post("http://localhost/").header("x-amz-target", target).body(()).unwrap();
        Call::of(client(), &request.into_parts().0, body.to_string().as_bytes())
    }

    fn key(sk: &str) -> Value {
        json!({"pk": {"S": "TENANT#1"}, "sk": {"S": sk}})
    }

    #[test]
    fn a_call_names_its_tables_and_items() {
        let get = call("DynamoDB_20120810.GetItem", &json!({"TableName": "a", "Key": {}}));
        assert_eq!((get.reads(), get.writes(), get.touches("a")), (1, 0, true));
        let query = call("DynamoDB_20120810.Query", &json!({"TableName": "a", "IndexName": "due"}));
        assert_eq!((query.reads(), query.index.as_deref()), (1, Some("due")));
        let batch = json!({"RequestItems": {"a": {"Keys": [{}, {}]}, "b": {"Keys": [{}]}}});
        let batch = call("DynamoDB_20120810.BatchGetItem", &batch);
        assert_eq!((batch.reads(), batch.writes()), (3, 0));
        assert!(batch.touches("a") && batch.touches("b") && !batch.touches("c"));
        let write = json!({"RequestItems": {"a": [{"PutRequest": {}}, {"DeleteRequest": {}}]}});
        assert_eq!(call("DynamoDB_20120810.BatchWriteItem", &write).writes(), 2);
        let transaction =
            json!({"TransactItems": [{"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}}]});
        let transaction = call("DynamoDB_20120810.TransactWriteItems", &transaction);
        assert_eq!((transaction.reads(), transaction.writes()), (0, 2));
        assert_eq!(transaction.service, "DynamoDB_20120810");
    }

    #[test]
    fn a_call_names_the_keys_of_its_items() {
        let (get, put) =
            (json!({"TableName": "t", "Key": key("a")}), json!({"TableName": "t", "Item": key("b")}));
        let transaction = json!({"TransactItems": [{"Update": get.clone()}, {"Put": put.clone()}]});
        let reads = json!({"RequestItems": {"t": {"Keys": [key("a"), key("b")]}}});
        let writes =
            json!({"RequestItems": {"t": [{"DeleteRequest": get.clone()}, {"PutRequest": put.clone()}]}});
        for (operation, body, named) in [
            ("GetItem", get, vec!["a"]),
            ("PutItem", put, vec!["b"]),
            ("TransactWriteItems", transaction, vec!["a", "b"]),
            ("BatchGetItem", reads, vec!["a", "b"]),
            ("BatchWriteItem", writes, vec!["a", "b"]),
            ("Query", json!({"TableName": "t"}), vec![]),
        ] {
            let call = call(&format!("DynamoDB_20120810.{operation}"), &body);
            assert_eq!(call.keys.iter().map(|key| key.sk.as_str()).collect::<Vec<_>>(), named, "{operation}");
            assert!(call.keys.iter().all(|key| key.table == "t" && key.pk == "TENANT#1"), "{operation}");
        }
    }

    #[test]
    fn what_is_no_call_of_dynamodb_has_no_tables() {
        let sent = call("AmazonSQS.SendMessage", &json!({"MessageBody": "{}"}));
        assert_eq!((sent.operation.as_str(), sent.reads(), sent.writes()), ("SendMessage", 0, 0));
        assert_eq!(sent.message.as_deref(), Some("{}"));
        let request = Request::put("http://localhost/bucket/key?x=1").body(()).unwrap();
        let put = Call::of(client(), &request.into_parts().0, b"");
        assert_eq!((put.service.as_str(), put.operation.as_str()), ("", "PUT /bucket/key"));
        let form =
            Request::post("http://localhost/").header("content-type", "application/x-www-form-urlencoded");
        let form = form.body(()).unwrap().into_parts().0;
        assert_eq!(Call::of(client(), &form, b"Action=AssumeRole&Version=1").operation, "AssumeRole");
    }
}
