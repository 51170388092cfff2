//! Pass that moves inline schemas that need a type to components.
//!
//! Typify would generate a type per occurrence, such as 34 for one parameter. It names the type after the
//! occurrence, which clashes with components of that name. Here, equal schemas share a component. Its name is the
//! name of the parameter or property if all occurrences have the same (`project_id` → `ProjectId`), else the common
//! prefix of their names. An ID with a pattern is one type everywhere, independent of the order inside its
//! character classes.

mod canonical;
mod names;
mod tagged_unions;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::names::{Names, group};
use super::walk::{self, Edge, Role};
use super::{Context, Notes, naming};
use crate::names::singular;
use crate::openapi::extensions::{DEFAULT, SECRET, VARIABLE};

/// Names that are ambiguous without the name of their owner, or have another meaning in Rust.
const AMBIGUOUS: [&str; 48] = [
    "Id",
    "Type",
    "Name",
    "Status",
    "State",
    "Value",
    "GroupKey",
    "Data",
    "Kind",
    "Item",
    "Option",
    "Result",
    "Error",
    "Default",
    "Mode",
    "Format",
    "Method",
    "Code",
    "Message",
    "Content",
    "Body",
    "Object",
    "Config",
    "Settings",
    "Metadata",
    "Attribute",
    "Property",
    "Param",
    "Arg",
    "Field",
    "Tag",
    "Link",
    "Meta",
    "Source",
    "Target",
    "Action",
    "Filter",
    "Sort",
    "Order",
    "Level",
    "Input",
    "Output",
    "String",
    "Vec",
    "Box",
    "Some",
    "None",
    "X",
];

/// Keywords that belong to the occurrence of a schema and not to its type.
const OF_THE_OCCURRENCE: [&str; 8] = [
    "nullable",
    "description",
    "readOnly",
    "writeOnly",
    "deprecated",
    DEFAULT,
    "example",
    VARIABLE,
];

/// Maximum number of rounds. Each moves one level of nested inline schemas.
const ROUNDS: usize = 128;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut names = Names::new(document);
    for _ in 0..ROUNDS {
        let groups = group(find(document, &context.notes));
        if groups.is_empty() {
            return;
        }
        let mut chosen: BTreeMap<String, String> = BTreeMap::new();
        let mut made: Vec<(String, Value)> = Vec::new();
        for (key, occurrences) in groups {
            let (name, new) = names.choose(&key, &occurrences);
            if new && let Some(first) = occurrences.first() {
                made.push((name.clone(), definition(&first.schema)));
                context.notes.hoisted.insert(name.clone());
            }
            for occurrence in &occurrences {
                context.changed(
                    &occurrence.pointer,
                    format!("moved the schema to the component `{name}`"),
                );
                chosen.insert(occurrence.pointer.clone(), name.clone());
            }
        }
        walk::each_root(document, |pointer, role, schema| {
            let is_top_level = !matches!(role, Role::Component { .. });
            replace(schema, pointer, is_top_level, &chosen);
        });
        if let Some(components) = walk::components_mut(document) {
            components.extend(made);
        }
    }
}

/// Inline schema that needs a type.
struct InlineSchema {
    pointer: String,
    /// JSON Pointer within which equal schemas are one type, if they are not shareable. The media types of a body
    /// have one.
    scope: String,
    schema: Value,
    /// Name of the type that contains the schema.
    owner: String,
    /// Part after the owner's name in the name that typify would generate.
    suffix: String,
    /// Preferred name; `None` if it would be ambiguous.
    general: Option<String>,
    /// `true` if equal schemas elsewhere may be the same type.
    shareable: bool,
}

fn find(document: &mut Value, notes: &Notes) -> Vec<InlineSchema> {
    let mut occurrences = Vec::new();
    // Further media types of a body are named after the method that sends them.
    let sender = |operation: &str, number: usize| {
        let body = notes.operations.get(operation)?.bodies.get(number)?;
        (number > 0).then(|| format!("{operation} as {}", body.name))
    };
    walk::each_root(document, |pointer, role, schema| {
        if has_nothing_to_move(schema) {
            return;
        }
        let variant;
        let (owner, suffix, general) = match role {
            Role::Component { name } => {
                search_children(
                    schema,
                    pointer,
                    &naming::pascal(name),
                    "",
                    false,
                    &mut occurrences,
                );
                return;
            }
            Role::Parameter {
                operation,
                path,
                name,
            } => (operation, naming::pascal(name), parameter_name(path, name)),
            Role::Body { operation, number } => {
                variant = sender(operation, number);
                (
                    variant.as_deref().unwrap_or(operation),
                    "Body".to_owned(),
                    None,
                )
            }
            Role::Response { operation } => (operation, "Response".to_owned(), None),
            Role::Error { operation, status } => {
                let name = error_name(status);
                (operation, name.clone(), Some(name))
            }
        };
        let owner = naming::pascal(owner);
        let shareable = matches!(role, Role::Parameter { .. } | Role::Error { .. });
        let scope = match role {
            Role::Body { .. } => pointer
                .split_once("/requestBody/")
                .map_or(pointer, |(at, _)| at),
            _ => pointer,
        };
        if needs_type(schema) {
            occurrences.push(InlineSchema {
                pointer: pointer.to_owned(),
                scope: scope.to_owned(),
                schema: schema.clone(),
                owner,
                suffix,
                general,
                shareable,
            });
        } else {
            let before = occurrences.len();
            search_children(schema, pointer, &owner, &suffix, false, &mut occurrences);
            // The items of a list parameter are named after the parameter.
            for occurrence in &mut occurrences[before..] {
                if occurrence.suffix == format!("{suffix}Item") {
                    occurrence.general = general
                        .as_deref()
                        .map(singular)
                        .filter(|name| !is_ambiguous(name));
                }
            }
        }
    });
    occurrences
}

/// Returns the name of an error body.
fn error_name(status: &str) -> String {
    let name = match status {
        "400" => "BadRequest",
        "401" => "Unauthorized",
        "402" => "PaymentRequired",
        "403" => "Forbidden",
        "404" => "NotFound",
        "405" => "MethodNotAllowed",
        "406" => "NotAcceptable",
        "409" => "Conflict",
        "410" => "Gone",
        "412" => "PreconditionFailed",
        "413" => "PayloadTooLarge",
        "415" => "UnsupportedMediaType",
        "422" => "UnprocessableEntity",
        "428" => "PreconditionRequired",
        "429" => "TooManyRequests",
        "500" => "InternalServer",
        "501" => "NotImplemented",
        "502" => "BadGateway",
        "503" => "ServiceUnavailable",
        "504" => "GatewayTimeout",
        "default" => "Default",
        other => return format!("Status{}Error", naming::pascal(other)),
    };
    format!("{name}Error")
}

fn search_children(
    schema: &mut Value,
    pointer: &str,
    owner: &str,
    suffix: &str,
    in_union: bool,
    occurrences: &mut Vec<InlineSchema>,
) {
    let is_tagged = tagged_unions::is_tagged(schema);
    walk::each_child(schema, pointer, |at, edge, inner| {
        if has_nothing_to_move(inner) {
            return;
        }
        let (inner_suffix, general) = match edge {
            Edge::Property(name) => (
                format!("{suffix}{}", naming::pascal(name)),
                property_name(owner, suffix, name),
            ),
            Edge::Items => (
                format!("{suffix}Item"),
                Some(singular(suffix)).filter(|name| !suffix.is_empty() && !is_ambiguous(name)),
            ),
            Edge::AdditionalProperties => (format!("{suffix}Value"), None),
            Edge::AnyOf(index) | Edge::OneOf(index) => {
                let title = inner
                    .get("title")
                    .and_then(Value::as_str)
                    .map(naming::pascal);
                // Tagged alternatives stay inline, where typify expects them. The others are types of their own, so
                // that a value is decoded as the alternative that has its properties.
                let moves = match title {
                    Some(_) => is_untagged_object(inner) || !is_tagged && has_properties(inner),
                    None => !is_tagged && has_properties(inner),
                };
                let title = title.filter(|_| moves);
                let own = title.unwrap_or_else(|| format!("Variant{index}"));
                let suffix = format!("{suffix}{own}");
                if moves {
                    occurrences.push(InlineSchema {
                        pointer: at.to_owned(),
                        scope: at.to_owned(),
                        schema: inner.clone(),
                        owner: owner.to_owned(),
                        suffix,
                        general: None,
                        shareable: true,
                    });
                } else {
                    search_children(inner, at, owner, &suffix, true, occurrences);
                }
                return;
            }
            Edge::AllOf(_) => {
                search_children(inner, at, owner, suffix, in_union, occurrences);
                return;
            }
            Edge::Not => return,
        };
        let tag = in_union && is_constant(inner);
        if needs_type(inner) && !tag {
            occurrences.push(InlineSchema {
                pointer: at.to_owned(),
                scope: at.to_owned(),
                schema: inner.clone(),
                owner: owner.to_owned(),
                suffix: inner_suffix,
                general,
                shareable: true,
            });
        } else {
            search_children(inner, at, owner, &inner_suffix, false, occurrences);
        }
    });
}

/// Returns `true` if neither a schema nor its children can need a type. That is true for most schemas, which then need no
/// name.
fn has_nothing_to_move(schema: &Value) -> bool {
    let keywords = schema.as_object().into_iter().flat_map(Map::keys);
    !keywords.map(String::as_str).any(|keyword| {
        matches!(
            keyword,
            "enum"
                | "pattern"
                | "properties"
                | "items"
                | "additionalProperties"
                | "allOf"
                | "anyOf"
                | "oneOf"
        )
    })
}

/// Returns `true` if typify generates a named type.
fn needs_type(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some();
    if has("$ref") {
        return false;
    }
    let many = |key: &str| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(|list| list.len() > 1)
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    has("enum")
        || has("pattern")
        || many("oneOf")
        || many("anyOf")
        || properties.is_some_and(|p| !p.is_empty())
}

fn has_properties(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.is_some_and(|p| !p.is_empty()) && schema.get("$ref").is_none()
}

fn is_untagged_object(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.is_some_and(|p| !p.is_empty() && !p.values().any(is_constant))
}

fn is_constant(schema: &Value) -> bool {
    schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.len() == 1)
}

fn is_ambiguous(pascal: &str) -> bool {
    AMBIGUOUS.contains(&pascal)
}

fn property_name(owner: &str, suffix: &str, name: &str) -> Option<String> {
    let pascal = naming::pascal(name);
    if pascal == "Id" && suffix.is_empty() {
        return Some(format!("{owner}Id"));
    }
    Some(pascal).filter(|name| !is_ambiguous(name))
}

/// Returns the preferred name of a parameter. A path parameter `id` is named after its collection: `AppCategoryId`
/// for `/app_categories/{id}`.
fn parameter_name(path: &str, name: &str) -> Option<String> {
    let pascal = naming::pascal(name);
    if pascal == "Id" {
        let (before, _) = path.split_once(&format!("/{{{name}}}"))?;
        let of = before
            .rsplit('/')
            .find(|part| !part.starts_with('{') && !part.is_empty())?;
        return Some(format!("{}Id", naming::pascal(&singular(of))));
    }
    Some(pascal).filter(|name| !is_ambiguous(name))
}

/// Returns the schema without the keywords of its occurrence.
fn definition(schema: &Value) -> Value {
    let mut map = schema.as_object().cloned().unwrap_or_default();
    map.retain(|key, _| key == "description" || !OF_THE_OCCURRENCE.contains(&key.as_str()));
    Value::Object(map)
}

fn replace(
    schema: &mut Value,
    pointer: &str,
    is_top_level: bool,
    chosen: &BTreeMap<String, String>,
) {
    let Some(name) = chosen.get(pointer) else {
        walk::each_child(schema, pointer, |at, _, inner| {
            replace(inner, at, false, chosen)
        });
        return;
    };
    let reference = walk::reference_to(name);
    let mut siblings = schema.as_object().cloned().unwrap_or_default();
    siblings.retain(|key, _| match is_top_level {
        true => key == "nullable",
        false => OF_THE_OCCURRENCE.contains(&key.as_str()) || key == SECRET,
    });
    *schema = if siblings.is_empty() {
        reference
    } else {
        siblings.insert("allOf".into(), json!([reference]));
        Value::Object(siblings)
    };
}

#[cfg(test)]
mod tests;
