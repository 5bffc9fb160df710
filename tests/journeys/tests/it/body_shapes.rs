//! Every body of the API in a wrong shape: it is refused by its place, in the words of the API.

use anyhow::{Context as _, Result};
use client::ApiResponse;
use harness::{Operation, TestUser, new_user, operations, shared};
use serde_json::{Value, json};

/// What is in the messages of parsers, and in the names of Rust types.
const WORDS_OF_PARSERS: [&str; 11] = [
    "invalid type",
    "expected",
    "deserialize",
    "Failed",
    "struct",
    "variant",
    "sequence",
    "map",
    "EOF",
    "u32",
    "i64",
];

#[tokio::test]
async fn every_body_of_a_wrong_shape_is_refused_by_its_place() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let mut refused = 0;
    for operation in operations()? {
        let Some(example) = operation.body.clone() else { continue };
        let members: Vec<String> = example.as_object().context("no object")?.keys().cloned().collect();
        let mut wrong = vec![
            (json!([]), "#".to_owned(), "wrong_type"),
            (json!([example]), "#".to_owned(), "wrong_type"),
            (json!(members), "#".to_owned(), "wrong_type"),
            (json!("text"), "#".to_owned(), "wrong_type"),
            (json!(null), "#".to_owned(), "wrong_type"),
        ];
        let mut misnamed = example.clone();
        misnamed["no/such name"] = Value::Null;
        wrong.push((misnamed, "#/no~1such%20name".to_owned(), "unknown"));
        for name in &members {
            for other in [json!({"a": 1}), json!([1]), json!(7), json!(true), json!("text")] {
                let is_as_wanted = std::mem::discriminant(&other) == std::mem::discriminant(&example[name]);
                if !is_as_wanted {
                    let mut body = example.clone();
                    body[name] = other;
                    wrong.push((body, format!("#/{name}"), "wrong_type"));
                }
            }
        }
        for (body, pointer, code) in wrong {
            let answer = send(&person, &stack.outputs.frontend, &operation, &body).await?;
            let told = format!("{operation} {body}: {} {}", answer.status, answer.text());
            let problem = answer.problem().with_context(|| told.clone())?;
            assert_eq!((problem.status, problem.code.as_str()), (422, "invalid"), "{told}");
            let error = &problem.members["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{told}");
            let detail = error["detail"].as_str().context("no detail")?;
            assert!(!WORDS_OF_PARSERS.iter().any(|word| detail.contains(word)), "{told}");
            refused += 1;
        }
    }
    assert!(refused > 100, "{refused}");
    Ok(())
}

async fn send(person: &TestUser, origin: &str, operation: &Operation, body: &Value) -> Result<ApiResponse> {
    let path = operation.path_with(harness::Parameter::unused)?;
    let call = person.api.call(operation.method.clone(), &path).raw(body.to_string());
    Ok(call.header("origin", origin).send().await?)
}
