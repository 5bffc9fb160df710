//! What the template deploys, read from the template itself: a new route or function that no journey
//! knows must show.

use anyhow::{Context as _, Result};

use crate::stack::repository_root;

/// One route of the HTTP API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The name of the function that serves it, without the stack's.
    pub function: String,
    /// `GET` …
    pub method: String,
    /// With `{id}` where an id goes.
    pub path: String,
    /// Whether the authorizer is not asked.
    pub public: bool,
}

/// Every route, as the template's events have it, each on a line of its own.
///
/// # Errors
/// When the template cannot be read.
pub fn routes() -> Result<Vec<Route>> {
    // A function's name stands before its events.
    let mut function = String::new();
    let route = |line: &str| {
        function = function_name(line).unwrap_or(std::mem::take(&mut function));
        Some(Route {
            method: value(line, "Method: ")?,
            path: value(line, " Path: ")?,
            public: line.contains("Authorizer: NONE"),
            function: function.clone(),
        })
    };
    Ok(template()?.lines().filter_map(route).collect())
}

/// The name of every function, without the stack's.
///
/// # Errors
/// When the template cannot be read.
pub fn functions() -> Result<Vec<String>> {
    Ok(template()?.lines().filter_map(function_name).collect())
}

fn function_name(line: &str) -> Option<String> {
    line.trim().strip_prefix("FunctionName: !Sub ${AWS::StackName}-").map(str::to_owned)
}

fn template() -> Result<String> {
    let file = repository_root().join("template.yaml");
    std::fs::read_to_string(&file).with_context(|| file.display().to_string())
}

/// What stands behind a key in YAML's braces.
fn value(line: &str, key: &str) -> Option<String> {
    let (_, rest) = line.split_once(key)?;
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(value, _)| value.to_owned()),
        None => rest.split([',', ' ']).next().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_read_as_it_is_written() {
        let routes = routes().unwrap();
        let found = |method: &str, path: &str| routes.iter().find(|r| r.method == method && r.path == path);
        assert!(found("GET", "/healthz").unwrap().public);
        assert_eq!(found("GET", "/healthz").unwrap().function, "health");
        assert!(!found("PUT", "/api/v1/projects/{id}/storyboard").unwrap().public);
        // One event has neither method nor path: it takes what no route takes.
        assert_eq!(routes.len() + 1, template().unwrap().matches("Type: HttpApi\n").count());
        assert!(functions().unwrap().contains(&"render-step".to_owned()));
        assert_eq!(
            functions().unwrap().len(),
            template().unwrap().matches("Type: AWS::Serverless::Function").count()
        );
    }
}
