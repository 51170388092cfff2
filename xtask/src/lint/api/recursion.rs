//! Schemas that require a value of themselves, so that no value is finite.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Checker;
use crate::diagnostic::{Code, child};
use crate::lint::literal::allows_null;
use crate::openapi::description::members;

const SCHEMAS: &str = "/components/schemas";
/// Maximum depth of `allOf` and of objects within a schema.
const MAX_DEPTH: usize = 16;

/// A component that each value of another one contains, and the property with it.
type Required<'d> = (&'d str, String);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Open,
    Done,
}

impl<'d> Checker<'d, '_> {
    /// Reports required properties that lead back to their schema.
    pub(super) fn recursion(&mut self) {
        let schemas = self.api.root().value.pointer(SCHEMAS);
        let mut visits: BTreeMap<&'d str, Visit> = BTreeMap::new();
        for (start, _) in members(schemas) {
            if visits.contains_key(start.as_str()) {
                continue;
            }
            visits.insert(start, Visit::Open);
            let mut path = vec![(start.as_str(), self.required_schemas(start))];
            // Not recursive, because a chain of schemas can be as long as the document.
            while let Some((name, rest)) = path.last_mut() {
                let Some((next, at)) = rest.pop() else {
                    visits.insert(*name, Visit::Done);
                    path.pop();
                    continue;
                };
                match visits.get(next) {
                    Some(Visit::Done) => {}
                    Some(Visit::Open) => self.warn(
                        Code::SelfContainingSchema,
                        &at,
                        format!("the schema `{next}` requires a value of itself"),
                        "every value would be infinite",
                        Some("remove the property from `required`, or allow `null`".to_owned()),
                    ),
                    None => {
                        visits.insert(next, Visit::Open);
                        path.push((next, self.required_schemas(next)));
                    }
                }
            }
        }
    }

    /// Returns the components that each value of a component contains in a required property.
    fn required_schemas(&self, name: &str) -> Vec<Required<'d>> {
        let at = child(SCHEMAS, name);
        let mut found = Vec::new();
        if let Some(schema) = self.api.root().value.pointer(&at) {
            self.collect_required(schema, &at, MAX_DEPTH, &mut found);
        }
        found
    }

    fn collect_required(
        &self,
        schema: &'d Value,
        at: &str,
        depth: usize,
        found: &mut Vec<Required<'d>>,
    ) {
        let is_typed = schema.get("type").is_some();
        if depth == 0 || is_typed && allows_null(schema) || schema.get("$ref").is_some() {
            return;
        }
        let required = schema.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let required: BTreeSet<&str> = required.collect();
        let properties = child(at, "properties");
        for (name, property) in members(schema.get("properties")) {
            if !required.contains(name.as_str()) {
                continue;
            }
            let at = child(&properties, name);
            let reference = property.get("$ref").and_then(Value::as_str);
            let is_nullable = property.get("nullable") == Some(&Value::Bool(true));
            match reference.and_then(|it| it.strip_prefix("#/components/schemas/")) {
                Some(target) if !is_nullable && !target.contains('/') => found.push((target, at)),
                Some(_) => {}
                None => self.collect_required(property, &at, depth - 1, found),
            }
        }
        let members = schema.get("allOf").and_then(Value::as_array);
        let at = child(at, "allOf");
        for (index, member) in members.into_iter().flatten().enumerate() {
            self.collect_required(member, &child(&at, index), depth - 1, found);
        }
    }
}
