//! Removes `allOf`, `anyOf`, and alternatives with something beside them, down to the two forms that typify writes well:
//! an object, and a bare `oneOf`.
//!
//! Typify names the types inside a merged schema after the merged one, which clashes with components of that name; its
//! merging can recurse without end or grow without bound; an `anyOf` becomes a struct of flattened parts, which serde
//! cannot write for texts and numbers. Here parts that are objects become one object, alternatives among the parts become
//! a `oneOf` of whole objects, `anyOf` becomes `oneOf`. A single `$ref` with words beside it stays an `allOf`, the one way
//! to say something about a reference in 3.0. What is none of this is any JSON value, with a warning.

use crate::diagnostic::Code;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::openapi::extensions::is_extension;

/// More ways to combine alternatives than this are no description that anyone reads.
const COMBINATIONS: usize = 256;

/// How many combinations are made of a whole document.
const BUDGET: usize = 20_000;

/// Keys that describe without constraining.
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

/// Keys that an object made of parts may have.
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
            Outcome::Changed => context.changed(pointer, "wrote its parts as one schema"),
            Outcome::Unknown => {
                let diagnostic = context
                    .diagnostic(
                        Code::UnsupportedComposition,
                        pointer,
                        "the parts of this schema have no type in common",
                    )
                    .label("taken as any JSON value");
                context.report(diagnostic);
            }
            Outcome::TooMany => too_many = Some(pointer.to_owned()),
        }
        for name in std::mem::take(&mut composer.clashes) {
            let diagnostic = context
                .diagnostic(
                    Code::ConflictingProperty,
                    pointer,
                    format!("the parts of this `allOf` describe `{name}` differently"),
                )
                .label("the last description is taken");
            context.report(diagnostic);
        }
    });
    if let Some(pointer) = too_many {
        let diagnostic = context
            .diagnostic(
                Code::TooManyCombinations,
                pointer,
                "the parts of this schema have too many alternatives together",
            )
            .label(format!(
                "more than {COMBINATIONS} here, or {BUDGET} in the document"
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

/// Why a schema is no list of objects.
#[derive(Clone, Copy)]
enum Why {
    NotAnObject,
    TooMany,
}

/// An object, with the name of the alternative that it is where it is one.
type Named = (Option<String>, Map<String, Value>);

struct Composer<'c> {
    components: &'c Map<String, Value>,
    /// The objects that each component may be.
    known: BTreeMap<String, Result<Vec<Named>, Why>>,
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

    /// A list of one part, or of one alternative: that one.
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
        // What it was may be made of parts itself.
        match self.simplify(schema) {
            Outcome::Unchanged => Outcome::Changed,
            other => other,
        }
    }

    /// Several parts, or alternatives with something beside them.
    fn combine(&mut self, schema: &mut Value) -> Outcome {
        let alternatives = match self.objects(schema) {
            Ok(alternatives) => alternatives,
            Err(Why::TooMany) => return Outcome::TooMany,
            Err(Why::NotAnObject) => return self.combine_others(schema),
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
                // The mapping of the original leads to the parts, no longer to the alternatives.
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

    /// Parts of one type that is no object: what all of them say about it.
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
        // One of the parts says it all: a reference to it keeps its name.
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

    /// The objects that a schema may be: one for a plain object, several for alternatives.
    fn objects(&mut self, schema: &Value) -> Result<Vec<Named>, Why> {
        if let Some(name) = walk::reference(schema) {
            if let Some(known) = self.known.get(&name) {
                return known.clone();
            }
            // Parts in a circle were refused before; this mark makes it cheap to rely on that.
            self.known.insert(name.clone(), Err(Why::NotAnObject));
            let components = self.components;
            let objects = match components.get(&name) {
                Some(schema) => self.objects(schema),
                None => Err(Why::NotAnObject),
            };
            self.known.insert(name, objects.clone());
            return objects;
        }
        let map = schema.as_object().ok_or(Why::NotAnObject)?;
        if map.get("type").is_some_and(|t| t != "object") {
            return Err(Why::NotAnObject);
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
            return Err(Why::NotAnObject);
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

    fn multiply(&mut self, these: Vec<Named>, those: &[Named]) -> Result<Vec<Named>, Why> {
        let count = these.len().saturating_mul(those.len());
        self.left = self.left.saturating_sub(count);
        if count > COMBINATIONS || self.left == 0 {
            return Err(Why::TooMany);
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

    /// What a property is of which two parts speak.
    fn agree(&mut self, name: &str, earlier: &Value, later: &Value) -> Value {
        let mut agreed = match (self.texts(earlier), self.texts(later)) {
            _ if says_nothing(later) => earlier.clone(),
            _ if says_nothing(earlier) || core(earlier) == core(later) => later.clone(),
            (Some(Texts::Listed(theirs)), Some(Texts::Listed(ours))) => {
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
            (Some(Texts::Listed(_)), Some(Texts::Any)) => earlier.clone(),
            (Some(Texts::Any), Some(_)) => later.clone(),
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

    fn texts(&self, schema: &Value) -> Option<Texts> {
        let schema = self.resolve(schema)?;
        if schema.get("type")? != "string" {
            return None;
        }
        match schema.get("enum") {
            Some(Value::Array(values)) => Some(Texts::Listed(values.clone())),
            _ if schema.get("pattern").is_none() && schema.get("format").is_none() => {
                Some(Texts::Any)
            }
            _ => None,
        }
    }
}

enum Texts {
    Listed(Vec<Value>),
    Any,
}

/// Parts of an `allOf` that only remark on the others are remarks on the whole.
fn lift_remarks(map: &mut Map<String, Value>) {
    let Some(Value::Array(mut parts)) = map.shift_remove("allOf") else {
        return;
    };
    parts.retain(|part| {
        let remarks = says_nothing(part);
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

/// Alternatives that only say which properties are needed together describe no type.
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

/// A type beside alternatives is that of each of them.
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

fn says_nothing(schema: &Value) -> bool {
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
