//! What the extractor of bodies takes, in the schemas of request bodies: a member that need not be given may be `null`.

use std::collections::BTreeSet;

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

/// Removes `null` from the schema of a body that is an `Option`: such a body may be left out, but may not be `null`.
pub(super) fn unwrap_optional(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        let RefOr::T(content) = content else { continue };
        if let Some(RefOr::T(Schema::OneOf(choice))) = &content.schema {
            let reference = choice.items.iter().find(|item| matches!(item, RefOr::Ref(_)));
            content.schema = reference.cloned().or(content.schema.take());
        }
    }
}

/// Allows `null` for every member of a request body that is not required, at any depth, as the extractor does.
pub(super) fn allow_null_for_absent(document: &mut OpenApi) {
    let items = document.paths.paths.values();
    let operations = items.flat_map(|item| [&item.put, &item.post, &item.patch, &item.delete]).flatten();
    let bodies = operations.filter_map(|operation| match &operation.request_body {
        Some(RefOr::T(body)) => Some(body),
        _ => None,
    });
    let contents = bodies.flat_map(|body| body.content.values());
    let mut named = BTreeSet::new();
    for content in contents {
        if let RefOr::T(content) = content
            && let Some(schema) = &content.schema
        {
            names_in(schema, &mut named);
        }
    }
    let Some(components) = &mut document.components else { return };
    let mut done = BTreeSet::new();
    while let Some(name) = named.pop_first() {
        if let Some(RefOr::T(schema)) = components.schemas.get_mut(&name)
            && done.insert(name)
        {
            names_in(&RefOr::T(schema.clone()), &mut named);
            allow_null_in(schema);
        }
    }
}

/// Collects the names of the schemas that a schema refers to.
fn names_in(schema: &RefOr<Schema>, names: &mut BTreeSet<String>) {
    match schema {
        RefOr::Ref(to) => {
            names.extend(to.ref_location.rsplit('/').next().map(str::to_owned));
        }
        RefOr::T(Schema::Object(object)) => {
            object.properties.values().for_each(|property| names_in(property, names));
        }
        RefOr::T(Schema::Array(array)) => {
            if let utoipa::openapi::schema::ArrayItems::RefOrSchema(items) = &array.items {
                names_in(items, names);
            }
        }
        RefOr::T(Schema::OneOf(choice)) => choice.items.iter().for_each(|item| names_in(item, names)),
        RefOr::T(_) => {}
    }
}

fn allow_null_in(schema: &mut Schema) {
    let Schema::Object(object) = schema else { return };
    for (name, property) in &mut object.properties {
        if let RefOr::T(schema) = property {
            allow_null_in(schema);
        }
        if !object.required.contains(name) {
            allow_null(property);
        }
    }
    if let Some(values) = &mut object.additional_properties
        && let AdditionalProperties::RefOr(values) = &mut **values
    {
        allow_null(values);
    }
}

fn allow_null(schema: &mut RefOr<Schema>) {
    let schema_type = match schema {
        RefOr::T(Schema::Object(object)) if object.enum_values.is_none() => &mut object.schema_type,
        RefOr::T(Schema::Array(array)) => &mut array.schema_type,
        RefOr::T(Schema::OneOf(choice)) if choice.items.iter().any(is_null) => return,
        other => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            *other = OneOfBuilder::new().item(other.clone()).item(null).into();
            return;
        }
    };
    if let SchemaType::Type(only) = schema_type {
        *schema_type = SchemaType::Array(vec![only.clone(), Type::Null]);
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}
