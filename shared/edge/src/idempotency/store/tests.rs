use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use tenancy::TenantId;

use super::*;

#[tokio::test]
async fn a_record_says_what_a_repeated_request_may_do() {
    let (request, other) = (ContentHash::of(b"one"), ContentHash::of(b"other"));
    let now = Timestamp::from_millisecond(1_000_000).unwrap();
    let claimed = Record {
        request,
        id: Uuid::now_v7(),
        claimed_until: 1_000_001,
        expires_at: 2_000,
        claimant: Some(Uuid::now_v7()),
        answer: None,
    };
    let (answer, ..) = KeptAnswer::of("done".into_response()).await;
    let answered =
        Record { answer: Some(ByteBuf::from(answer.clone())), claimed_until: 0, ..claimed.clone() };
    let abandoned = Record { claimed_until: 1_000_000, ..claimed.clone() };
    let unreadable = Record { answer: Some(ByteBuf::new()), ..abandoned.clone() };
    for record in [&claimed, &answered, &abandoned, &unreadable] {
        assert_eq!(record.standing(&other, now), Standing::Mismatch);
    }
    assert_eq!(claimed.standing(&request, now), Standing::AtWork);
    assert_eq!(abandoned.standing(&request, now), Standing::Abandoned);
    let kept = KeptAnswer::inflated(&answer).unwrap();
    assert_eq!(answered.standing(&request, now), Standing::Answered(kept));
    // What was done is not done again because its answer cannot be read.
    assert_eq!(unreadable.standing(&request, now), Standing::Answered(KeptAnswer::default()));
}

#[test]
fn a_claim_outlasts_every_request() {
    assert!(CLAIM > Duration::from_secs(29), "`Timeout` in the template");
}

#[test]
fn a_record_of_an_earlier_version_has_no_claimant() {
    let record = json!({
        "request": ContentHash::of(b"one"), "id": Uuid::nil(), "claimed_until": 1, "expires_at": 2,
    });
    let record: Record = serde_json::from_value(record).unwrap();
    assert_eq!(record.claimant, None);
    let refused = own(Attempt::Refused(Some(record.clone())), Uuid::now_v7());
    assert_eq!(refused, Attempt::Refused(Some(record)));
}

/// The table carries out the first try of the write, its answer is lost, and the SDK tries again.
#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_the_requests_own() {
    let request = ContentHash::of(b"one");
    let store = store_that_answers(vec![Answer::Lost, Answer::AsWritten]);
    let claim = store.claim(&key(), request).await.unwrap();
    assert!(matches!(claim, Claim::Mine(Claimed { is_retry: false, .. })));
}

#[tokio::test]
async fn a_takeover_whose_answer_was_lost_is_the_requests_own() {
    let request = ContentHash::of(b"one");
    let abandoned = Record {
        request,
        id: Uuid::now_v7(),
        claimed_until: 0,
        expires_at: i64::MAX,
        claimant: Some(Uuid::now_v7()),
        answer: None,
    };
    let id = abandoned.id;
    let answers = vec![Answer::Refused(abandoned.clone()), Answer::Lost, Answer::AsWritten];
    let claim = store_that_answers(answers).claim(&key(), request).await.unwrap();
    assert!(matches!(claim, Claim::Mine(Claimed { is_retry: true, id: claimed, .. }) if claimed == id));

    // The same refusal because of another process, which was faster by a moment.
    let taken = Record { claimant: Some(Uuid::now_v7()), claimed_until: i64::MAX, ..abandoned.clone() };
    let answers = vec![Answer::Refused(abandoned), Answer::Lost, Answer::Refused(taken)];
    let claim = store_that_answers(answers).claim(&key(), request).await.unwrap();
    assert!(matches!(claim, Claim::AtWork));
}

fn key() -> Key {
    Key::of(&TenantId::new().partition(), "KEYED_REQUEST#1")
}

/// What a table answers to an `UpdateItem`.
enum Answer {
    /// A failure, which makes the AWS SDK send the write again.
    Lost,
    /// The condition does not hold, because of this record.
    Refused(Record),
    /// The condition does not hold, because the record is what the write before this one made of the last one.
    AsWritten,
}

/// A store whose table gives these answers, one to each request.
fn store_that_answers(answers: Vec<Answer>) -> IdempotencyStore {
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
                Answer::Refused(record) => {
                    item = attributes(&record);
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
    IdempotencyStore::new(Table::new(&config, "answers".into()))
}

fn refusal(item: &Map<String, Value>) -> Value {
    json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "Item": item})
}

/// A record as DynamoDB's JSON has it; its texts and numbers suffice here.
fn attributes(record: &Record) -> Map<String, Value> {
    let Value::Object(fields) = serde_json::to_value(record).unwrap() else { panic!("no object") };
    let attribute = |value: Value| match value {
        Value::Number(number) => json!({"N": number.to_string()}),
        text => json!({"S": text}),
    };
    fields.into_iter().map(|(name, value)| (name, attribute(value))).collect()
}

/// What an update sets: its values are named by their attribute and a number, `:id3`, the set ones first.
fn written(update: &Value) -> Map<String, Value> {
    let values = update["ExpressionAttributeValues"].as_object().unwrap();
    let numbered = values.iter().map(|(placeholder, value)| {
        let name = placeholder.trim_start_matches(':').trim_end_matches(|end: char| end.is_ascii_digit());
        let number: u32 = placeholder.trim_start_matches(':')[name.len()..].parse().unwrap();
        (number, name.to_owned(), value.clone())
    });
    let mut numbered: Vec<_> = numbered.collect();
    // A condition's value for the same attribute comes later, and so is overwritten here.
    numbered.sort_by_key(|(number, ..)| std::cmp::Reverse(*number));
    numbered.into_iter().map(|(_, name, value)| (name, value)).collect()
}

fn body(stream: &std::net::TcpStream) -> Value {
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
