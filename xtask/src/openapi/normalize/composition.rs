//! Reduces `allOf`, `anyOf`, and alternatives beside other keywords to the two forms that typify supports well: an
//! object, and a `oneOf` alone.
//!
//! Typify names the types inside a merged schema after the merged one, which clashes with components of that name. Its
//! merge may not terminate or may grow without bound. It turns an `anyOf` into a struct of flattened members, which serde
//! cannot serialize for strings and numbers. This pass merges members that are objects into one object, turns
//! alternatives among the members into a `oneOf` of whole objects, and `anyOf` into `oneOf`. A single `$ref` with
//! annotations stays an `allOf`, the only form for that in 3.0. Any other composition becomes any JSON value, with a
//! warning.

use crate::diagnostic::Code;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::openapi::extensions::is_extension;

/// The most combinations of alternatives of one schema.
const COMBINATIONS: usize = 256;

/// The most combinations of alternatives in a document.
const BUDGET: usize = 20_000;

/// Keywords that describe a schema without constraining its values.
const REMARKS: [&str; 11] = [
    "description",
    "title",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "xml",
    "nullable",
    "discriminator",
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
        left: BUDGET,
    };
    let mut too_many = None;
    walk::each_schema(document, |pointer, schema| {
        if too_many.is_some() || !COMPOSED.iter().any(|key| schema.get(*key).is_some()) {
            return;
        }
        composer.clashes.clear();
        match composer.simplify(schema) {
            Outcome::Unchanged => {}
            Outcome::Changed => context.changed(pointer, "merged the members into one schema"),
            Outcome::Unknown => {
                let diagnostic = context
                    .diagnostic(
                        Code::UnsupportedComposition,
                        pointer,
                        "the members of this composition have no type in common",
                    )
                    .label("any JSON value is accepted");
                context.report(diagnostic);
            }
            Outcome::TooMany => too_many = Some(pointer.to_owned()),
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

enum Outcome {
    Unchanged,
    Changed,
    Unknown,
    TooMany,
}

/// The reason why a schema is not a list of objects.
#[derive(Clone, Copy)]
enum NotObjects {
    NotAnObject,
    TooMany,
}

/// An object, with the name of its component if it is a named alternative.
type Named = (Option<String>, Map<String, Value>);

struct Composer<'c> {
    components: &'c Map<String, Value>,
    /// The objects that each component can be.
    known: BTreeMap<String, Result<Vec<Named>, NotObjects>>,
    clashes: Vec<String>,
    left: usize,
}

impl Composer<'_> {
    fn simplify(&mut self, schema: &mut Value) -> Outcome {
        let Some(map) = schema.as_object_mut() else {
            return Outcome::Unchanged;
        };
        let before = map.clone();
        lift_remarks(map);
        drop_conditions(map);
        if let (false, Some(members)) = (map.contains_key("oneOf"), map.get("anyOf").cloned()) {
            map.shift_remove("anyOf");
            map.insert("oneOf".into(), members);
        }
        let unchanged = |map: &Map<String, Value>| {
            if *map == before {
                Outcome::Unchanged
            } else {
                Outcome::Changed
            }
        };
        let composed: Vec<&str> = COMPOSED
            .into_iter()
            .filter(|key| map.contains_key(*key))
            .collect();
        if composed.is_empty() {
            return unchanged(map);
        }
        let bare = map
            .keys()
            .all(|key| is_remark(key) || key == "type" || composed.contains(&key.as_str()));
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
                    return unchanged(map);
                }
                _ => {}
            }
        }
        self.combine(schema)
    }

    /// Replaces a list of one member, or of one alternative, with that member.
    fn only(
        &mut self,
        schema: &mut Value,
        key: &str,
        only: &Value,
        before: &Map<String, Value>,
    ) -> Outcome {
        let Some(map) = schema.as_object_mut() else {
            return Outcome::Unchanged;
        };
        map.shift_remove(key);
        if walk::reference(only).is_some() {
            map.shift_remove("type");
            if map.is_empty() {
                *schema = only.clone();
                return Outcome::Changed;
            }
            map.insert("allOf".into(), json!([only]));
            return if map == before {
                Outcome::Unchanged
            } else {
                Outcome::Changed
            };
        }
        for (key, value) in only.as_object().into_iter().flatten() {
            map.entry(key.clone()).or_insert_with(|| value.clone());
        }
        // The member may be a composition itself.
        match self.simplify(schema) {
            Outcome::Unchanged => Outcome::Changed,
            other => other,
        }
    }

    /// Merges several members, or alternatives beside other keywords.
    fn combine(&mut self, schema: &mut Value) -> Outcome {
        let alternatives = match self.objects(schema) {
            Ok(alternatives) => alternatives,
            Err(NotObjects::TooMany) => return Outcome::TooMany,
            Err(NotObjects::NotAnObject) => return self.combine_others(schema),
        };
        let Some(map) = schema.as_object_mut() else {
            return Outcome::Unchanged;
        };
        map.retain(|key, _| is_remark(key));
        match alternatives.as_slice() {
            [(_, object)] => {
                map.extend(object.clone());
            }
            _ => {
                // The mapping names the members, which are no longer the alternatives.
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
        Outcome::Changed
    }

    /// Merges members of one type that is not an object.
    fn combine_others(&mut self, schema: &mut Value) -> Outcome {
        let Some(map) = schema.as_object_mut() else {
            return Outcome::Unchanged;
        };
        let parts = match map.get("allOf") {
            Some(Value::Array(parts))
                if !map.contains_key("oneOf") && !map.contains_key("anyOf") =>
            {
                parts.clone()
            }
            _ => Vec::new(),
        };
        let resolved: Vec<&Value> = parts.iter().filter_map(|part| self.resolve(part)).collect();
        let kind = resolved.first().and_then(|part| part.get("type")).cloned();
        let alike = kind.is_some()
            && resolved.len() == parts.len()
            && resolved.iter().all(|part| {
                part.get("type") == kind.as_ref()
                    && !COMPOSED.iter().any(|key| part.get(*key).is_some())
            })
            && map.get("type").is_none_or(|own| Some(own) == kind.as_ref());
        let mut said = Map::new();
        for part in &resolved {
            for (key, value) in part
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(key, _)| !is_remark(key))
            {
                said.insert(key.clone(), value.clone());
            }
        }
        let own: Vec<(String, Value)> = map
            .iter()
            .filter(|(key, _)| !COMPOSED.contains(&key.as_str()) && !is_remark(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        map.retain(|key, _| is_remark(key));
        if !alike {
            map.shift_remove("discriminator");
            return Outcome::Unknown;
        }
        // One member equals the result: a reference to it keeps its name.
        let whole = parts.iter().zip(&resolved).find(|(part, resolved)| {
            walk::reference(part).is_some()
                && said
                    .iter()
                    .chain(own.iter().map(|(k, v)| (k, v)))
                    .all(|(key, value)| resolved.get(key) == Some(value))
        });
        match whole {
            Some((part, _)) => {
                map.insert("allOf".into(), json!([part]));
            }
            None => {
                map.extend(said);
                map.extend(own);
            }
        }
        Outcome::Changed
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

    /// The objects that a schema can be: one for an object, several for alternatives.
    fn objects(&mut self, schema: &Value) -> Result<Vec<Named>, NotObjects> {
        if let Some(name) = walk::reference(schema) {
            if let Some(known) = self.known.get(&name) {
                return known.clone();
            }
            // Circular members are rejected by an earlier pass; the mark guards against them at little cost.
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
            .all(|key| OBJECT.contains(&key.as_str()) || is_remark(key))
        {
            return Err(NotObjects::NotAnObject);
        }
        let mut found: Vec<Named> = vec![(None, Map::new())];
        for (key, members) in lists {
            if key == "allOf" {
                for part in &members {
                    let objects = self.objects(part)?;
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

    fn multiply(&mut self, these: Vec<Named>, those: &[Named]) -> Result<Vec<Named>, NotObjects> {
        let count = these.len().saturating_mul(those.len());
        self.left = self.left.saturating_sub(count);
        if count > COMBINATIONS || self.left == 0 {
            return Err(NotObjects::TooMany);
        }
        let mut products = Vec::with_capacity(count);
        for (name, object) in &these {
            for (other, part) in those {
                let name = match (name, other) {
                    (Some(name), Some(other)) => Some(format!("{name} {other}")),
                    (name, other) => name.clone().or_else(|| other.clone()),
                };
                products.push((name, self.merge(object, part)));
            }
        }
        Ok(products)
    }

    fn merge(
        &mut self,
        earlier: &Map<String, Value>,
        later: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut whole = Map::from_iter([("type".to_owned(), json!("object"))]);
        let members = |part: &Map<String, Value>, key: &str| {
            part.get(key).and_then(Value::as_object).cloned()
        };
        let mut properties = members(earlier, "properties").unwrap_or_default();
        for (name, property) in members(later, "properties").unwrap_or_default() {
            let merged = match properties.get(&name) {
                Some(earlier) => self.agree(&name, earlier, &property),
                None => property,
            };
            properties.insert(name, merged);
        }
        let mut required: Vec<Value> = Vec::new();
        for part in [earlier, later] {
            for name in part
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                if !required.contains(name) {
                    required.push(name.clone());
                }
            }
        }
        if !properties.is_empty() {
            whole.insert("properties".into(), Value::Object(properties));
        }
        if !required.is_empty() {
            whole.insert("required".into(), Value::Array(required));
        }
        if let Some(further) = later
            .get("additionalProperties")
            .or(earlier.get("additionalProperties"))
        {
            whole.insert("additionalProperties".into(), further.clone());
        }
        whole
    }

    /// The schema of a property that two members declare.
    fn agree(&mut self, name: &str, earlier: &Value, later: &Value) -> Value {
        let mut agreed = match (self.string_values(earlier), self.string_values(later)) {
            _ if is_empty(later) => earlier.clone(),
            _ if is_empty(earlier) || core(earlier) == core(later) => later.clone(),
            (Some(StringValues::Listed(theirs)), Some(StringValues::Listed(ours))) => {
                let both: Vec<Value> = ours
                    .iter()
                    .filter(|value| theirs.contains(value))
                    .cloned()
                    .collect();
                if both.len() == ours.len() {
                    later.clone()
                } else if both.len() == theirs.len() {
                    earlier.clone()
                } else if both.is_empty() {
                    self.clashes.push(name.to_owned());
                    later.clone()
                } else {
                    json!({"type": "string", "enum": both})
                }
            }
            (Some(StringValues::Listed(_)), Some(StringValues::Any)) => earlier.clone(),
            (Some(StringValues::Any), Some(_)) => later.clone(),
            _ => {
                self.clashes.push(name.to_owned());
                later.clone()
            }
        };
        if let Some(map) = agreed.as_object_mut()
            && !map.contains_key("$ref")
        {
            for from in [later, earlier] {
                if let Some(description) = from.get("description") {
                    map.entry("description")
                        .or_insert_with(|| description.clone());
                }
            }
        }
        agreed
    }

    fn string_values(&self, schema: &Value) -> Option<StringValues> {
        let schema = self.resolve(schema)?;
        if schema.get("type")? != "string" {
            return None;
        }
        match schema.get("enum") {
            Some(Value::Array(values)) => Some(StringValues::Listed(values.clone())),
            _ if schema.get("pattern").is_none() && schema.get("format").is_none() => {
                Some(StringValues::Any)
            }
            _ => None,
        }
    }
}

enum StringValues {
    Listed(Vec<Value>),
    Any,
}

/// Moves the annotations of `allOf` members that have nothing else to the composition.
fn lift_remarks(map: &mut Map<String, Value>) {
    let Some(Value::Array(mut parts)) = map.shift_remove("allOf") else {
        return;
    };
    parts.retain(|part| {
        let remarks = is_empty(part);
        if remarks {
            for (key, value) in part.as_object().into_iter().flatten() {
                map.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        !remarks
    });
    if !parts.is_empty() {
        map.insert("allOf".into(), Value::Array(parts));
    }
}

/// Drops alternatives that only list required properties: they describe no type.
fn drop_conditions(map: &mut Map<String, Value>) {
    for key in ["anyOf", "oneOf"] {
        let conditions = map
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(|members| {
                members.iter().all(|member| {
                    member
                        .as_object()
                        .is_some_and(|m| m.keys().all(|key| key == "required" || is_remark(key)))
                }) && members
                    .iter()
                    .any(|member| member.get("required").is_some())
            });
        if conditions {
            map.shift_remove(key);
        }
    }
}

/// Moves a `type` beside alternatives into each of them.
fn spread_type(map: &mut Map<String, Value>) {
    let Some(kind) = map.shift_remove("type") else {
        return;
    };
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
        }
    }
}

fn is_remark(key: &str) -> bool {
    REMARKS.contains(&key) || is_extension(key)
}

fn is_empty(schema: &Value) -> bool {
    schema
        .as_object()
        .is_some_and(|map| map.keys().all(|key| is_remark(key)))
}

fn core(schema: &Value) -> Option<Vec<(&String, &Value)>> {
    Some(
        schema
            .as_object()?
            .iter()
            .filter(|(key, _)| !is_remark(key))
            .collect(),
    )
}

#[cfg(test)]
mod tests;
