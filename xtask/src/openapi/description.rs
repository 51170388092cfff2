//! Read access to an OpenAPI document: references, schemas, operations, security and servers.
//!
//! Everything borrows from the document. A [`Part`] carries its JSON Pointer for diagnostics.

mod operation;
mod resource_names;
mod route_name;
pub mod security;
pub mod servers;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub use self::operation::{Content, Location, METHODS, Operation, Parameter, is_json};
pub use self::resource_names::{ResourceName, resource_names};
pub use self::route_name::route_name;
use crate::diagnostic::child;

/// Maximum number of references to follow; a longer chain is a cycle.
const MAX_REFERENCES: usize = 64;
/// Maximum depth of nested `allOf`s to collect properties from.
const MAX_ALL_OF_DEPTH: usize = 16;

/// Part of a document, with its location.
#[derive(Clone, Debug)]
pub struct Part<'d> {
    pub value: &'d Value,
    /// JSON Pointer into the document.
    pub pointer: String,
}

impl<'d> Part<'d> {
    /// Returns the member named `key`.
    pub fn get(&self, key: &str) -> Option<Part<'d>> {
        Some(Part {
            value: self.value.get(key)?,
            pointer: child(&self.pointer, key),
        })
    }

    /// Returns the member named `key`, if it is a string.
    pub fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    /// Returns `true` if the member named `key` is `true`.
    pub fn is_true(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// Returns the members of an object in document order; empty for other values.
    pub fn members(&self) -> Vec<(&'d str, Part<'d>)> {
        members(Some(self.value))
            .map(|(key, value)| {
                let pointer = child(&self.pointer, key);
                (key.as_str(), Part { value, pointer })
            })
            .collect()
    }

    /// Returns the elements of an array; empty for other values.
    pub fn elements(&self) -> Vec<Part<'d>> {
        let elements = self.value.as_array().into_iter().flatten().enumerate();
        elements
            .map(|(index, value)| Part {
                value,
                pointer: child(&self.pointer, index),
            })
            .collect()
    }
}

/// An OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub struct ApiDescription<'d> {
    root: &'d Value,
}

impl<'d> ApiDescription<'d> {
    /// Wraps a document.
    pub fn new(root: &'d Value) -> Self {
        Self { root }
    }

    /// Returns the document itself.
    pub fn root(&self) -> Part<'d> {
        Part {
            value: self.root,
            pointer: String::new(),
        }
    }

    /// Returns the part at a JSON Pointer.
    pub fn at(&self, pointer: &str) -> Option<Part<'d>> {
        Some(Part {
            value: self.root.pointer(pointer)?,
            pointer: pointer.to_owned(),
        })
    }

    /// Resolves `$ref`s within the document.
    pub fn resolve(&self, part: Part<'d>) -> Part<'d> {
        let mut part = part;
        for _ in 0..MAX_REFERENCES {
            match target(part.value).and_then(|pointer| self.at(&pointer)) {
                Some(target) => part = target,
                None => return part,
            }
        }
        part
    }

    /// Resolves `$ref`s within the document, without tracking the location.
    pub fn resolve_value(&self, value: &'d Value) -> &'d Value {
        let mut value = value;
        for _ in 0..MAX_REFERENCES {
            match target(value).and_then(|pointer| self.root.pointer(&pointer)) {
                Some(target) => value = target,
                None => return value,
            }
        }
        value
    }

    /// Resolves `$ref`s, and `allOf`s with one element next to which no properties are declared.
    pub fn schema(&self, part: Part<'d>) -> Part<'d> {
        let mut part = self.resolve(part);
        for _ in 0..MAX_REFERENCES {
            let wrapped = part
                .get("allOf")
                .filter(|_| part.value.get("properties").is_none())
                .map(|all| all.elements())
                .filter(|all| all.len() == 1);
            match wrapped.and_then(|mut all| all.pop()) {
                Some(only) => part = self.resolve(only),
                None => return part,
            }
        }
        part
    }

    /// Returns the properties of an object schema and its `allOf` members; the last property of a name applies.
    pub fn properties(&self, schema: &Part<'d>) -> Vec<(&'d str, Part<'d>)> {
        let mut found = Vec::new();
        self.collect_properties(schema, 0, &mut found);
        found
    }

    fn collect_properties(
        &self,
        schema: &Part<'d>,
        depth: usize,
        found: &mut Vec<(&'d str, Part<'d>)>,
    ) {
        if depth > MAX_ALL_OF_DEPTH {
            return;
        }
        let schema = self.resolve(schema.clone());
        let all = schema.get("allOf").map(|all| all.elements());
        for member in all.unwrap_or_default() {
            self.collect_properties(&member, depth + 1, found);
        }
        let own = schema.get("properties").map(|own| own.members());
        for (name, property) in own.unwrap_or_default() {
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = property,
                None => found.push((name, property)),
            }
        }
    }

    /// Returns the required property names of a schema, including those of its `allOf` members.
    pub fn required(&self, schema: &Part<'d>) -> Vec<&'d str> {
        let mut found = Vec::new();
        self.collect_required(schema, 0, &mut found);
        found
    }

    fn collect_required(&self, schema: &Part<'d>, depth: usize, found: &mut Vec<&'d str>) {
        if depth > MAX_ALL_OF_DEPTH {
            return;
        }
        let schema = self.resolve(schema.clone());
        let own = schema.value.get("required").and_then(Value::as_array);
        found.extend(own.into_iter().flatten().filter_map(Value::as_str));
        let all = schema.get("allOf").map(|all| all.elements());
        for member in all.unwrap_or_default() {
            self.collect_required(&member, depth + 1, found);
        }
    }

    /// Returns the strings in a schema's `enum`.
    pub fn enum_values(&self, schema: &Part<'d>) -> Option<Vec<&'d str>> {
        let schema = self.schema(schema.clone());
        let values = schema.value.get("enum")?.as_array()?;
        Some(values.iter().filter_map(Value::as_str).collect())
    }
}

/// Returns the JSON Pointer of a `$ref` within the document.
fn target(value: &Value) -> Option<Cow<'_, str>> {
    let reference = value.get("$ref")?.as_str()?;
    reference.strip_prefix('#').map(percent_decoded)
}

/// Decodes percent-encoding. A `$ref` is a URI, in which the braces of a path are encoded.
pub fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = (byte == b'%')
            .then(|| after.split_at_checked(2))
            .flatten()
            .and_then(|(hex, after)| {
                let hex = std::str::from_utf8(hex).ok()?;
                Some((u8::from_str_radix(hex, 16).ok()?, after))
            });
        let (byte, after) = code.unwrap_or((byte, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns the members of an object; empty for other values.
pub fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

/// Returns `true` if a schema, or a member of its composition, declares a property.
///
/// `target` returns the schema that a `$ref` refers to. A missing one may declare anything; it is reported where it is
/// referred to.
pub fn declares_property<'d>(
    schema: &'d Value,
    name: &str,
    target: impl Fn(&'d Value) -> Option<&'d Value>,
) -> bool {
    let mut visited = BTreeSet::new();
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        if schema
            .get("properties")
            .and_then(|own| own.get(name))
            .is_some()
        {
            return true;
        }
        if schema.get("$ref").is_some() {
            match target(schema) {
                Some(target) if visited.insert(std::ptr::from_ref(target)) => open.push(target),
                Some(_) => {}
                None => return true,
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            open.extend(
                schema
                    .get(key)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            );
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_schema_of_a_composition_is_searched_once() {
        // Two references at each of 40 levels would be 2^40 paths.
        let level = |number: usize| {
            let next = json!({ "$ref": (number + 1).to_string() });
            json!({ "allOf": [next, next] })
        };
        let mut levels: Vec<Value> = (0..40).map(level).collect();
        levels.push(json!({ "properties": { "a": {} }, "anyOf": [{ "$ref": "0" }] }));
        let target = |schema: &Value| levels.get(schema["$ref"].as_str()?.parse::<usize>().ok()?);
        assert!(declares_property(&levels[0], "a", target));
        assert!(!declares_property(&levels[0], "b", target));
        let missing = json!({ "anyOf": [{ "$ref": "41" }] });
        assert!(declares_property(&missing, "b", target));
    }

    #[test]
    fn stops_at_a_cycle_of_references() {
        let document =
            json!({ "components": { "schemas": { "A": { "$ref": "#/components/schemas/A" } } } });
        let api = ApiDescription::new(&document);
        let start = api.at("/components/schemas/A").expect("declared");
        assert_eq!(api.resolve_value(start.value), start.value);
        assert_eq!(api.schema(start).pointer, "/components/schemas/A");
    }

    #[test]
    fn references_are_percent_encoded() {
        let document = json!({ "paths": { "/a/{b}": { "x": "found" } } });
        let api = ApiDescription::new(&document);
        let reference = json!({ "$ref": "#/paths/~1a~1%7Bb%7D" });
        assert_eq!(api.resolve_value(&reference)["x"], "found");
        assert_eq!(percent_decoded("50%-%zz-%c3%28%2"), "50%-%zz-%c3%28%2");
        assert_eq!(percent_decoded("%C3%A9%2"), "é%2");
    }

    #[test]
    fn merges_properties_of_all_of_members() {
        let document = json!({ "allOf": [
            { "properties": { "a": {}, "b": { "type": "string" } } },
            { "properties": { "b": { "type": "integer" } } },
        ] });
        let api = ApiDescription::new(&document);
        let found = api.properties(&api.root());
        let names: Vec<_> = found.iter().map(|(n, p)| (*n, p.text("type"))).collect();
        assert_eq!(names, [("a", None), ("b", Some("integer"))]);
    }
}
