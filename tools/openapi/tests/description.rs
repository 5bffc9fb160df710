//! The API's description is current, complete, and usable by the suites that walk through it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use api_description::{codes_of, document, files, parts};
use edge::openapi::BEARER;
use harness::{Route, routes};
use serde_json::Value;
use utoipa::openapi::{OpenApi, RefOr, Schema};

#[test]
fn the_committed_files_are_what_the_code_gives() -> Result<()> {
    for (file, text) in files()? {
        let committed = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        ensure!(committed == text, "{} is out of date: run `make openapi`", file.display());
    }
    Ok(())
}

#[test]
fn each_function_describes_the_routes_that_the_template_gives_it() -> Result<()> {
    let mut described = BTreeSet::new();
    for (function, part) in parts() {
        let document = serde_json::to_value(part)?;
        let route = |(method, path, operation): (String, String, Value)| Route {
            function: function.to_owned(),
            public: is_public(&operation),
            method,
            path,
        };
        described.extend(operations(&document).into_iter().map(route));
    }
    let deployed: BTreeSet<Route> = routes()?.into_iter().collect();
    let undescribed: Vec<_> = deployed.difference(&described).collect();
    let unserved: Vec<_> = described.difference(&deployed).collect();
    assert!(undescribed.is_empty(), "in the template, but not described: {undescribed:#?}");
    assert!(unserved.is_empty(), "described, but not in the template: {unserved:#?}");
    Ok(())
}

#[test]
fn nothing_gets_lost_when_the_parts_are_put_together() -> Result<()> {
    let whole = operations(&serde_json::to_value(document())?).len();
    let mut sum = 0;
    let mut schemas: BTreeMap<String, (&str, RefOr<Schema>)> = BTreeMap::new();
    for (function, part) in parts() {
        sum += operations(&serde_json::to_value(&part)?).len();
        for (name, schema) in schemas_of(part) {
            let (other, known) = schemas.entry(name.clone()).or_insert((function, schema.clone()));
            assert!(*known == schema, "{function} and {other} mean different things by {name}");
        }
    }
    assert_eq!(whole, sum);
    Ok(())
}

#[test]
fn operations_have_names_of_their_own() -> Result<()> {
    let document = serde_json::to_value(document())?;
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().with_context(|| format!("{method} {path}"))?.to_owned();
        assert!(names.insert(name), "{method} {path}: {}", operation["operationId"]);
    }
    Ok(())
}

#[test]
fn every_reference_leads_somewhere() -> Result<()> {
    let document = serde_json::to_value(document())?;
    let mut dangling = BTreeSet::new();
    each(&document, &mut |value| {
        if let Some(to) = value.get("$ref").and_then(Value::as_str)
            && document.pointer(to.trim_start_matches('#')).is_none()
        {
            dangling.insert(to.to_owned());
        }
    });
    assert!(dangling.is_empty(), "{dangling:?}");
    Ok(())
}

#[test]
fn every_parameter_in_a_path_is_an_id_of_a_named_kind_or_a_bounded_number() -> Result<()> {
    let document = serde_json::to_value(document())?;
    for (method, path, operation) in operations(&document) {
        let in_path = |parameter: &&Value| parameter["in"] == "path";
        let parameters: Vec<_> =
            operation["parameters"].as_array().into_iter().flatten().filter(in_path).collect();
        assert_eq!(parameters.len(), path.matches('{').count(), "{method} {path}");
        for parameter in parameters {
            if parameter["schema"]["type"] == "integer" {
                assert!(parameter["schema"]["maximum"].is_u64(), "{method} {path}: {parameter}");
                continue;
            }
            let schema = parameter["schema"]["$ref"].as_str();
            let schema = schema.with_context(|| format!("{method} {path}: {parameter}"))?;
            // The name of a file is an id with an extension.
            let is_named = schema.ends_with("Id") || schema.ends_with("File");
            assert!(is_named, "{method} {path}: {schema}");
        }
    }
    Ok(())
}

#[test]
fn every_body_has_an_example_that_fits() -> Result<()> {
    let mut document = serde_json::to_value(document())?;
    let mut bodies = 0;
    for (method, path, operation) in operations(&document.clone()) {
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        let schema = &content["application/json"]["schema"];
        let named =
            schema["$ref"].as_str().with_context(|| format!("{method} {path}: a body without a name"))?;
        let of_schema = document.pointer(named.trim_start_matches('#')).map(|schema| &schema["examples"]);
        let of_content = content["application/json"].get("example").cloned();
        let of_schema = of_schema.and_then(Value::as_array).into_iter().flatten().cloned();
        let examples: Vec<Value> = of_schema.chain(of_content).collect();
        assert!(!examples.is_empty(), "{method} {path}: {named} has no example");
        // A schema of the document can be validated by itself when the document's components are beside it.
        document["$ref"] = named.into();
        let validator = jsonschema::validator_for(&document)?;
        for mut example in examples {
            if let Err(error) = validator.validate(&example) {
                panic!("{method} {path}: {example}: {error}");
            }
            example["mistyped"] = 1.into();
            assert!(!validator.is_valid(&example), "{method} {path} takes what it has no name for");
        }
        bodies += 1;
    }
    assert!(bodies > 0);
    Ok(())
}

#[test]
fn every_problem_says_which_codes_it_has() -> Result<()> {
    let document = serde_json::to_value(document())?;
    for (method, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().context("no responses")?;
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let response = match response["$ref"].as_str() {
                Some(to) => document.pointer(to.trim_start_matches('#')).context("dangling")?,
                None => response,
            };
            let named = !codes_of(status, response).is_empty();
            assert!(named, "{method} {path}: name the codes of {status} in its description, in backquotes");
            let schema = response.pointer("/content/application~1problem+json/schema");
            let one = serde_json::json!({"$ref": "#/components/schemas/Problem"});
            assert_eq!(schema, Some(&one), "{method} {path}: clients have one type for all problems");
        }
    }
    Ok(())
}

#[test]
fn what_need_not_be_given_may_be_null_in_every_body() -> Result<()> {
    let document = serde_json::to_value(document())?;
    let mut names: Vec<String> = Vec::new();
    for (.., operation) in operations(&document) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        names.extend(schema.as_str().map(str::to_owned));
    }
    let mut checked = BTreeSet::new();
    while let Some(name) = names.pop() {
        if !checked.insert(name.clone()) {
            continue;
        }
        let schema = document.pointer(name.trim_start_matches('#')).context("dangling")?;
        each(schema, &mut |value| names.extend(value.get("$ref").and_then(Value::as_str).map(str::to_owned)));
        let required = |member: &String| {
            schema["required"]
                .as_array()
                .is_some_and(|required| required.contains(&Value::from(member.as_str())))
        };
        for (member, of) in schema["properties"].as_object().into_iter().flatten() {
            let choices = of["oneOf"].as_array().into_iter().flatten();
            let null = Value::from("null");
            let is_nullable = of["type"].as_array().is_some_and(|types| types.contains(&null))
                || choices.into_iter().any(|choice| choice["type"] == null);
            assert_eq!(is_nullable, !required(member), "{name}: {member}: {of}");
        }
    }
    assert!(checked.len() > 10, "{checked:?}");
    Ok(())
}

#[test]
fn every_group_of_routes_is_described() -> Result<()> {
    let document = serde_json::to_value(document())?;
    let described: BTreeSet<&str> = document["tags"]
        .as_array()
        .context("no tags")?
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let operations = operations(&document);
    let used = operations.iter().filter_map(|(.., operation)| operation["tags"][0].as_str());
    assert_eq!(used.collect::<BTreeSet<&str>>(), described);
    Ok(())
}

#[test]
fn files_and_captions_are_bytes_and_texts_to_generators() -> Result<()> {
    let document = serde_json::to_value(document())?;
    let schema = |path: &str, content_type: &str| {
        let path = format!("/api/v1/videos/{{id}}/{path}");
        document["paths"][path]["get"]["responses"]["200"]["content"][content_type]["schema"].clone()
    };
    let binary = serde_json::json!({"type": "string", "format": "binary"});
    assert_eq!(schema("thumbnail", "image/jpeg"), binary);
    let text = serde_json::json!({"type": "string"});
    for (path, content_type) in [
        ("captions.srt", "text/plain"),
        ("captions.srt", "application/x-subrip"),
        ("captions.vtt", "text/vtt"),
    ] {
        assert_eq!(schema(path, content_type), text, "{path}");
    }
    Ok(())
}

/// The POSTs by a caller that take no `Idempotency-Key`: quote and preview change nothing, an invitation is accepted and an
/// account deleted once in any case, and the answer of the last one has a token, which is kept nowhere.
const WITHOUT_A_KEY: [&str; 5] = [
    "/api/v1/imports/preview",
    "/api/v1/projects/{id}/render/quote",
    "/api/auth/invitations/accept",
    "/api/account/delete",
    "/api/auth/tenants/{id}/session",
];

#[test]
fn every_post_that_makes_or_changes_something_takes_an_idempotency_key() -> Result<()> {
    let document = serde_json::to_value(document())?;
    let posts =
        operations(&document).into_iter().filter(|(method, _, one)| method == "POST" && !is_public(one));
    for (_, path, operation) in posts {
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        let takes_a_key = parameters.any(|parameter| parameter["name"] == "Idempotency-Key");
        assert_ne!(takes_a_key, WITHOUT_A_KEY.contains(&path.as_str()), "{path}");
        let responses = operation["responses"].as_object().into_iter().flatten();
        for (status, response) in responses.filter(|(status, _)| takes_a_key && status.starts_with('2')) {
            assert!(response["headers"]["Idempotent-Replayed"].is_object(), "{path} {status}");
        }
    }
    Ok(())
}

/// Whether API Gateway does not ask the authorizer: no credential that the operation takes is a bearer.
fn is_public(operation: &Value) -> bool {
    let choices = operation["security"].as_array();
    choices.is_some_and(|choices| choices.iter().all(|choice| choice.get(BEARER).is_none()))
}

/// Method, path and operation object of each operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let items = document["paths"].as_object().into_iter().flatten();
    items
        .flat_map(|(path, item)| {
            let operations = item.as_object().into_iter().flatten();
            operations.map(move |(method, one)| (method.to_uppercase(), path.clone(), one.clone()))
        })
        .collect()
}

fn schemas_of(part: OpenApi) -> impl Iterator<Item = (String, RefOr<Schema>)> {
    part.components.into_iter().flat_map(|components| components.schemas)
}

/// Calls `visit` for a value and every value in it.
fn each(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, visit)),
        Value::Object(members) => members.values().for_each(|member| each(member, visit)),
        _ => {}
    }
}
