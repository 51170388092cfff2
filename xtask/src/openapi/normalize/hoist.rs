//! Removes inline schemas that become types of their own: typify makes one per place, 34 of them for one parameter, and
//! names them after the place, which clashes with components of that name.
//!
//! Each becomes a component with a name chosen here. Equal ones share it: by the name of the parameter or property that
//! all of them have (`project_id` → `ProjectId`), else by what the names of their places begin with. An id with a
//! pattern is the same type wherever it stands, in whichever order its character classes are written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::walk::{self, Edge, Role};
use super::{Context, component_names, naming};
use crate::openapi::extensions::{DEFAULT, ENUM, SECRET, VARIABLE, is_extension};

/// Names that say nothing without what they belong to, or that mean something else in Rust.
const VAGUE: [&str; 48] = [
    "Id",
    "Type",
    "Name",
    "Status",
    "State",
    "Value",
    "Key",
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

/// Keys that belong to the place and not to the type.
const OF_THE_PLACE: [&str; 8] = [
    "nullable",
    "description",
    "readOnly",
    "writeOnly",
    "deprecated",
    DEFAULT,
    "example",
    VARIABLE,
];

/// Nested inline schemas are hoisted one level a round; more rounds than levels are never needed.
const ROUNDS: usize = 128;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut names = Names::new(document);
    for _ in 0..ROUNDS {
        let groups = group(find(document));
        if groups.is_empty() {
            return;
        }
        let mut chosen: BTreeMap<String, String> = BTreeMap::new();
        let mut made: Vec<(String, Value)> = Vec::new();
        for (key, sites) in groups {
            let (name, new) = names.choose(&key, &sites);
            if new && let Some(first) = sites.first() {
                made.push((name.clone(), definition(&first.schema)));
                context.notes.hoisted.insert(name.clone());
            }
            for site in &sites {
                context.changed(&site.pointer, format!("made it the component `{name}`"));
                chosen.insert(site.pointer.clone(), name.clone());
            }
        }
        walk::each_root(document, |pointer, role, schema| {
            let at_the_top = !matches!(role, Role::Component { .. });
            replace(schema, pointer, at_the_top, &chosen);
        });
        if let Some(components) = walk::components_mut(document) {
            components.extend(made);
        }
    }
}

/// An inline schema that becomes a type.
struct Site {
    pointer: String,
    schema: Value,
    /// The type that it belongs to.
    owner: String,
    /// What comes after the owner's name in the name that typify would give.
    suffix: String,
    /// The name that it would have if no other schema wanted it.
    general: Option<String>,
    /// Whether equal ones elsewhere may be the same type.
    shareable: bool,
}

fn find(document: &mut Value) -> Vec<Site> {
    let mut sites = Vec::new();
    walk::each_root(document, |pointer, role, schema| {
        let (owner, suffix, general) = match role {
            Role::Component { name } => {
                search_children(
                    schema,
                    pointer,
                    &naming::pascal(name),
                    "",
                    false,
                    &mut sites,
                );
                return;
            }
            Role::Parameter {
                operation,
                path,
                name,
            } => (operation, naming::pascal(name), parameter_name(path, name)),
            Role::Body { operation } => (operation, "Body".to_owned(), None),
            Role::Answer { operation } => (operation, "Response".to_owned(), None),
        };
        let owner = naming::pascal(owner);
        let shareable = matches!(role, Role::Parameter { .. });
        let site = Site {
            pointer: pointer.to_owned(),
            schema: schema.clone(),
            owner: owner.clone(),
            suffix: suffix.clone(),
            general: general.clone(),
            shareable,
        };
        if is_a_type(schema) {
            sites.push(site);
        } else {
            let before = sites.len();
            search_children(schema, pointer, &owner, &suffix, false, &mut sites);
            // The items of a list parameter are named after the parameter.
            for site in &mut sites[before..] {
                if site.suffix == format!("{suffix}Item") {
                    site.general = general
                        .as_deref()
                        .map(naming::singular)
                        .filter(|name| !is_vague(name));
                }
            }
        }
    });
    sites
}

fn search_children(
    schema: &mut Value,
    pointer: &str,
    owner: &str,
    suffix: &str,
    in_union: bool,
    sites: &mut Vec<Site>,
) {
    walk::each_child(schema, pointer, |at, edge, inner| {
        let (inner_suffix, general) = match edge {
            Edge::Property(name) => (
                format!("{suffix}{}", naming::pascal(name)),
                property_name(owner, suffix, name),
            ),
            Edge::Items => (
                format!("{suffix}Item"),
                Some(naming::singular(suffix)).filter(|name| !suffix.is_empty() && !is_vague(name)),
            ),
            Edge::AdditionalProperties => (format!("{suffix}Value"), None),
            Edge::AnyOf(index) | Edge::OneOf(index) => {
                let title = inner
                    .get("title")
                    .and_then(Value::as_str)
                    .map(naming::pascal);
                // Alternatives with a tag stay: typify looks at them, as it does at lists of constants.
                if let (Some(title), true) = (title, is_untagged_object(inner)) {
                    sites.push(Site {
                        pointer: at.to_owned(),
                        schema: inner.clone(),
                        owner: owner.to_owned(),
                        suffix: format!("{suffix}{title}"),
                        general: None,
                        shareable: true,
                    });
                } else {
                    let suffix = format!("{suffix}Variant{index}");
                    search_children(inner, at, owner, &suffix, true, sites);
                }
                return;
            }
            Edge::AllOf(_) => {
                search_children(inner, at, owner, suffix, in_union, sites);
                return;
            }
            Edge::Not => return,
        };
        let tag = in_union && is_constant(inner);
        if is_a_type(inner) && !tag {
            sites.push(Site {
                pointer: at.to_owned(),
                schema: inner.clone(),
                owner: owner.to_owned(),
                suffix: inner_suffix,
                general,
                shareable: true,
            });
        } else {
            search_children(inner, at, owner, &inner_suffix, false, sites);
        }
    });
}

/// Whether typify gives it a name.
fn is_a_type(schema: &Value) -> bool {
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

fn is_vague(pascal: &str) -> bool {
    VAGUE.contains(&pascal)
}

fn property_name(owner: &str, suffix: &str, name: &str) -> Option<String> {
    let pascal = naming::pascal(name);
    if pascal == "Id" && suffix.is_empty() {
        return Some(format!("{owner}Id"));
    }
    Some(pascal).filter(|name| !is_vague(name))
}

/// A path parameter `id` is the id of what the path lists: `/app_categories/{id}`.
fn parameter_name(path: &str, name: &str) -> Option<String> {
    let pascal = naming::pascal(name);
    if pascal == "Id" {
        let (before, _) = path.split_once(&format!("/{{{name}}}"))?;
        let of = before
            .rsplit('/')
            .find(|part| !part.starts_with('{') && !part.is_empty())?;
        return Some(format!("{}Id", naming::pascal(&naming::singular(of))));
    }
    Some(pascal).filter(|name| !is_vague(name))
}

/// What equal sites have in common.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    schema: String,
    /// By what else they are told apart: their name, or their place.
    name: String,
}

/// In the order of the document.
fn group(sites: Vec<Site>) -> Vec<(Key, Vec<Site>)> {
    let mut order: Vec<(Key, Vec<Site>)> = Vec::new();
    let mut index: BTreeMap<Key, usize> = BTreeMap::new();
    for site in sites {
        let schema = canonical(&site.schema).to_string();
        let name = if is_id(&site.schema) {
            String::new()
        } else if !site.shareable || is_constant(&site.schema) {
            site.pointer.clone()
        } else {
            site.general
                .clone()
                .unwrap_or_else(|| format!("…{}", site.suffix))
        };
        let key = Key { schema, name };
        match index.get(&key) {
            Some(at) => order[*at].1.push(site),
            None => {
                index.insert(key.clone(), order.len());
                order.push((key, vec![site]));
            }
        }
    }
    // Equal by chance: without a name of their own, only relatives are one type.
    order
        .into_iter()
        .flat_map(|(key, sites)| {
            let related = sites.iter().any(|site| site.general.is_some())
                || !common_prefix(&sites).is_empty();
            if related || sites.len() == 1 {
                return vec![(key, sites)];
            }
            sites
                .into_iter()
                .map(|site| {
                    let key = Key {
                        schema: key.schema.clone(),
                        name: site.pointer.clone(),
                    };
                    (key, vec![site])
                })
                .collect()
        })
        .collect()
}

/// An id: text with a prefix that tells what it identifies.
fn is_id(schema: &Value) -> bool {
    let Some(pattern) = schema.get("pattern").and_then(Value::as_str) else {
        return false;
    };
    let Some(rest) = pattern.strip_prefix('^') else {
        return false;
    };
    let letters = rest.chars().take_while(char::is_ascii_alphabetic).count();
    letters >= 1 && rest[letters..].starts_with(['_', ':', '-'])
}

/// The words with which the names of all owners begin.
fn common_prefix(sites: &[Site]) -> String {
    let mut owners = sites.iter().map(|site| naming::words(&site.owner));
    let Some(mut prefix) = owners.next() else {
        return String::new();
    };
    for words in owners {
        let same = prefix
            .iter()
            .zip(&words)
            .take_while(|(a, b)| a == b)
            .count();
        prefix.truncate(same);
    }
    if prefix.is_empty() {
        return String::new();
    }
    naming::pascal(&prefix.join("_"))
}

struct Names {
    taken: BTreeSet<String>,
    /// Components by what they are, so that a later equal schema finds them.
    known: BTreeMap<Key, String>,
}

impl Names {
    fn new(document: &Value) -> Self {
        let mut names = Names {
            taken: component_names::RUST
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            known: BTreeMap::new(),
        };
        for (name, schema) in walk::components(document).into_iter().flatten() {
            let becomes = naming::pascal(name);
            names.taken.insert(becomes.clone());
            if !is_a_type(schema) {
                continue;
            }
            let key_name = if is_id(schema) {
                String::new()
            } else {
                becomes
            };
            let key = Key {
                schema: canonical(schema).to_string(),
                name: key_name,
            };
            names.known.entry(key).or_insert_with(|| name.clone());
        }
        names
    }

    /// The component for these sites, and whether it has to be made.
    fn choose(&mut self, key: &Key, sites: &[Site]) -> (String, bool) {
        if let Some(name) = self.known.get(key) {
            return (name.clone(), false);
        }
        let specific = |site: &Site| format!("{}{}", site.owner, site.suffix);
        let mut candidates: Vec<String> = Vec::new();
        if sites.len() > 1 {
            candidates.extend(most_common(
                sites.iter().filter_map(|site| site.general.clone()),
            ));
            let prefix = common_prefix(sites);
            if let (Some(first), false) = (sites.first(), prefix.is_empty()) {
                candidates.push(format!("{prefix}{}", first.suffix));
            }
        }
        if let Some(first) = sites.first() {
            let name = specific(first);
            candidates.push(name.clone());
            candidates.push(format!("{name}Value"));
            candidates.push(name);
        }
        // As they will be written: a name that changes on the way to a type could still clash.
        let candidates: Vec<String> = candidates.iter().map(|name| naming::pascal(name)).collect();
        let free = candidates.iter().find(|name| !self.taken.contains(*name));
        let name = match (free, candidates.last()) {
            (Some(free), _) => free.clone(),
            (None, Some(last)) => naming::unused(last, |name| self.taken.contains(name)),
            (None, None) => naming::unused("Inline", |name| self.taken.contains(name)),
        };
        self.taken.insert(name.clone());
        self.known.insert(key.clone(), name.clone());
        (name, true)
    }
}

/// The one that occurs most, the first of those that occur equally often.
fn most_common(names: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    counts
        .into_iter()
        .find(|(_, count)| *count == most)
        .map(|(name, _)| name)
}

/// The schema without what belongs to the place.
fn definition(schema: &Value) -> Value {
    let mut map = schema.as_object().cloned().unwrap_or_default();
    map.retain(|key, _| key == "description" || !OF_THE_PLACE.contains(&key.as_str()));
    Value::Object(map)
}

fn replace(schema: &mut Value, pointer: &str, at_the_top: bool, chosen: &BTreeMap<String, String>) {
    let Some(name) = chosen.get(pointer) else {
        walk::each_child(schema, pointer, |at, _, inner| {
            replace(inner, at, false, chosen)
        });
        return;
    };
    let reference = walk::reference_to(name);
    let mut beside = schema.as_object().cloned().unwrap_or_default();
    beside.retain(|key, _| OF_THE_PLACE.contains(&key.as_str()) || key == SECRET);
    *schema = if at_the_top || beside.is_empty() {
        reference
    } else {
        beside.insert("allOf".into(), json!([reference]));
        Value::Object(beside)
    };
}

/// The schema as far as it decides about the type, written in one way.
fn canonical(schema: &Value) -> Value {
    let Some(map) = schema.as_object() else {
        return schema.clone();
    };
    let mut out: BTreeMap<String, Value> = BTreeMap::new();
    for (key, value) in map {
        let all = |value: &Value| match value {
            Value::Array(members) => Value::Array(members.iter().map(inner).collect()),
            other => other.clone(),
        };
        let value = match key.as_str() {
            "description" | "title" | "example" | "examples" | "externalDocs" | "deprecated"
            | "readOnly" | "writeOnly" | "xml" | "nullable" => continue,
            key if is_extension(key) && key != ENUM && key != SECRET => continue,
            "properties" => match value {
                Value::Object(properties) => Value::Object(
                    properties
                        .iter()
                        .map(|(name, property)| (name.clone(), inner(property)))
                        .collect::<BTreeMap<String, Value>>()
                        .into_iter()
                        .collect::<Map<String, Value>>(),
                ),
                other => other.clone(),
            },
            "items" | "additionalProperties" | "not" => inner(value),
            "allOf" | "anyOf" | "oneOf" => all(value),
            "required" => match value {
                Value::Array(names) => {
                    let mut names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                    names.sort_unstable();
                    json!(names)
                }
                other => other.clone(),
            },
            "pattern" => json!(value.as_str().map(canonical_pattern)),
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Value::Object(out.into_iter().collect())
}

/// Inside a schema it matters whether something may be null; at its top that belongs to the place.
fn inner(schema: &Value) -> Value {
    let mut canonical = canonical(schema);
    if schema.get("nullable") == Some(&json!(true)) {
        canonical["nullable"] = json!(true);
    }
    canonical
}

/// `[0-9A-Za-z]` and `[a-zA-Z0-9]` are the same class.
fn canonical_pattern(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let simple = from
            .find(']')
            .map(|close| (&from[1..close], &from[close + 1..]));
        match simple {
            Some((class, after))
                if !class.is_empty()
                    && !class.contains(['\\', '^', '['])
                    && !before.ends_with('\\') =>
            {
                let chars: Vec<char> = class.chars().collect();
                let mut parts: Vec<String> = Vec::new();
                let mut at = 0;
                while at < chars.len() {
                    let range = at + 2 < chars.len() && chars[at + 1] == '-';
                    let end = if range { at + 3 } else { at + 1 };
                    parts.push(chars[at..end].iter().collect());
                    at = end;
                }
                parts.sort();
                parts.dedup();
                out.push('[');
                out.push_str(&parts.concat());
                out.push(']');
                rest = after;
            }
            _ => {
                out.push('[');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
