//! Pass that resolves the `$ref`s that progenitor does not support.
//!
//! After this pass, every operation contains its parameters (including those of its path), body and responses. The
//! only remaining references are from schemas to existing `#/components/schemas/NAME`. References to other files
//! and circular references are rejected. A reference to a missing schema becomes any JSON value, with a warning.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::diagnostic::suggestion::did_you_mean_reference;
use crate::diagnostic::{Code, Diagnostic, child};
use crate::openapi::description::METHODS;
use crate::openapi::extensions::{FILES, is_extension};

/// Maximum length of a chain of references.
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

/// Replaces references to parameters, bodies and responses with their targets.
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
                "malformed document: the target of this `$ref` is not a path item",
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
            // Not in the specification, but used in documents that are split into files.
            if !resolve(operation, &child(&at, method), original, context) {
                continue;
            }
            let Some(operation) = operation.as_object_mut() else {
                continue;
            };
            if let (Some(servers), false) = (&servers, operation.contains_key("servers")) {
                operation.insert("servers".into(), servers.clone());
            }
            inline_operation(operation, &child(&at, method), &shared, original, context);
        }
    }
}

fn inline_operation(
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
        .filter(|shared| !own.iter().any(|own| same(own, shared)))
        .cloned()
        .collect();
    // The parameters of the operation come first, so that their JSON Pointers still match the file.
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

/// Replaces a reference with its target. Reports a reference without a target and returns `false`.
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
    let diagnostic =
        context.diagnostic(Code::CircularReference, pointer, "this `$ref` is circular");
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
        let local = format!("/{}", reference.trim_start_matches(['.', '/']));
        let help = match original.pointer(&local) {
            Some(_) => format!("did you mean `#{local}`?"),
            None => {
                "put the file into the folder of the document, or bundle the documents into one"
                    .to_owned()
            }
        };
        return Err(Box::new(
            context
                .diagnostic(
                    Code::ExternalReference,
                    at,
                    format!("the reference `{reference}` points to a file that does not exist, or outside of the folder of the document"),
                )
                .label("not followed")
                .help(help),
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
        let message = format!("the reference `{reference}` has no target");
        let finding = context.diagnostic(Code::DanglingReference, at, message);
        let finding = finding.label("not found in the document");
        Box::new(match did_you_mean_reference(original, reference) {
            Some(help) => finding.help(help),
            None => finding,
        })
    })
}

/// Rewrites every reference of a schema to a component.
fn schemas(document: &mut Value, original: &Value, context: &mut Context<'_>) {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    // Added components: name, pointer in the document, schema.
    let mut queue: Vec<(String, String, Value)> = Vec::new();
    let mut taken: BTreeSet<String> = walk::components(document)
        .map(|c| c.keys().cloned().collect())
        .unwrap_or_default();
    let mut rewrite = |pointer: &str,
                       schema: &mut Value,
                       context: &mut Context<'_>,
                       queue: &mut Vec<(String, String, Value)>| {
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
                // Only a warning, because a missing schema affects one type only.
                if diagnostic.code == Code::DanglingReference {
                    *diagnostic = diagnostic.as_warning().label("any JSON value is accepted");
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
                None if !is_in_file(&reference) && !super::shape::is_schema(target) => {
                    let diagnostic = context.diagnostic(
                        Code::Malformed,
                        child(pointer, "$ref"),
                        format!("the target of `{reference}` is not a schema"),
                    );
                    context.report(diagnostic.as_warning().label("taken as any JSON value"));
                    *schema = json!({});
                    return;
                }
                None => {
                    let name = free_name(&reference, &taken);
                    context.changed(
                        pointer,
                        format!("added the component `{name}` for `{reference}`"),
                    );
                    taken.insert(name.clone());
                    named.insert(reference.clone(), name.clone());
                    let at = reference.trim_start_matches('#').to_owned();
                    let mut target = target.clone();
                    if is_in_file(&reference) {
                        super::shape::correct(&mut target, &at, context);
                    }
                    queue.push((name.clone(), at, target));
                    name
                }
            },
        };
        point_at(schema, &name, pointer, context);
    };
    walk::each_schema(document, |pointer, schema| {
        rewrite(pointer, schema, context, &mut queue);
    });
    // The added components can contain further references.
    while let Some((name, at, mut schema)) = queue.pop() {
        walk::descend(&mut schema, &at, &mut |pointer, schema| {
            rewrite(pointer, schema, context, &mut queue);
        });
        if let Some(components) = walk::components_mut(document) {
            components.insert(name, schema);
        }
    }
}

/// Returns `true` for a reference to a part of the document that is in another file.
fn is_in_file(reference: &str) -> bool {
    let name = reference.strip_prefix("#/");
    let rest = name.and_then(|name| name.strip_prefix(FILES));
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Rewrites a reference to the form that later passes expect. OpenAPI 3.0 ignores keywords next to a `$ref`.
/// Wrapping the reference in an `allOf` keeps them.
fn point_at(schema: &mut Value, name: &str, pointer: &str, context: &mut Context<'_>) {
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    map.shift_remove("$ref");
    let siblings: Map<String, Value> = std::mem::take(map)
        .into_iter()
        .filter(|(key, _)| {
            matches!(
                key.as_str(),
                "description" | "nullable" | "deprecated" | "readOnly" | "writeOnly"
            ) || is_extension(key)
        })
        .collect();
    if siblings.is_empty() {
        *schema = walk::reference_to(name);
    } else {
        *map = siblings;
        map.insert("allOf".into(), Value::Array(vec![walk::reference_to(name)]));
        context.changed(
            pointer,
            "wrapped the `$ref` to keep the keywords next to it",
        );
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
    fn inlines_parameters_bodies_and_responses() {
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
    fn operations_inherit_parameters_of_the_path_unless_overridden() {
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
    fn operations_inherit_servers_of_the_path_unless_overridden() {
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
    fn reports_dangling_and_external_references() {
        let codes = |reference: &str| {
            pass(
                run,
                with_schemas(json!({"A": {"properties": {"b": {"$ref": reference}}}})),
            )
            .2
        };
        assert_eq!(codes("#/components/schemas/B"), ["dangling-reference"]);
        assert_eq!(codes("other.yml#/B"), ["external-reference"]);
        assert!(codes("#/components/schemas/A").is_empty());
    }

    #[test]
    fn rejects_circular_references() {
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
    fn keeps_annotations_next_to_a_reference() {
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
