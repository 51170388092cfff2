//! What a schema says about the places inside its values.

use serde_json::Value;

use crate::openapi::description::{ApiDescription, members};

/// How many schemas are looked at for one pointer. Beyond it the answer is "unknown": no real schema needs that many.
const BUDGET: usize = 10_000;
/// How deep schemas are looked into, so that one that is composed of itself ends.
const DEEPEST: usize = 128;

/// What stands at a place inside the values of a schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach<'d> {
    /// A value of this schema.
    Found(&'d Value),
    /// Anything: the schema does not say.
    Unknown,
    /// Nothing. The token that leads nowhere, and what is there in its place.
    Missing {
        token: String,
        candidates: Vec<String>,
        list: bool,
    },
}

/// Looks for a place in the values of a schema. Without a description the schema is its own document (no reference is followed).
pub fn reach<'d>(
    api: Option<ApiDescription<'d>>,
    schema: &'d Value,
    tokens: &[String],
) -> Reach<'d> {
    walk(api, schema, tokens, DEEPEST, &mut { BUDGET })
}

fn walk<'d>(
    api: Option<ApiDescription<'d>>,
    schema: &'d Value,
    tokens: &[String],
    depth: usize,
    budget: &mut usize,
) -> Reach<'d> {
    if *budget == 0 || depth == 0 {
        return Reach::Unknown;
    }
    *budget -= 1;
    let schema = api.map_or(schema, |api| api.resolve_value(schema));
    let Some((token, rest)) = tokens.split_first() else {
        return Reach::Found(schema);
    };
    if schema.get("$ref").is_some() {
        return Reach::Unknown;
    }
    let mut missing = None;
    let mut unknown = false;
    // The place may be in the schema itself or in any of the schemas that it is composed of.
    let own = own(schema, token);
    match own {
        Own::Schema(inner) => match walk(api, inner, rest, depth - 1, budget) {
            Reach::Found(found) => return Reach::Found(found),
            Reach::Unknown => unknown = true,
            nothing @ Reach::Missing { .. } => missing = Some(nothing),
        },
        Own::Anything => unknown = true,
        Own::Nothing { candidates, list } => {
            missing = Some(Reach::Missing {
                token: token.clone(),
                candidates,
                list,
            })
        }
        Own::Silent => {}
    }
    for part in ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
    {
        match walk(api, part, tokens, depth - 1, budget) {
            Reach::Found(found) => return Reach::Found(found),
            Reach::Unknown => unknown = true,
            Reach::Missing {
                token,
                mut candidates,
                list,
            } => match &mut missing {
                Some(Reach::Missing {
                    candidates: known, ..
                }) => {
                    candidates.retain(|candidate| !known.contains(candidate));
                    known.append(&mut candidates);
                }
                _ => {
                    missing = Some(Reach::Missing {
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
        _ => Reach::Unknown,
    }
}

enum Own<'d> {
    Schema(&'d Value),
    Anything,
    Nothing {
        candidates: Vec<String>,
        list: bool,
    },
    /// The schema says nothing of its own about it.
    Silent,
}

fn own<'d>(schema: &'d Value, token: &str) -> Own<'d> {
    let kinds = types(schema);
    let is = |kind: &str| kinds.contains(&kind);
    if is("object") || schema.get("properties").is_some() {
        if let Some(property) = schema
            .get("properties")
            .and_then(|properties| properties.get(token))
        {
            return Own::Schema(property);
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => {}
            Some(Value::Bool(true)) => return Own::Anything,
            Some(rest) => return Own::Schema(rest),
            // Nothing declared at all means a free-form object.
            None if schema.get("properties").is_none() && !composed(schema) => {
                return Own::Anything;
            }
            None => {}
        }
        if schema.get("patternProperties").is_some() {
            return Own::Anything;
        }
        let candidates: Vec<String> = members(schema.get("properties"))
            .map(|(name, _)| name.clone())
            .collect();
        return if candidates.is_empty() && composed(schema) {
            Own::Silent
        } else {
            Own::Nothing {
                candidates,
                list: false,
            }
        };
    }
    if is("array") || schema.get("items").is_some() {
        let index = crate::arazzo::pointer::index(token).is_some();
        return match schema.get("items") {
            Some(items) if index => Own::Schema(items),
            None if index => Own::Anything,
            _ => Own::Nothing {
                candidates: Vec::new(),
                list: true,
            },
        };
    }
    if !kinds.is_empty() || schema.get("enum").is_some() {
        return Own::Nothing {
            candidates: Vec::new(),
            list: false,
        };
    }
    if composed(schema) {
        Own::Silent
    } else {
        Own::Anything
    }
}

fn composed(schema: &Value) -> bool {
    ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .any(|key| schema.get(key).is_some())
}

/// The types that a schema allows, without `null`.
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
