//! Parser for the inputs of a workflow, a JSON Schema with resolved references.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::reader::Reader;
use super::{InputField, Inputs};
use crate::diagnostic::suggestion::{did_you_mean, did_you_mean_reference, shorten};
use crate::diagnostic::{Code, child};

/// Maximum nesting depth of a schema, including references.
const MAX_DEPTH: usize = 64;
/// Maximum number of values in a schema after its references are inlined.
const MAX_VALUES: usize = 20_000;

impl<'d> Reader<'d> {
    pub(super) fn inputs(&mut self, schema: &'d Value, at: &str) -> Inputs {
        if self.as_map(schema, at, "`inputs`").is_none() {
            return Inputs {
                pointer: at.to_owned(),
                ..Inputs::default()
            };
        }
        let mut fields = IndexMap::new();
        let mut required = Vec::new();
        self.fields(schema, at, MAX_DEPTH, &mut fields, &mut required);
        // The properties as a whole are missing, not each of them.
        let has_none = fields.is_empty() && required.len() > 1;
        if let (true, Some((_, first))) = (has_none, required.first()) {
            let names: Vec<String> = required
                .iter()
                .map(|(name, _)| format!("`{}`", shorten(name)))
                .collect();
            let message = format!(
                "the required inputs {} are not declared in `properties`",
                names.join(", ")
            );
            let list = first.rsplit_once('/').map_or(at, |(list, _)| list);
            self.report(
                Code::UndeclaredInput,
                list,
                message,
                "accept any type",
                Some("declare them in `properties`"),
            );
        }
        for (name, pointer) in required {
            match fields.get_mut(&name) {
                Some(field) => field.required = true,
                None if has_none => {
                    let field = InputField {
                        pointer,
                        schema: Value::Object(Map::new()),
                        required: true,
                    };
                    fields.insert(name, field);
                }
                None => {
                    let help = did_you_mean(&name, fields.keys());
                    let message = format!(
                        "the required input `{}` is not declared in `properties`",
                        shorten(&name)
                    );
                    self.report(
                        Code::UndeclaredInput,
                        &pointer,
                        message,
                        "accepts any type",
                        help.as_deref(),
                    );
                    fields.insert(
                        name,
                        InputField {
                            pointer,
                            schema: Value::Object(Map::new()),
                            required: true,
                        },
                    );
                }
            }
        }
        self.report_dangling_references(schema, at);
        Inputs {
            schema: self.inline_references(schema, at),
            pointer: at.to_owned(),
            fields,
        }
    }

    /// Collects the properties of a schema, through references and `allOf`.
    fn fields(
        &mut self,
        schema: &'d Value,
        at: &str,
        depth: usize,
        fields: &mut IndexMap<String, InputField>,
        required: &mut Vec<(String, String)>,
    ) {
        let Some((schema, at)) = self.follow(schema, at, depth) else {
            return;
        };
        if let Some(kind) = schema.get("type").filter(|kind| *kind != "object") {
            let message =
                "the inputs of a workflow must be an object with one property per input".to_owned();
            self.report(
                Code::InvalidInputs,
                &child(&at, "type"),
                message,
                format!("this is {kind}"),
                Some("write `type: object`"),
            );
        }
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let pointer = child(&child(&at, "properties"), name);
            let schema = self.inline_references(property, &pointer);
            self.input_type(name, &schema, &pointer);
            fields.insert(
                name.clone(),
                InputField {
                    pointer,
                    schema,
                    required: false,
                },
            );
        }
        for (index, name) in schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            if let Some(name) = name.as_str() {
                required.push((name.to_owned(), child(&child(&at, "required"), index)));
            }
        }
        for (index, part) in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            if depth > 0 {
                self.fields(
                    part,
                    &child(&child(&at, "allOf"), index),
                    depth - 1,
                    fields,
                    required,
                );
            }
        }
    }

    /// Reports an input with a type that JSON does not have.
    fn input_type(&mut self, name: &str, schema: &Value, at: &str) {
        const TYPES: [&str; 7] = [
            "string", "number", "integer", "boolean", "array", "object", "null",
        ];
        let Some(kind) = schema.get("type").and_then(Value::as_str) else {
            return;
        };
        if !TYPES.contains(&kind) {
            // Longer than the distance of a misspelling.
            let help = ["integer", "boolean"]
                .into_iter()
                .find(|it| it.starts_with(kind));
            let help = help.map(|it| format!("did you mean `{it}`?"));
            let help = help.or_else(|| did_you_mean(kind, TYPES));
            self.report_as_warning(
                Code::InvalidInputs,
                &child(at, "type"),
                format!(
                    "the input `{name}` has the type `{}`, which JSON does not have",
                    shorten(kind)
                ),
                "not a type",
                Some(help.as_deref().unwrap_or("write a type of JSON Schema")),
            );
        }
    }

    /// Reports unresolved references within the properties.
    ///
    /// References of the inputs object itself are reported by [`follow`](Self::follow).
    fn report_dangling_references(&mut self, schema: &'d Value, at: &str) {
        let mut open = vec![(schema, at.to_owned(), false)];
        let mut seen = BTreeSet::new();
        while let Some((schema, at, inside)) = open.pop() {
            if !seen.insert(at.clone()) || seen.len() > MAX_VALUES {
                continue;
            }
            if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
                match self.find(reference) {
                    Some((found, location)) => open.push((found, location, inside)),
                    None if inside => self.report_as_warning(
                        Code::UnknownReference,
                        &child(&at, "$ref"),
                        format!("`{}` does not exist in this document", shorten(reference)),
                        "accepts any value",
                        Some(&self.help_for(reference)),
                    ),
                    None => {}
                }
            }
            match schema {
                Value::Object(members) => {
                    for (key, member) in members {
                        let inside = inside || key == "properties";
                        open.push((member, child(&at, key), inside));
                    }
                }
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        open.push((item, child(&at, index), inside));
                    }
                }
                _ => {}
            }
        }
    }

    /// Follows `$ref` until it reaches a schema that is not a reference.
    fn follow(&mut self, schema: &'d Value, at: &str, depth: usize) -> Option<(&'d Value, String)> {
        let (mut schema, mut at) = (schema, at.to_owned());
        for _ in 0..depth.max(1) {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
                return Some((schema, at));
            };
            match self.find(reference) {
                Some((found, location)) => (schema, at) = (found, location),
                None => {
                    self.report(
                        Code::UnknownReference,
                        &child(&at, "$ref"),
                        format!("`{}` does not exist in this document", shorten(reference)),
                        "not found",
                        Some(&self.help_for(reference)),
                    );
                    return None;
                }
            }
        }
        self.report(
            Code::CircularReference,
            &at,
            "the reference is circular",
            "refers to itself",
            None,
        );
        None
    }

    /// Resolves a reference, which is a JSON Pointer or the name of an anchor.
    fn find(&self, reference: &str) -> Option<(&'d Value, String)> {
        let fragment = reference.strip_prefix('#')?;
        if fragment.is_empty() || fragment.starts_with('/') {
            return self
                .root
                .pointer(fragment)
                .map(|found| (found, fragment.to_owned()));
        }
        let inputs = self.root.pointer("/components/inputs")?.as_object()?;
        inputs.iter().find_map(|(name, schema)| {
            let anchored = schema.get("$anchor").and_then(Value::as_str) == Some(fragment);
            anchored.then(|| (schema, child("/components/inputs", name)))
        })
    }

    /// Returns help for a reference without a target.
    fn help_for(&self, reference: &str) -> String {
        did_you_mean_reference(self.root, reference)
            .unwrap_or_else(|| "write references as `#/components/inputs/NAME`".to_owned())
    }

    /// Returns the schema with its references inlined. Circular references become empty schemas.
    fn inline_references(&mut self, schema: &'d Value, at: &str) -> Value {
        let mut budget = MAX_VALUES;
        let mut open = Vec::new();
        let inlined = self.inline(schema, &mut open, MAX_DEPTH, &mut budget);
        if budget == 0 {
            self.report(
                Code::LargeSchema,
                at,
                "the schema is too large with its references inlined",
                "truncated",
                None,
            );
        }
        inlined
    }

    fn inline(
        &self,
        value: &'d Value,
        open: &mut Vec<String>,
        depth: usize,
        budget: &mut usize,
    ) -> Value {
        if depth == 0 || *budget == 0 {
            return Value::Object(Map::new());
        }
        *budget -= 1;
        match value {
            Value::Object(map) => {
                let target = map
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|reference| self.find(reference));
                if let Some((found, location)) = target {
                    if open.contains(&location) {
                        return Value::Object(Map::new());
                    }
                    open.push(location);
                    let mut inlined = self.inline(found, open, depth - 1, budget);
                    open.pop();
                    // Siblings of `$ref` extend the referenced schema.
                    if let Some(inlined) = inlined.as_object_mut() {
                        for (key, sibling) in map.iter().filter(|(key, _)| *key != "$ref") {
                            inlined
                                .insert(key.clone(), self.inline(sibling, open, depth - 1, budget));
                        }
                    }
                    return inlined;
                }
                map.iter()
                    .map(|(key, item)| (key.clone(), self.inline(item, open, depth - 1, budget)))
                    .collect()
            }
            Value::Array(items) => items
                .iter()
                .map(|item| self.inline(item, open, depth - 1, budget))
                .collect(),
            plain => plain.clone(),
        }
    }
}
