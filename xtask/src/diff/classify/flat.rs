//! Flattened schemas: references and `allOf` are resolved to the parts that apply together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{Document, without_prose};
use crate::diagnostic::child;
use crate::diff::facts::Node;

/// Maximum number of parts of one schema. Further ones are ignored.
const MAX_PARTS: usize = 500;

/// A schema as the list of its parts, all of which apply.
pub(super) struct Flat<'d> {
    pub(super) parts: Vec<Node<'d>>,
    /// `oneOf` and `anyOf` with more than one branch other than null.
    pub(super) unions: Vec<Union<'d>>,
    /// `true` if a schema of the parts is `false`.
    pub(super) is_never: bool,
    pub(super) is_nullable: bool,
    /// Pointers of keywords that were read on the way.
    pub(super) read: Vec<String>,
}

pub(super) struct Union<'d> {
    pub(super) keyword: &'static str,
    pub(super) node: Node<'d>,
    pub(super) branches: Vec<Node<'d>>,
}

impl<'d> Flat<'d> {
    pub(super) fn new(document: Document<'d>, schema: &[Node<'d>]) -> Self {
        let mut flat = Self {
            parts: Vec::new(),
            unions: Vec::new(),
            is_never: false,
            is_nullable: false,
            read: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        let mut open: Vec<Node<'d>> = schema.iter().rev().cloned().collect();
        while let Some(node) = open.pop() {
            if !seen.insert(node.pointer.clone()) || flat.parts.len() >= MAX_PARTS {
                continue;
            }
            if let Some(target) = document.target(&node) {
                flat.read.push(child(&node.pointer, "$ref"));
                open.push(target);
                if !document.has_reference_siblings() {
                    continue;
                }
            }
            flat.read_part(document, node, &mut open);
        }
        flat
    }

    fn read_part(&mut self, document: Document<'d>, node: Node<'d>, open: &mut Vec<Node<'d>>) {
        self.is_never |= node.value == &Value::Bool(false);
        self.is_nullable |= node.value.get("nullable") == Some(&Value::Bool(true));
        self.is_nullable |= type_names(&node).is_some_and(|names| names.contains("null"));
        if let Some(all) = node.get("allOf") {
            self.read.push(all.pointer.clone());
            open.extend(all.items().collect::<Vec<_>>().into_iter().rev());
        }
        for keyword in ["oneOf", "anyOf"] {
            let Some(list) = node.get(keyword) else {
                continue;
            };
            let (null, branches): (Vec<_>, Vec<_>) = list
                .items()
                .partition(|branch| is_null(&document.resolve(branch.clone())));
            self.is_nullable |= !null.is_empty();
            match <[Node<'d>; 1]>::try_from(branches) {
                Ok([only]) => {
                    self.read.push(list.pointer.clone());
                    open.push(only);
                }
                Err(branches) if branches.is_empty() => {}
                Err(branches) => self.unions.push(Union {
                    keyword,
                    node: list,
                    branches,
                }),
            }
        }
        self.parts.push(node);
    }

    /// Returns a keyword of all parts that declare it.
    pub(super) fn keyword(&self, name: &str) -> Vec<Node<'d>> {
        self.parts
            .iter()
            .filter_map(|part| part.get(name))
            .collect()
    }

    /// Returns the last value of a keyword, which the outermost schema declares.
    pub(super) fn last(&self, name: &str) -> Option<Node<'d>> {
        self.parts.iter().find_map(|part| part.get(name))
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.keyword(name)
            .iter()
            .any(|node| node.value == &Value::Bool(true))
    }

    /// Returns the types other than null; `None` if every type is allowed.
    pub(super) fn types(&self) -> Option<BTreeSet<String>> {
        let declared = self.parts.iter().filter_map(type_names);
        let mut declared = declared.map(|mut names| {
            names.remove("null");
            names
        });
        let first = declared.next();
        let types = declared.fold(first, |found, next| {
            found.map(|found| intersection(&found, &next))
        });
        types.or_else(|| self.implied_types())
    }

    /// Returns the type that the keywords of a schema without `type` imply.
    fn implied_types(&self) -> Option<BTreeSet<String>> {
        let has = |name: &str| self.parts.iter().any(|part| part.get(name).is_some());
        if has("properties") || has("additionalProperties") {
            return Some(BTreeSet::from(["object".to_owned()]));
        }
        if has("items") {
            return Some(BTreeSet::from(["array".to_owned()]));
        }
        let values = self.values()?;
        values.iter().map(|(value, _)| type_of(value)).collect()
    }

    /// Returns the values of `enum` and `const` other than null, with their pointers.
    pub(super) fn values(&self) -> Option<Vec<(&'d Value, String)>> {
        let mut found: Option<Vec<(&'d Value, String)>> = None;
        for part in &self.parts {
            let listed = part.get("enum").filter(|list| list.value.is_array());
            let constant = part
                .get("const")
                .map(|node| vec![(node.value, node.pointer)]);
            let listed = listed.map(|list| list.items().map(|it| (it.value, it.pointer)).collect());
            for values in listed.into_iter().chain(constant) {
                let values: Vec<(&Value, String)> = values;
                found = Some(match found {
                    None => values,
                    Some(known) => known
                        .into_iter()
                        .filter(|(value, _)| values.iter().any(|(other, _)| other == value))
                        .collect(),
                });
            }
        }
        let mut found = found?;
        found.retain(|(value, _)| !value.is_null());
        Some(found)
    }

    /// Returns each property with all schemas that apply to it.
    pub(super) fn properties(&self) -> BTreeMap<&'d str, Vec<Node<'d>>> {
        let mut found: BTreeMap<&'d str, Vec<Node<'d>>> = BTreeMap::new();
        for part in &self.parts {
            for (name, schema) in part.get("properties").iter().flat_map(Node::entries) {
                found.entry(name).or_default().push(schema);
            }
        }
        found
    }

    /// Returns the required properties with the pointers of their names.
    pub(super) fn required(&self) -> BTreeMap<&'d str, String> {
        let lists = self.keyword("required");
        let names = lists.iter().flat_map(Node::items);
        names
            .filter_map(|node| Some((node.value.as_str()?, node.pointer)))
            .collect()
    }

    /// Returns the pointer of the outermost part.
    pub(super) fn pointer(&self) -> String {
        self.parts
            .first()
            .map(|part| part.pointer.clone())
            .unwrap_or_default()
    }

    /// Returns the parts without prose, and without the unions.
    pub(super) fn without_unions(&self) -> Vec<Value> {
        let parts = self.parts.iter().map(|part| {
            let mut value = without_prose(part.value);
            if let Some(map) = value.as_object_mut() {
                map.retain(|name, _| {
                    !matches!(name.as_str(), "oneOf" | "anyOf" | "discriminator" | "allOf")
                });
            }
            value
        });
        parts
            .filter(|value| value.as_object().is_none_or(|map| !map.is_empty()))
            .collect()
    }
}

fn type_names(node: &Node<'_>) -> Option<BTreeSet<String>> {
    match node.value.get("type")? {
        Value::String(name) => Some(BTreeSet::from([name.clone()])),
        Value::Array(names) => Some(
            names
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        ),
        _ => None,
    }
}

fn intersection(a: &BTreeSet<String>, b: &BTreeSet<String>) -> BTreeSet<String> {
    let has = |set: &BTreeSet<String>, name: &str| {
        set.contains(name) || name == "integer" && set.contains("number")
    };
    let both = a
        .iter()
        .filter(|name| has(b, name))
        .chain(b.iter().filter(|name| has(a, name)));
    both.cloned().collect()
}

fn type_of(value: &Value) -> Option<String> {
    let name = match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => return None,
    };
    Some(name.to_owned())
}

/// Returns `true` for a schema that allows only null.
fn is_null(node: &Node<'_>) -> bool {
    let is_null_type = match node.value.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.len() == 1 && names[0] == "null",
        _ => false,
    };
    let lists_null = node
        .value
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.len() == 1 && values[0].is_null());
    is_null_type || lists_null || node.value.get("const").is_some_and(Value::is_null)
}
