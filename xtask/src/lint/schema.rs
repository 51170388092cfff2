//! Lookup of JSON Pointers in schemas.

use serde_json::Value;

use crate::openapi::description::{ApiDescription, members};

/// Maximum number of schemas searched for one pointer. Above it, the result is [`SchemaLookup::Unknown`].
const MAX_SCHEMAS: usize = 10_000;
/// Maximum depth of schemas, which limits recursive schemas.
const MAX_DEPTH: usize = 128;

/// The result of a lookup.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaLookup<'d> {
    /// The schema of the value.
    Found(&'d Value),
    /// The schema allows any value, or does not decide.
    Unknown,
    /// No value: the undeclared token and the declared names. `list` is `true` if the token selects from an array.
    Missing {
        token: String,
        candidates: Vec<String>,
        list: bool,
    },
}

/// Looks up a pointer in a schema. References are followed only with an API description.
pub fn look_up<'d>(
    api: Option<ApiDescription<'d>>,
    schema: &'d Value,
    tokens: &[String],
) -> SchemaLookup<'d> {
    walk(api, schema, tokens, MAX_DEPTH, &mut { MAX_SCHEMAS })
}

fn walk<'d>(
    api: Option<ApiDescription<'d>>,
    schema: &'d Value,
    tokens: &[String],
    depth: usize,
    budget: &mut usize,
) -> SchemaLookup<'d> {
    if *budget == 0 || depth == 0 {
        return SchemaLookup::Unknown;
    }
    *budget -= 1;
    let schema = api.map_or(schema, |api| api.resolve_value(schema));
    let Some((token, rest)) = tokens.split_first() else {
        return SchemaLookup::Found(schema);
    };
    if schema.get("$ref").is_some() {
        return SchemaLookup::Unknown;
    }
    let mut missing = None;
    let mut unknown = false;
    // Members of a composition can declare the property as well.
    let own = own(schema, token);
    match own {
        OwnProperty::Declared(inner) => match walk(api, inner, rest, depth - 1, budget) {
            SchemaLookup::Found(found) => return SchemaLookup::Found(found),
            SchemaLookup::Unknown => unknown = true,
            result @ SchemaLookup::Missing { .. } => missing = Some(result),
        },
        OwnProperty::AnyValue => unknown = true,
        OwnProperty::Undeclared { candidates, list } => {
            missing = Some(SchemaLookup::Missing {
                token: token.clone(),
                candidates,
                list,
            })
        }
        OwnProperty::Undecided => {}
    }
    for part in ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
    {
        match walk(api, part, tokens, depth - 1, budget) {
            SchemaLookup::Found(found) => return SchemaLookup::Found(found),
            SchemaLookup::Unknown => unknown = true,
            SchemaLookup::Missing {
                token,
                mut candidates,
                list,
            } => match &mut missing {
                Some(SchemaLookup::Missing {
                    candidates: known, ..
                }) => {
                    candidates.retain(|candidate| !known.contains(candidate));
                    known.append(&mut candidates);
                }
                _ => {
                    missing = Some(SchemaLookup::Missing {
                        token,
                        candidates,
                        list,
                    })
                }
            },
        }
    }
    match missing {
        Some(missing) if !unknown => missing,
        _ => SchemaLookup::Unknown,
    }
}

/// The result of a lookup in one schema, without its `allOf`, `oneOf` and `anyOf`.
enum OwnProperty<'d> {
    Declared(&'d Value),
    AnyValue,
    Undeclared {
        candidates: Vec<String>,
        list: bool,
    },
    /// The schema itself does not decide.
    Undecided,
}

fn own<'d>(schema: &'d Value, token: &str) -> OwnProperty<'d> {
    let kinds = types(schema);
    let is = |kind: &str| kinds.contains(&kind);
    if schema.get("properties").is_some_and(|it| !it.is_object()) {
        // Reported for the API description.
        return OwnProperty::AnyValue;
    }
    if is("object") || schema.get("properties").is_some() {
        if let Some(property) = schema
            .get("properties")
            .and_then(|properties| properties.get(token))
        {
            return OwnProperty::Declared(property);
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => {}
            Some(Value::Bool(true)) => return OwnProperty::AnyValue,
            Some(rest) => return OwnProperty::Declared(rest),
            // An object without declared properties is free-form.
            None if schema.get("properties").is_none() && !composed(schema) => {
                return OwnProperty::AnyValue;
            }
            None => {}
        }
        if schema.get("patternProperties").is_some() {
            return OwnProperty::AnyValue;
        }
        let candidates: Vec<String> = members(schema.get("properties"))
            .map(|(name, _)| name.clone())
            .collect();
        return if candidates.is_empty() && composed(schema) {
            OwnProperty::Undecided
        } else {
            OwnProperty::Undeclared {
                candidates,
                list: false,
            }
        };
    }
    if is("array") || schema.get("items").is_some() {
        let index = crate::arazzo::pointer::index(token).is_some();
        return match schema.get("items") {
            Some(items) if index => OwnProperty::Declared(items),
            None if index => OwnProperty::AnyValue,
            _ => OwnProperty::Undeclared {
                candidates: Vec::new(),
                list: true,
            },
        };
    }
    if !kinds.is_empty() || schema.get("enum").is_some() {
        return OwnProperty::Undeclared {
            candidates: Vec::new(),
            list: false,
        };
    }
    if composed(schema) {
        OwnProperty::Undecided
    } else {
        OwnProperty::AnyValue
    }
}

fn composed(schema: &Value) -> bool {
    ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .any(|key| schema.get(key).is_some())
}

/// Returns the types that a schema allows, without `null`.
pub(crate) fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .filter(|kind| *kind != "null")
            .collect(),
        _ => Vec::new(),
    }
}
