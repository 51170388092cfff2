//! Pass that reduces compositions (`allOf`, `anyOf`, `oneOf`) to an object or a plain `oneOf`.
//!
//! Typify only supports these two forms well:
//!
//! - It names the types inside a merged schema after the merged schema, which clashes with components of that name.
//! - Its merge may not terminate, or may grow without bound.
//! - It generates a struct of flattened members for an `anyOf`, which serde cannot serialize for strings and
//!   numbers.
//!
//! This pass merges members that are objects into one object. It turns alternatives among the members into a
//! `oneOf` of complete objects, and `anyOf` into `oneOf`. A single `$ref` with annotations stays an `allOf`, the
//! only form for that in 3.0. Any other composition becomes any JSON value, with a warning.

mod merge;

use crate::diagnostic::Code;
use crate::openapi::extensions::ANY_OF;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Context, walk};

/// Maximum number of combinations of alternatives per schema.
const COMBINATIONS: usize = 256;

/// Maximum number of combinations of alternatives per document.
const BUDGET: usize = 20_000;

/// Keywords that determine the type of a schema. All others are annotations here, also those that the generator does
/// not know: earlier passes have removed the constraints.
const TYPED: [&str; 12] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "format",
    "items",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
];

/// Keywords that a merged object may have.
const OBJECT: [&str; 4] = ["type", "properties", "required", "additionalProperties"];

const COMPOSED: [&str; 3] = ["allOf", "anyOf", "oneOf"];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let components = walk::components(document).cloned().unwrap_or_default();
    let mut composer = Composer {
        components: &components,
        known: BTreeMap::new(),
        clashes: Vec::new(),
        budget: BUDGET,
    };
    let mut too_many = None;
    walk::each_schema(document, |pointer, schema| {
        if too_many.is_some() || !COMPOSED.iter().any(|key| schema.get(*key).is_some()) {
            return;
        }
        composer.clashes.clear();
        match composer.simplify(schema) {
            Simplified::Unchanged => {}
            Simplified::Changed => context.changed(pointer, "merged the members into one schema"),
            Simplified::Unknown => {
                let diagnostic = context
                    .diagnostic(
                        Code::UnsupportedComposition,
                        pointer,
                        "the members of this composition have no type in common",
                    )
                    .label("any JSON value is accepted");
                context.report(diagnostic);
            }
            Simplified::TooMany => too_many = Some(pointer.to_owned()),
        }
        for name in std::mem::take(&mut composer.clashes) {
            let diagnostic = context
                .diagnostic(
                    Code::ConflictingProperty,
                    pointer,
                    format!(
                        "the members of this `allOf` declare the property `{name}` differently"
                    ),
                )
                .label("the last declaration is used");
            context.report(diagnostic);
        }
    });
    if let Some(pointer) = too_many {
        let diagnostic = context
            .diagnostic(
                Code::TooManyCombinations,
                pointer,
                "the alternatives of this schema have too many combinations",
            )
            .label(format!(
                "more than {COMBINATIONS} for a schema, or {BUDGET} in the document"
            ));
        context.report(diagnostic);
    }
}

/// Result of simplifying a composition.
enum Simplified {
    Unchanged,
    Changed,
    Unknown,
    TooMany,
}

/// Reason why a schema is not a list of objects.
#[derive(Clone, Copy)]
enum NotObjects {
    NotAnObject,
    TooMany,
}

/// Object, with the name of its component or its title if it is a named alternative.
type NamedObject = (Option<String>, Map<String, Value>);

struct Composer<'c> {
    components: &'c Map<String, Value>,
    /// Alternative objects of each component.
    known: BTreeMap<String, Result<Vec<NamedObject>, NotObjects>>,
    clashes: Vec<String>,
    /// Number of combinations that the document may still have.
    budget: usize,
}

impl Composer<'_> {
    fn simplify(&mut self, schema: &mut Value) -> Simplified {
        let Some(map) = schema.as_object_mut() else {
            return Simplified::Unchanged;
        };
        let before = map.clone();
        lift_annotations(map);
        drop_conditions(map);
        let has_alternatives = map.contains_key("oneOf") || map.contains_key("anyOf");
        if has_alternatives && !map.contains_key("type") {
            // They apply to the alternatives that are arrays, which have items of their own.
            map.shift_remove("items");
            // So does a format, such as the `int-or-string` of Kubernetes.
            map.shift_remove("format");
        }
        if let (false, Some(members)) = (map.contains_key("oneOf"), map.get("anyOf").cloned()) {
            map.shift_remove("anyOf");
            map.insert("oneOf".into(), members);
            map.insert(ANY_OF.into(), json!(true));
        }
        let unchanged = |map: &Map<String, Value>| {
            if *map == before {
                Simplified::Unchanged
            } else {
                Simplified::Changed
            }
        };
        let composed: Vec<&str> = COMPOSED
            .into_iter()
            .filter(|key| map.contains_key(*key))
            .collect();
        if composed.is_empty() {
            return unchanged(map);
        }
        let is_number = matches!(
            map.get("type").and_then(Value::as_str),
            Some("integer" | "number")
        );
        let bare = map.keys().all(|key| {
            is_annotation(key)
                || key == "type"
                || key == "format" && is_number
                || composed.contains(&key.as_str())
        });
        if let ([key], true) = (composed.as_slice(), bare) {
            let members = map
                .get(*key)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            match (*key, members.as_slice()) {
                (key, [only]) => return self.only(schema, key, only, &before),
                ("oneOf", _) => {
                    spread_type(map);
                    merge_numbers(map);
                    return unchanged(map);
                }
                _ => {}
            }
        }
        self.combine(schema)
    }

    /// Replaces a composition of a single member with that member.
    fn only(
        &mut self,
        schema: &mut Value,
        key: &str,
        only: &Value,
        before: &Map<String, Value>,
    ) -> Simplified {
        let Some(map) = schema.as_object_mut() else {
            return Simplified::Unchanged;
        };
        map.shift_remove(key);
        if walk::reference(only).is_some() {
            map.shift_remove("type");
            map.shift_remove("format");
            if map.is_empty() {
                *schema = only.clone();
                return Simplified::Changed;
            }
            map.insert("allOf".into(), json!([only]));
            return if map == before {
                Simplified::Unchanged
            } else {
                Simplified::Changed
            };
        }
        for (key, value) in only.as_object().into_iter().flatten() {
            map.entry(key.clone()).or_insert_with(|| value.clone());
        }
        // The member may be a composition itself.
        match self.simplify(schema) {
            Simplified::Unchanged => Simplified::Changed,
            other => other,
        }
    }

    /// Merges several members, or alternatives in addition to other keywords.
    fn combine(&mut self, schema: &mut Value) -> Simplified {
        let alternatives = match self.objects(schema) {
            Ok(alternatives) => alternatives,
            Err(NotObjects::TooMany) => return Simplified::TooMany,
            Err(NotObjects::NotAnObject) => return self.combine_others(schema),
        };
        let Some(map) = schema.as_object_mut() else {
            return Simplified::Unchanged;
        };
        map.retain(|key, _| is_annotation(key));
        match alternatives.as_slice() {
            [(_, object)] => {
                map.extend(object.clone());
            }
            _ => {
                // The mapping refers to the members, which are no longer the alternatives.
                map.shift_remove("discriminator");
                let members = alternatives.into_iter().map(|(name, mut object)| {
                    if let Some(name) = name {
                        object.insert("title".into(), json!(name));
                    }
                    Value::Object(object)
                });
                map.insert("oneOf".into(), members.collect());
            }
        }
        Simplified::Changed
    }

    /// Merges members of a common type other than object.
    fn combine_others(&mut self, schema: &mut Value) -> Simplified {
        let Some(map) = schema.as_object_mut() else {
            return Simplified::Unchanged;
        };
        let members = match map.get("allOf") {
            Some(Value::Array(members))
                if !map.contains_key("oneOf") && !map.contains_key("anyOf") =>
            {
                members.clone()
            }
            _ => Vec::new(),
        };
        let resolved: Vec<&Value> = members
            .iter()
            .filter_map(|member| self.resolve(member))
            .collect();
        let common = resolved
            .first()
            .and_then(|member| member.get("type"))
            .cloned();
        let has_common_type = common.is_some()
            && resolved.len() == members.len()
            && resolved.iter().all(|member| {
                member.get("type") == common.as_ref()
                    && !COMPOSED.iter().any(|key| member.get(*key).is_some())
            })
            && map
                .get("type")
                .is_none_or(|own| Some(own) == common.as_ref());
        let mut merged = Map::new();
        for member in &resolved {
            for (key, value) in member
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(key, _)| !is_annotation(key))
            {
                merged.insert(key.clone(), value.clone());
            }
        }
        let own: Vec<(String, Value)> = map
            .iter()
            .filter(|(key, _)| !COMPOSED.contains(&key.as_str()) && !is_annotation(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        map.retain(|key, _| is_annotation(key));
        if !has_common_type {
            map.shift_remove("discriminator");
            return Simplified::Unknown;
        }
        // If a referenced member equals the result, a reference to it keeps its name.
        let equal = members.iter().zip(&resolved).find(|(member, resolved)| {
            walk::reference(member).is_some()
                && merged
                    .iter()
                    .chain(own.iter().map(|(k, v)| (k, v)))
                    .all(|(key, value)| resolved.get(key) == Some(value))
        });
        match equal {
            Some((member, _)) => {
                map.insert("allOf".into(), json!([member]));
            }
            None => {
                map.extend(merged);
                map.extend(own);
            }
        }
        Simplified::Changed
    }

    fn resolve<'v>(&'v self, schema: &'v Value) -> Option<&'v Value> {
        let mut schema = schema;
        for _ in 0..32 {
            match walk::reference(schema) {
                Some(name) => schema = self.components.get(&name)?,
                None => return Some(schema),
            }
        }
        None
    }

    /// Returns the alternative objects of a schema: one for an object, several for alternatives.
    fn objects(&mut self, schema: &Value) -> Result<Vec<NamedObject>, NotObjects> {
        if let Some(name) = walk::reference(schema) {
            if let Some(known) = self.known.get(&name) {
                return known.clone();
            }
            // Prevents infinite recursion. An earlier pass already rejects circular members.
            self.known
                .insert(name.clone(), Err(NotObjects::NotAnObject));
            let components = self.components;
            let objects = match components.get(&name) {
                Some(schema) => self.objects(schema),
                None => Err(NotObjects::NotAnObject),
            };
            self.known.insert(name, objects.clone());
            return objects;
        }
        let map = schema.as_object().ok_or(NotObjects::NotAnObject)?;
        if map.get("type").is_some_and(|t| t != "object") {
            return Err(NotObjects::NotAnObject);
        }
        let mut map = map.clone();
        drop_conditions(&mut map);
        let lists: Vec<(String, Vec<Value>)> = COMPOSED
            .into_iter()
            .filter_map(|key| match map.shift_remove(key) {
                Some(Value::Array(members)) => Some((key.to_owned(), members)),
                _ => None,
            })
            .collect();
        if !map
            .keys()
            .all(|key| OBJECT.contains(&key.as_str()) || is_annotation(key))
        {
            return Err(NotObjects::NotAnObject);
        }
        let mut found: Vec<NamedObject> = vec![(None, Map::new())];
        for (key, members) in lists {
            if key == "allOf" {
                for member in &members {
                    let objects = self.objects(member)?;
                    found = self.multiply(found, &objects)?;
                }
            } else {
                let mut alternatives = Vec::new();
                for member in &members {
                    let name = walk::reference(member).or_else(|| {
                        member
                            .get("title")
                            .and_then(Value::as_str)
                            .map(str::to_owned)
                    });
                    for (inner, object) in self.objects(member)? {
                        alternatives.push((inner.or_else(|| name.clone()), object));
                    }
                }
                found = self.multiply(found, &alternatives)?;
            }
        }
        self.multiply(found, &[(None, map)])
    }

    fn multiply(
        &mut self,
        left: Vec<NamedObject>,
        right: &[NamedObject],
    ) -> Result<Vec<NamedObject>, NotObjects> {
        let count = left.len().saturating_mul(right.len());
        self.budget = self.budget.saturating_sub(count);
        if count > COMBINATIONS || self.budget == 0 {
            return Err(NotObjects::TooMany);
        }
        let mut products = Vec::with_capacity(count);
        for (name, object) in &left {
            for (other, part) in right {
                let name = match (name, other) {
                    (Some(name), Some(other)) => Some(format!("{name} {other}")),
                    (name, other) => name.clone().or_else(|| other.clone()),
                };
                products.push((name, self.merge(object, part)));
            }
        }
        Ok(products)
    }
}

/// Moves annotations to the composition, from `allOf` members that have only annotations.
fn lift_annotations(map: &mut Map<String, Value>) {
    let Some(Value::Array(mut parts)) = map.shift_remove("allOf") else {
        return;
    };
    parts.retain(|part| {
        let only_annotations = has_only_annotations(part);
        if only_annotations {
            for (key, value) in part.as_object().into_iter().flatten() {
                map.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        !only_annotations
    });
    if !parts.is_empty() {
        map.insert("allOf".into(), Value::Array(parts));
    }
}

/// Removes alternatives that only list required properties, because they do not describe a type.
fn drop_conditions(map: &mut Map<String, Value>) {
    for key in ["anyOf", "oneOf"] {
        let conditions = map
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(|members| {
                members.iter().all(|member| {
                    member.as_object().is_some_and(|m| {
                        m.keys().all(|key| key == "required" || is_annotation(key))
                    })
                }) && members
                    .iter()
                    .any(|member| member.get("required").is_some())
            });
        if conditions {
            map.shift_remove(key);
        }
    }
}

/// Moves a `type` next to alternatives into each of them.
fn spread_type(map: &mut Map<String, Value>) {
    let Some(kind) = map.shift_remove("type") else {
        return;
    };
    let format = map.shift_remove("format");
    for member in map
        .get_mut("oneOf")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(member) = member.as_object_mut()
            && !["$ref", "type", "allOf", "anyOf", "oneOf"]
                .iter()
                .any(|key| member.contains_key(*key))
        {
            member.insert("type".into(), kind.clone());
            if let Some(format) = &format {
                member.entry("format").or_insert_with(|| format.clone());
            }
        }
    }
}

/// Replaces alternatives that are all numbers by one number: a value does not tell them apart.
fn merge_numbers(map: &mut Map<String, Value>) {
    let members = map.get("oneOf").and_then(Value::as_array);
    let kinds = members.into_iter().flatten().map(|member| {
        let kind = member.get("type").and_then(Value::as_str);
        kind.filter(|kind| matches!(*kind, "integer" | "number"))
    });
    let Some(kinds) = kinds.collect::<Option<Vec<&str>>>() else {
        return;
    };
    let nullable = members
        .into_iter()
        .flatten()
        .any(|member| member.get("nullable") == Some(&json!(true)));
    let kind = match kinds.contains(&"number") {
        true => "number",
        false => "integer",
    };
    let mut formats = members
        .into_iter()
        .flatten()
        .map(|member| member.get("format").cloned());
    let format = formats
        .next()
        .flatten()
        .filter(|format| formats.all(|other| other.as_ref() == Some(format)));
    map.shift_remove("oneOf");
    map.shift_remove("discriminator");
    map.insert("type".into(), json!(kind));
    if let Some(format) = format {
        map.insert("format".into(), format);
    }
    if nullable {
        map.insert("nullable".into(), json!(true));
    }
}

fn is_annotation(key: &str) -> bool {
    !TYPED.contains(&key)
}

fn has_only_annotations(schema: &Value) -> bool {
    schema
        .as_object()
        .is_some_and(|map| map.keys().all(|key| is_annotation(key)))
}

fn constraints(schema: &Value) -> Option<Vec<(&String, &Value)>> {
    Some(
        schema
            .as_object()?
            .iter()
            .filter(|(key, _)| !is_annotation(key))
            .collect(),
    )
}

#[cfg(test)]
mod tests;
