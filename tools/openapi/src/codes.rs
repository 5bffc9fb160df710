use edge::Code;
use serde_json::Value;

/// The codes of the problems that a response can be, which its description names in backquotes.
#[must_use]
pub fn codes_of(status: &str, response: &Value) -> Vec<Code> {
    let description = response["description"].as_str().unwrap_or_default();
    let is_named = |code: &Code| description.contains(&format!("`{}`", code.as_str()));
    let of_status = Code::ALL.iter().copied().filter(|code| code.status().as_str() == status);
    of_status.filter(is_named).collect()
}
