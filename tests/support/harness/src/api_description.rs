//! The operations of the committed `openapi.json`. A test that walks through them covers a new route on the day it
//! is described.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use client::Method;
use serde_json::Value;

use crate::stack::repository_root;

/// How the pattern of every id ends: the hexadecimal digits of a UUID.
const ID_DIGITS: &str = "[0-9a-f]{32}$";

/// One operation of the API: a method on a path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The `operationId`.
    pub name: String,
    /// The HTTP method.
    pub method: Method,
    /// The path, with its parameters in braces: `/api/v1/jobs/{id}`.
    pub path: String,
    /// The path's parameters that are ids.
    pub parameters: Vec<Parameter>,
    /// The names of the path's parameters that are numbers.
    numbers: Vec<String>,
    /// The example of its request body; absent when it takes none.
    pub body: Option<Value>,
    /// Whether it needs no bearer. Some of these routes read a cookie.
    pub public: bool,
    /// The description, with what it reads and writes.
    pub description: String,
    /// The HTTP statuses that it documents.
    pub statuses: BTreeSet<u16>,
}

/// An id in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The parameter's name, as in the path's braces.
    pub name: String,
    /// The name of its schema, for example `ProjectId`; absent when the schema is inline.
    pub kind: Option<String>,
    /// The prefix of every id of that kind, from the schema's pattern: `proj_`.
    pub prefix: Option<String>,
}

impl Parameter {
    /// A well-formed id of this kind that is not in use.
    ///
    /// # Errors
    /// When the schema has no pattern with a prefix.
    pub fn unused(&self) -> Result<String> {
        let prefix = self.prefix.as_deref().with_context(|| format!("{{{}}} is no id", self.name))?;
        Ok(format!("{prefix}{}", uuid::Uuid::now_v7().simple()))
    }
}

impl Operation {
    /// The path with a value for every id, and 0 for every number.
    ///
    /// # Errors
    /// When `value` fails.
    pub fn path_with(&self, mut value: impl FnMut(&Parameter) -> Result<String>) -> Result<String> {
        let first = |path: String, number: &String| path.replace(&format!("{{{number}}}"), "0");
        let path = self.numbers.iter().fold(self.path.clone(), first);
        self.parameters.iter().try_fold(path, |path, parameter| {
            Ok(path.replace(&format!("{{{}}}", parameter.name), &value(parameter)?))
        })
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Every operation of `openapi.json`, in the document's order.
///
/// # Errors
/// When the document cannot be read, or has a request body without an example.
pub fn operations() -> Result<Vec<Operation>> {
    let file = repository_root().join("openapi.json");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    operations_of(&serde_json::from_str(&text)?)
}

fn operations_of(document: &Value) -> Result<Vec<Operation>> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().context("no paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            // Beside its methods a path may have a summary and parameters of its own.
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if operation["responses"].is_null() {
                continue;
            }
            let read = self::operation(document, method.clone(), path, operation);
            found.push(read.with_context(|| format!("{method} {path}"))?);
        }
    }
    Ok(found)
}

fn operation(document: &Value, method: Method, path: &str, operation: &Value) -> Result<Operation> {
    let in_path = |parameter: &&Value| parameter["in"] == "path";
    let parameter = |parameter: &Value| {
        let name = parameter["name"].as_str().context("a parameter without a name")?.to_owned();
        let reference = parameter["schema"]["$ref"].as_str();
        let pattern = reference.and_then(|to| resolve(document, to)?["pattern"].as_str());
        let prefix = pattern.and_then(|pattern| pattern.strip_prefix('^')?.strip_suffix(ID_DIGITS));
        let kind = reference.and_then(|to| to.rsplit('/').next());
        Ok(Parameter { name, kind: kind.map(str::to_owned), prefix: prefix.map(str::to_owned) })
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten().filter(in_path);
    let (numbers, ids): (Vec<&Value>, Vec<&Value>) =
        parameters.partition(|parameter| parameter["schema"]["type"] == "integer");
    let number =
        |parameter: &Value| parameter["name"].as_str().map(str::to_owned).context("a number without a name");
    let body = match &operation["requestBody"]["content"]["application/json"] {
        Value::Null => None,
        content => Some(example(document, content).context("its body has no example")?),
    };
    // An operation's own security requirement overrides the document's, which is the bearer.
    let asks_no_bearer = |security: &Vec<Value>| security.iter().all(|one| one.get("bearer").is_none());
    let statuses = operation["responses"].as_object().context("no responses")?.keys();
    Ok(Operation {
        name: operation["operationId"].as_str().context("no operationId")?.to_owned(),
        method,
        path: path.to_owned(),
        parameters: ids.into_iter().map(parameter).collect::<Result<_>>()?,
        numbers: numbers.into_iter().map(number).collect::<Result<_>>()?,
        body,
        public: operation["security"].as_array().is_some_and(asks_no_bearer),
        description: operation["description"].as_str().unwrap_or_default().to_owned(),
        statuses: statuses.filter_map(|status| status.parse().ok()).collect(),
    })
}

/// The value that a `$ref` within the document points to.
fn resolve<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.trim_start_matches('#'))
}

/// The example of a content: its `example`, the first of its `examples`, or that of its schema.
fn example(document: &Value, content: &Value) -> Option<Value> {
    let named = || content["examples"].as_object()?.values().next()?.get("value").cloned();
    content.get("example").cloned().or_else(named).or_else(|| {
        let mut schema = &content["schema"];
        if let Some(name) = schema["$ref"].as_str() {
            schema = resolve(document, name)?;
        }
        schema.get("example").or_else(|| schema["examples"].get(0)).cloned()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_is_read_with_its_ids_and_its_body() {
        let document = json!({
            "paths": {
                "/things/{id}/parts/{part}": {
                    "summary": "about things",
                    "put": {
                        "operationId": "things_put",
                        "parameters": [
                            {"name": "id", "in": "path", "schema": {"$ref": "#/components/schemas/ThingId"}},
                            {"name": "part", "in": "path", "schema": {"type": "string"}},
                            {"name": "page", "in": "query", "schema": {"type": "integer"}},
                        ],
                        "requestBody": {"content": {"application/json": {
                            "schema": {"$ref": "#/components/schemas/Thing"},
                        }}},
                        "responses": {"200": {}, "404": {}, "default": {}},
                    },
                },
                "/open": {"get": {"operationId": "open", "security": [{}], "responses": {"200": {}}}},
            },
            "components": {"schemas": {
                "Thing": {"examples": [{"name": "one"}]},
                "ThingId": {"type": "string", "pattern": "^thing_[0-9a-f]{32}$"},
            }},
        });
        let operations = operations_of(&document).unwrap();
        let [open, put] = operations.as_slice() else { panic!("{operations:?}") };
        assert!(open.public && open.body.is_none() && open.parameters.is_empty());
        assert!(!put.public);
        assert_eq!(put.to_string(), "PUT /things/{id}/parts/{part}");
        assert_eq!(put.body, Some(json!({"name": "one"})));
        let path = put.path_with(|parameter| Ok(parameter.kind.clone().unwrap_or("none".into())));
        assert_eq!(path.unwrap(), "/things/ThingId/parts/none");
        let unused = put.parameters[0].unused().unwrap();
        assert!(unused.starts_with("thing_") && unused.len() == "thing_".len() + 32, "{unused}");
        assert!(put.parameters[1].unused().is_err());
        assert_eq!(put.statuses, BTreeSet::from([200, 404]));
    }

    #[test]
    fn a_body_without_an_example_is_named() {
        let content = json!({"application/json": {"schema": {"type": "object"}}});
        let post = json!({"operationId": "p", "requestBody": {"content": content}, "responses": {}});
        let error = operations_of(&json!({"paths": {"/p": {"post": post}}})).unwrap_err();
        assert!(error.to_string().contains("POST /p"), "{error:?}");
    }
}
