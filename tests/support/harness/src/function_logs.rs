//! What the functions have logged, in the log group that they share.

use anyhow::Result;
use client::{LocalStack, Method};
use serde_json::{Value, json};

/// The log lines that contain a text without white space, whatever its case; parsed where a line is JSON, else as a
/// JSON string.
///
/// # Errors
/// When CloudWatch Logs does not answer the search.
pub async fn log_lines(stack: &LocalStack, text: &str) -> Result<Vec<Value>> {
    let body = json!({
        "logGroupName": stack.outputs.function_logs,
        "filterPattern": format!("\"{text}\""),
    });
    let call = stack.api().call(Method::POST, &stack.outputs.endpoint).raw(body.to_string());
    let answer = call.header("x-amz-target", "Logs_20140328.FilterLogEvents").send().await?;
    let found: Value = answer.json()?;
    let messages =
        found["events"].as_array().into_iter().flatten().filter_map(|event| event["message"].as_str());
    Ok(messages.map(|line| serde_json::from_str(line).unwrap_or_else(|_| json!(line))).collect())
}
