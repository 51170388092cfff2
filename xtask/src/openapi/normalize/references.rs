//! Removes `$ref`s that progenitor cannot follow, and the panics and guesses that they end in.
//!
//! Afterwards every operation carries its own parameters (those of its path included), body and responses, and the only
//! references left are from schemas to `#/components/schemas/NAME`, all of which exist. References into other files and
//! in circles are refused; a schema that is nowhere is any JSON value, with a warning.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::diagnostic::{Code, Diagnostic, child};
use crate::openapi::description::METHODS;
use crate::openapi::extensions::is_extension;

/// Nobody chains references further than this.
const CHAIN: usize = 32;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let original = document.clone();
    inline(document, &original, context);
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|key, _| key == "schemas" || key == "securitySchemes");
    }
    schemas(document, &original, context);
}

/// Puts parameters, bodies and responses where they are used.
fn inline(document: &mut Value, original: &Value, context: &mut Context<'_>) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    paths.retain(|path, _| path.starts_with('/'));
    for (path, item) in paths {
        let at = child("/paths", path);
        if !resolve(item, &at, original, context) {
            continue;
        }
        let Some(item) = item.as_object_mut() else {
            let diagnostic = context.diagnostic(
                Code::Malformed,
                &at,
                "malformed document: this `$ref` leads to no path item",
            );
            context.report(diagnostic);
            continue;
        };
        let shared = match item.shift_remove("parameters") {
            Some(Value::Array(parameters)) => parameters,
            _ => Vec::new(),
        };
        let shared = resolve_all(shared, &child(&at, "parameters"), original, context);
        let servers = item.shift_remove("servers");
        item.retain(|key, _| METHODS.contains(&key.as_str()) || is_extension(key));
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            // Not in the specification, and found in documents that are split into files.
            if !resolve(operation, &child(&at, method), original, context) {
                continue;
            }
            let Some(operation) = operation.as_object_mut() else {
                continue;
            };
            if let (Some(servers), false) = (&servers, operation.contains_key("servers")) {
                operation.insert("servers".into(), servers.clone());
            }
            self_contained(operation, &child(&at, method), &shared, original, context);
        }
    }
}

fn self_contained(
    operation: &mut Map<String, Value>,
    pointer: &str,
    shared: &[Value],
    original: &Value,
    context: &mut Context<'_>,
) {
    let own = match operation.shift_remove("parameters") {
        Some(Value::Array(parameters)) => parameters,
        _ => Vec::new(),
    };
    let own = resolve_all(own, &child(pointer, "parameters"), original, context);
    let same = |a: &Value, b: &Value| a["name"] == b["name"] && a["in"] == b["in"];
    let inherited: Vec<Value> = shared
        .iter()
        .filter(|theirs| !own.iter().any(|ours| same(ours, theirs)))
        .cloned()
        .collect();
    // What the operation says stands first, so that places in its own list stay what they are in the file.
    let parameters: Vec<Value> = own.into_iter().chain(inherited).collect();
    operation.insert("parameters".into(), Value::Array(parameters));
    if let Some(body) = operation.get_mut("requestBody") {
        resolve(body, &child(pointer, "requestBody"), original, context);
    }
    let at = child(pointer, "responses");
    for (status, response) in operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        let at = child(&at, status);
        resolve(response, &at, original, context);
        let headers = response.get_mut("headers").and_then(Value::as_object_mut);
        for (name, header) in headers.into_iter().flatten() {
            resolve(
                header,
                &child(&child(&at, "headers"), name),
                original,
                context,
            );
        }
    }
    operation.shift_remove("callbacks");
}

fn resolve_all(
    values: Vec<Value>,
    pointer: &str,
    original: &Value,
    context: &mut Context<'_>,
) -> Vec<Value> {
    values
        .into_iter()
        .enumerate()
        .filter_map(|(index, mut value)| {
            resolve(&mut value, &child(pointer, index), original, context).then_some(value)
        })
        .collect()
}

/// Replaces a reference by what it refers to. Gives `false`, having said why, where that is nothing.
fn resolve(value: &mut Value, pointer: &str, original: &Value, context: &mut Context<'_>) -> bool {
    for _ in 0..CHAIN {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return true;
        };
        match look_up(reference, pointer, original, context) {
            Ok(target) => *value = target.clone(),
            Err(diagnostic) => {
                context.report(*diagnostic);
                return false;
            }
        }
    }
    let diagnostic = context.diagnostic(
        Code::CircularReference,
        pointer,
        "this `$ref` leads in a circle",
    );
    context.report(diagnostic);
    false
}

fn look_up<'v>(
    reference: &str,
    pointer: &str,
    original: &'v Value,
    context: &Context<'_>,
) -> Result<&'v Value, Box<Diagnostic>> {
    let at = child(pointer, "$ref");
    let Some(fragment) = reference.strip_prefix('#') else {
        return Err(Box::new(
            context
                .diagnostic(
                    Code::ExternalReference,
                    at,
                    format!("`{reference}` is in another document"),
                )
                .label("only references within the document are followed")
                .help("bundle the documents into one first"),
        ));
    };
    let mut target = Some(original);
    for token in fragment.split('/').skip(1) {
        let token = walk::unescape(token);
        target = target.and_then(|value| match value {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            value => value.get(&token),
        });
    }
    target.filter(|t| t.is_object()).ok_or_else(|| {
        Box::new(
            context
                .diagnostic(
                    Code::DanglingReference,
                    at,
                    format!("there is no `{reference}`"),
                )
                .label("this refers to nothing"),
        )
    })
}

/// Makes every reference of a schema one to a component.
fn schemas(document: &mut Value, original: &Value, context: &mut Context<'_>) {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut queue: Vec<(String, Value)> = Vec::new();
    let mut taken: BTreeSet<String> = walk::components(document)
        .map(|c| c.keys().cloned().collect())
        .unwrap_or_default();
    let mut mend = |pointer: &str,
                    schema: &mut Value,
                    context: &mut Context<'_>,
                    queue: &mut Vec<(String, Value)>| {
        let Some(reference) = schema
            .get("$ref")
            .and_then(Value::as_str)
            .map(str::to_owned)
        else {
            return;
        };
        let target = match look_up(&reference, pointer, original, context) {
            Ok(target) => target,
            Err(mut diagnostic) => {
                // The rest of the API is none the worse for one type that nobody described.
                if diagnostic.code == Code::DanglingReference {
                    *diagnostic = diagnostic.as_warning().label("taken as any JSON value");
                }
                context.report(*diagnostic);
                *schema = json!({});
                return;
            }
        };
        let name = match walk::target(&reference) {
            Some(name) => name,
            None => match named.get(&reference) {
                Some(name) => name.clone(),
                None if !super::shape::is_schema(target) => {
                    let diagnostic = context.diagnostic(
                        Code::Malformed,
                        child(pointer, "$ref"),
                        format!("`{reference}` is no schema"),
                    );
                    context.report(diagnostic.as_warning().label("taken as any JSON value"));
                    *schema = json!({});
                    return;
                }
                None => {
                    let name = free_name(&reference, &taken);
                    context.changed(
                        pointer,
                        format!("made a component `{name}` of `{reference}`"),
                    );
                    taken.insert(name.clone());
                    named.insert(reference.clone(), name.clone());
                    queue.push((name.clone(), target.clone()));
                    name
                }
            },
        };
        point_at(schema, &name, pointer, context);
    };
    walk::each_schema(document, |pointer, schema| {
        mend(pointer, schema, context, &mut queue);
    });
    // What such a reference led to is a schema too, with references of its own.
    while let Some((name, mut schema)) = queue.pop() {
        let at = child("/components/schemas", &name);
        walk::descend(&mut schema, &at, &mut |pointer, schema| {
            mend(pointer, schema, context, &mut queue);
        });
        if let Some(components) = walk::components_mut(document) {
            components.insert(name, schema);
        }
    }
}

/// Writes the reference in the one form that is used from here on. Words beside a `$ref` mean nothing to a 3.0 parser,
/// but their author meant them: they are kept, around the reference.
fn point_at(schema: &mut Value, name: &str, pointer: &str, context: &mut Context<'_>) {
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    map.shift_remove("$ref");
    let beside: Map<String, Value> = std::mem::take(map)
        .into_iter()
        .filter(|(key, _)| {
            matches!(
                key.as_str(),
                "description" | "nullable" | "deprecated" | "readOnly" | "writeOnly"
            ) || is_extension(key)
        })
        .collect();
    if beside.is_empty() {
        *schema = walk::reference_to(name);
    } else {
        *map = beside;
        map.insert("allOf".into(), Value::Array(vec![walk::reference_to(name)]));
        context.changed(pointer, "kept what stands beside its `$ref`");
    }
}

fn free_name(reference: &str, taken: &BTreeSet<String>) -> String {
    let mut words: Vec<String> = reference
        .split('/')
        .skip(1)
        .map(walk::unescape)
        .filter(|word| {
            !matches!(
                word.as_str(),
                "components" | "schemas" | "properties" | "definitions" | "paths"
            )
        })
        .collect();
    if words.len() > 3 {
        words.drain(..words.len() - 3);
    }
    let base = super::naming::pascal(&words.join(" "));
    super::naming::unused(&base, |name| taken.contains(name))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation, with_schemas};
    use super::*;

    #[test]
    fn parameters_bodies_and_responses_come_to_their_operation() {
        let mut document = with_operation(json!({
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "requestBody": {"$ref": "#/components/requestBodies/B"},
            "responses": {"200": {"$ref": "#/components/responses/R"}}
        }));
        document["components"] = json!({
            "parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}},
            "requestBodies": {"B": {"content": {}}},
            "responses": {"R": {"description": "r", "headers": {"H": {"$ref": "#/components/headers/H"}}}},
            "headers": {"H": {"schema": {"type": "integer"}}}
        });
        let (document, _, codes) = pass(run, document);
        assert!(codes.is_empty());
        let operation = &document["paths"]["/x/{id}"]["get"];
        assert_eq!(operation["parameters"][0]["name"], "id");
        assert_eq!(operation["requestBody"], json!({"content": {}}));
        assert_eq!(
            operation["responses"]["200"]["headers"]["H"]["schema"]["type"],
            "integer"
        );
    }

    #[test]
    fn parameters_of_a_path_are_inherited_unless_overridden() {
        let mut document = with_operation(json!({}));
        document["paths"]["/x/{id}"]["parameters"] = json!([
            {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
            {"name": "q", "in": "query", "schema": {"type": "string"}}
        ]);
        let (document, _, _) = pass(run, document);
        let item = &document["paths"]["/x/{id}"];
        assert!(item.get("parameters").is_none());
        let names: Vec<_> = item["get"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| &p["name"])
            .collect();
        assert_eq!(names, ["id", "q"]);
        assert_eq!(item["get"]["parameters"][0]["schema"]["type"], "string");
    }

    #[test]
    fn servers_of_a_path_are_those_of_its_operations_unless_they_have_their_own() {
        let mut document = with_operation(json!({}));
        document["paths"]["/x/{id}"]["servers"] = json!([{"url": "https://of-path"}]);
        document["paths"]["/x/{id}"]["put"] =
            json!({"operationId": "own", "responses": {}, "servers": [{"url": "https://own"}]});
        let (document, _, _) = pass(run, document);
        let item = &document["paths"]["/x/{id}"];
        assert_eq!(item["get"]["servers"][0]["url"], "https://of-path");
        assert_eq!(item["put"]["servers"][0]["url"], "https://own");
    }

    #[test]
    fn references_to_nothing_and_to_other_files_are_refused() {
        let of = |reference: &str| {
            pass(
                run,
                with_schemas(json!({"A": {"properties": {"b": {"$ref": reference}}}})),
            )
            .2
        };
        assert_eq!(of("#/components/schemas/B"), ["dangling-reference"]);
        assert_eq!(of("other.yml#/B"), ["external-reference"]);
        assert!(of("#/components/schemas/A").is_empty());
    }

    #[test]
    fn references_in_a_circle_are_refused() {
        let mut document =
            with_operation(json!({"parameters": [{"$ref": "#/components/parameters/A"}]}));
        document["components"] =
            json!({"parameters": {"A": {"$ref": "#/components/parameters/A"}}});
        assert_eq!(pass(run, document).2, ["circular-reference"]);
    }

    #[test]
    fn a_reference_into_a_component_becomes_a_component() {
        let (document, _, codes) = pass(
            run,
            with_schemas(json!({"A": {"properties": {
                "b": {"type": "string", "enum": ["x"]},
                "c": {"$ref": "#/components/schemas/A/properties/b"}
            }}})),
        );
        assert!(codes.is_empty());
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["A"]["properties"]["c"]["$ref"],
            "#/components/schemas/AB"
        );
        assert_eq!(schemas["AB"]["enum"], json!(["x"]));
    }

    #[test]
    fn words_beside_a_reference_are_kept() {
        let (document, _, _) = pass(
            run,
            with_schemas(json!({"A": {"properties": {
                "b": {"$ref": "#/components/schemas/A", "nullable": true, "description": "d", "type": "object"}
            }}})),
        );
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"]["b"],
            json!({"nullable": true, "description": "d", "allOf": [{"$ref": "#/components/schemas/A"}]})
        );
    }
}
