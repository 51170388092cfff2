//! Traversal of a document: operations, schemas, and children of a schema.
//!
//! The functions are recursive. The first pass limits the depth of the document.

use serde_json::{Map, Value};

use crate::diagnostic::child;
use crate::openapi::description::{METHODS, percent_decoded};
use crate::openapi::extensions::ERRORS;

/// Location of an operation.
#[derive(Clone, Debug)]
pub(super) struct OperationLocation {
    pub path: String,
    pub method: &'static str,
    pub pointer: String,
}

/// Owner of a root schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role<'a> {
    Component {
        name: &'a str,
    },
    Parameter {
        operation: &'a str,
        path: &'a str,
        name: &'a str,
    },
    Body {
        operation: &'a str,
        /// Position among the media types.
        number: usize,
    },
    Response {
        operation: &'a str,
    },
    Error {
        operation: &'a str,
        status: &'a str,
    },
}

/// Relation of a schema to its parent schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge<'a> {
    Property(&'a str),
    Items,
    AdditionalProperties,
    AllOf(usize),
    AnyOf(usize),
    OneOf(usize),
    Not,
}

/// Calls `f` for each operation.
pub(super) fn each_operation(
    document: &mut Value,
    mut f: impl FnMut(&OperationLocation, &mut Map<String, Value>),
) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let at = child("/paths", path);
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                let location = OperationLocation {
                    path: path.clone(),
                    method,
                    pointer: child(&at, method),
                };
                f(&location, operation);
            }
        }
    }
}

/// Keeps the operations for which `f` returns `true`, and removes paths without operations.
pub(super) fn retain_operations(
    document: &mut Value,
    mut f: impl FnMut(&OperationLocation, &mut Map<String, Value>) -> bool,
) {
    let mut removed = Vec::new();
    each_operation(document, |location, operation| {
        if !f(location, operation) {
            removed.push((location.path.clone(), location.method));
        }
    });
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, method) in removed {
        if let Some(item) = paths.get_mut(&path).and_then(Value::as_object_mut) {
            item.shift_remove(method);
        }
    }
    paths.retain(|_, item| {
        METHODS
            .iter()
            .any(|m| item.get(m).is_some_and(Value::is_object))
    });
}

/// Returns the schemas under `components`.
pub(super) fn components(document: &Value) -> Option<&Map<String, Value>> {
    document.get("components")?.get("schemas")?.as_object()
}

/// Returns the schemas under `components`. Adds the object if it is missing.
pub(super) fn components_mut(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document
        .as_object_mut()?
        .entry("components")
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()?
        .entry("schemas")
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()
}

/// Returns the name of the component that a `$ref` points to.
pub(super) fn target(reference: &str) -> Option<String> {
    let name = reference.strip_prefix("#/components/schemas/")?;
    (!name.contains('/')).then(|| unescape(name))
}

/// Returns the name of the component that a schema refers to, if it is a `$ref`.
pub(super) fn reference(schema: &Value) -> Option<String> {
    target(schema.get("$ref")?.as_str()?)
}

/// Returns a schema that refers to a component.
pub(super) fn reference_to(name: &str) -> Value {
    let name = name.replace('~', "~0").replace('/', "~1");
    Value::Object(Map::from_iter([(
        "$ref".to_owned(),
        Value::String(format!("#/components/schemas/{name}")),
    )]))
}

/// Decodes one token of a JSON Pointer in a URI fragment.
pub(super) fn unescape(token: &str) -> String {
    percent_decoded(token).replace("~1", "/").replace("~0", "~")
}

/// Calls `f` for each root schema: components, parameters, bodies, responses, errors.
pub(super) fn each_root(document: &mut Value, mut f: impl FnMut(&str, Role<'_>, &mut Value)) {
    if let Some(schemas) = document
        .get_mut("components")
        .and_then(|c| c.get_mut("schemas"))
        .and_then(Value::as_object_mut)
    {
        for (name, schema) in schemas {
            f(
                &child("/components/schemas", name),
                Role::Component { name },
                schema,
            );
        }
    }
    each_operation(document, |location, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        {
            for (index, parameter) in parameters.iter_mut().enumerate() {
                let name = parameter
                    .get("name")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                let at = format!("{}/parameters/{index}/schema", location.pointer);
                let role = Role::Parameter {
                    operation: &id,
                    path: &location.path,
                    name: &name,
                };
                if let Some(schema) = parameter.get_mut("schema") {
                    f(&at, role, schema);
                }
                let at = format!("{}/parameters/{index}", location.pointer);
                each_media_type(parameter, &at, |at, _, schema| f(at, role, schema));
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            let at = child(&location.pointer, "requestBody");
            each_media_type(body, &at, |at, number, schema| {
                let role = Role::Body {
                    operation: &id,
                    number,
                };
                f(at, role, schema);
            });
        }
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            for (status, response) in responses {
                let at = child(&child(&location.pointer, "responses"), status);
                each_media_type(response, &at, |at, _, schema| {
                    f(at, Role::Response { operation: &id }, schema);
                });
            }
        }
        if let Some(errors) = operation.get_mut(ERRORS).and_then(Value::as_object_mut) {
            for (status, response) in errors {
                // The location in the document as written.
                let at = child(&child(&location.pointer, "responses"), status);
                each_media_type(response, &at, |at, _, schema| {
                    let role = Role::Error {
                        operation: &id,
                        status,
                    };
                    f(at, role, schema);
                });
            }
        }
    });
}

fn each_media_type(holder: &mut Value, pointer: &str, mut f: impl FnMut(&str, usize, &mut Value)) {
    let Some(content) = holder.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    for (number, (media_type, value)) in content.into_iter().enumerate() {
        if let Some(schema) = value.get_mut("schema") {
            let at = child(&child(pointer, "content"), media_type);
            f(&child(&at, "schema"), number, schema);
        }
    }
}

/// Calls `f` for each schema of the document, parents before children.
pub(super) fn each_schema(document: &mut Value, mut f: impl FnMut(&str, &mut Value)) {
    each_root(document, |pointer, _, schema| {
        descend(schema, pointer, &mut f)
    });
}

/// Calls `f` for a schema and all its descendants, parents before children.
pub(super) fn descend(schema: &mut Value, pointer: &str, f: &mut impl FnMut(&str, &mut Value)) {
    f(pointer, schema);
    each_child(schema, pointer, |at, _, inner| descend(inner, at, f));
}

/// Calls `f` for the direct children of a schema.
pub(super) fn each_child(
    schema: &mut Value,
    pointer: &str,
    mut f: impl FnMut(&str, Edge<'_>, &mut Value),
) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    for (key, value) in schema {
        let at = || child(pointer, key);
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let at = at();
                for (name, property) in properties {
                    f(&child(&at, name), Edge::Property(name), property);
                }
            }
            ("items", items @ Value::Object(_)) => f(&at(), Edge::Items, items),
            ("additionalProperties", inner @ Value::Object(_)) => {
                f(&at(), Edge::AdditionalProperties, inner);
            }
            ("not", inner @ Value::Object(_)) => f(&at(), Edge::Not, inner),
            ("allOf", Value::Array(members)) => {
                let at = at();
                for (index, member) in members.iter_mut().enumerate() {
                    f(&child(&at, index), Edge::AllOf(index), member);
                }
            }
            ("anyOf", Value::Array(members)) => {
                let at = at();
                for (index, member) in members.iter_mut().enumerate() {
                    f(&child(&at, index), Edge::AnyOf(index), member);
                }
            }
            ("oneOf", Value::Array(members)) => {
                let at = at();
                for (index, member) in members.iter_mut().enumerate() {
                    f(&child(&at, index), Edge::OneOf(index), member);
                }
            }
            _ => {}
        }
    }
}

/// Returns the names of the components that a schema refers to, at any depth, each once.
pub(super) fn references(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect_references(schema, &mut found);
    found
}

fn collect_references(schema: &Value, found: &mut Vec<String>) {
    if let Some(name) = reference(schema)
        && !found.contains(&name)
    {
        found.push(name);
    }
    // Not with `each_child`, which needs a mutable schema and so a copy.
    let Some(schema) = schema.as_object() else {
        return;
    };
    for (key, value) in schema {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties
                    .values()
                    .for_each(|p| collect_references(p, found));
            }
            ("items" | "additionalProperties" | "not", inner @ Value::Object(_)) => {
                collect_references(inner, found);
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(members)) => {
                members.iter().for_each(|m| collect_references(m, found));
            }
            _ => {}
        }
    }
}
