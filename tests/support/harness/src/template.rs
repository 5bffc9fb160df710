//! The routes and functions that `template.yaml` deploys, read from its text, so that a test notices a new one.

use anyhow::{Context as _, Result};

use crate::stack::repository_root;

/// One route of the HTTP API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The name of the function that serves it, without the stack's name before it.
    pub function: String,
    /// The HTTP method: `GET`.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Whether API Gateway does not ask the authorizer.
    pub public: bool,
}

/// Every route of the template but those of HEAD, which is answered wherever GET is. The template writes each event of a
/// function on one line.
///
/// # Errors
/// When `template.yaml` cannot be read.
pub fn routes() -> Result<Vec<Route>> {
    Ok(all_routes()?.into_iter().filter(|route| route.method != "HEAD").collect())
}

/// Every route of the template, those of HEAD too.
///
/// # Errors
/// When `template.yaml` cannot be read.
pub fn all_routes() -> Result<Vec<Route>> {
    // A function's name precedes its events.
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

/// The keys of the routes that have throttling settings of their own: `GET /healthz`, `$default`. The template writes
/// each of them at the beginning of a line.
///
/// # Errors
/// When `template.yaml` cannot be read, or has no such settings.
pub fn throttled_routes() -> Result<Vec<String>> {
    let template = template()?;
    let (_, settings) = template.split_once("      RouteSettings:\n").context("no RouteSettings")?;
    let settings = settings.lines().take_while(|line| line.starts_with("        "));
    let is_key = |line: &&str| !line.starts_with("          ");
    let key = |line: &str| match line.trim().strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(key, _)| key.to_owned()),
        None => line.trim().split_once(':').map(|(key, _)| key.to_owned()),
    };
    Ok(settings.filter(is_key).filter_map(key).collect())
}

/// The name of every function, without the stack's name before it.
///
/// # Errors
/// When `template.yaml` cannot be read.
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

/// The value of a key in a YAML flow mapping.
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
        // One event has neither method nor path: the default route.
        let written = template().unwrap();
        let events = written.matches("Type: HttpApi\n").count() - written.matches("Method: HEAD").count();
        assert_eq!(routes.len() + 1, events);
        assert!(functions().unwrap().contains(&"render-step".to_owned()));
        for key in ["GET /healthz", "GET /api/v1/jobs/{id}", "$default"] {
            assert!(throttled_routes().unwrap().contains(&key.to_owned()), "{key}");
        }
        assert_eq!(
            functions().unwrap().len(),
            template().unwrap().matches("Type: AWS::Serverless::Function").count()
        );
    }
}
