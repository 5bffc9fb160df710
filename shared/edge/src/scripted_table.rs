//! A table for tests whose answers are written down beforehand: so the answer to a write can be lost.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use cloud::table::Table;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What the table answers to an `UpdateItem`.
pub(crate) enum Answer {
    /// A failure, though the write was carried out; it makes the AWS SDK send the write again.
    Lost,
    /// The condition does not hold, because of this item.
    Refused(Map<String, Value>),
    /// The condition does not hold, because the item is what the write before this one made of the last one.
    AsWritten,
}

/// A table that gives these answers, one to each request.
pub(crate) fn table_that_answers(answers: Vec<Answer>) -> Table {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut item = Map::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let written = written(&body(&stream));
            let (status, error) = match answer {
                Answer::Lost => {
                    item.extend(written);
                    ("500 Internal Server Error", json!({"__type": "InternalServerError"}))
                }
                Answer::Refused(found) => {
                    item = found;
                    ("400 Bad Request", refusal(&item))
                }
                Answer::AsWritten => ("400 Bad Request", refusal(&item)),
            };
            let error = error.to_string();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n",
                error.len()
            );
            stream.write_all(format!("{head}{error}").as_bytes()).unwrap();
        }
    });
    let credentials = Credentials::new("key", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .build();
    Table::new(&config, "scripted".into())
}

/// A record as DynamoDB's JSON has it; its texts and numbers suffice here.
pub(crate) fn attributes(record: &impl Serialize) -> Map<String, Value> {
    let Value::Object(fields) = serde_json::to_value(record).unwrap() else { panic!("no object") };
    let attribute = |value: Value| match value {
        Value::Number(number) => json!({"N": number.to_string()}),
        text => json!({"S": text}),
    };
    fields.into_iter().map(|(name, value)| (name, attribute(value))).collect()
}

fn refusal(item: &Map<String, Value>) -> Value {
    json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "Item": item})
}

/// What an update sets: `SET #id = :id3, #until = :until4 REMOVE #answer`.
fn written(update: &Value) -> Map<String, Value> {
    let expression = update["UpdateExpression"].as_str().unwrap();
    let set = expression.strip_prefix("SET ").unwrap().split(" REMOVE ").next().unwrap();
    let clauses = set.split(", ").map(|clause| clause.split_once(" = ").unwrap());
    let values = &update["ExpressionAttributeValues"];
    clauses.map(|(name, value)| (name.trim_start_matches('#').to_owned(), values[value].clone())).collect()
}

fn body(stream: &TcpStream) -> Value {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
