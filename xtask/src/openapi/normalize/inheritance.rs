//! Pass that turns parents with a discriminator into unions of their children.
//!
//! A parent declares the discriminator, and its children include it with `allOf`. A value of the parent is a value of
//! one of them. The properties of the parent move to a component of their own, `…Base`, which the children include
//! instead, and which is the member for values of the parent itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::walk;
use super::{Context, naming};
use crate::diagnostic::child;

/// Parents by name, with the names of their bases.
type Bases = BTreeMap<String, String>;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let Some((components, bases)) = walk::components(document).and_then(changed) else {
        return;
    };
    for name in bases.keys() {
        let members = components[name]["oneOf"].as_array().map_or(0, Vec::len);
        let members = members.saturating_sub(1);
        let change = format!("replaced the parent by a union of its {members} children");
        context.changed(child("/components/schemas", name), change);
    }
    if let Some(known) = walk::components_mut(document) {
        *known = components;
    }
}

/// A document in which parents are unions of their children.
pub struct Unions {
    pub document: Value,
    /// Components with the properties of the parents, by the names of the parents.
    pub bases: BTreeMap<String, String>,
}

/// Returns a copy of a document in which parents are unions of their children; `None` if it has no parents.
pub fn unions_of_children(document: &Value) -> Option<Unions> {
    let (components, bases) = changed(walk::components(document)?)?;
    let mut document = document.clone();
    *walk::components_mut(&mut document)? = components;
    Some(Unions { document, bases })
}

/// Returns the components with unions instead of parents, and the bases of the parents; `None` if there are no parents.
fn changed(components: &Map<String, Value>) -> Option<(Map<String, Value>, Bases)> {
    if !components.values().any(is_parent) {
        return None;
    }
    let children = children(components);
    let mut taken: BTreeSet<String> = components.keys().map(|name| naming::pascal(name)).collect();
    let mut bases = Bases::new();
    for (name, schema) in components {
        if is_parent(schema) && children.contains_key(name.as_str()) {
            let base = format!("{}Base", naming::pascal(name));
            let base = naming::unused(&base, |name| taken.contains(name));
            taken.insert(base.clone());
            bases.insert(name.clone(), base);
        }
    }
    if bases.is_empty() {
        return None;
    }
    let mut changed: Map<String, Value> = Map::new();
    for (name, schema) in components {
        let mut own = schema.clone();
        include_bases(&mut own, &bases);
        let Some(base) = bases.get(name) else {
            changed.insert(name.clone(), own);
            continue;
        };
        let members = descendants(name, &children, components);
        changed.insert(name.clone(), union(name, schema, &members, &bases));
        if let Some(own) = own.as_object_mut() {
            own.shift_remove("discriminator");
        }
        changed.insert(base.clone(), own);
    }
    Some((changed, bases))
}

/// Returns `true` for an object with a discriminator and without alternatives of its own.
fn is_parent(schema: &Value) -> bool {
    let discriminator = schema.get("discriminator");
    discriminator.is_some_and(|it| it.get("propertyName").is_some_and(Value::is_string))
        && schema.get("oneOf").is_none()
        && schema.get("anyOf").is_none()
}

/// Returns the components that each component is included in.
fn children(components: &Map<String, Value>) -> BTreeMap<String, Vec<&str>> {
    let mut children: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, schema) in components {
        for parent in included(schema) {
            let children = children.entry(parent).or_default();
            if !children.contains(&name.as_str()) {
                children.push(name);
            }
        }
    }
    children
}

fn included(schema: &Value) -> impl Iterator<Item = String> {
    let members = schema.get("allOf").and_then(Value::as_array);
    members.into_iter().flatten().filter_map(walk::reference)
}

/// Returns the children of a component and their children, in the order of the document.
fn descendants<'d>(
    name: &str,
    children: &BTreeMap<String, Vec<&'d str>>,
    components: &'d Map<String, Value>,
) -> Vec<&'d str> {
    let mut open = vec![name];
    let mut found: BTreeSet<&str> = BTreeSet::new();
    while let Some(name) = open.pop() {
        for child in children.get(name).into_iter().flatten() {
            if found.insert(child) {
                open.push(child);
            }
        }
    }
    let names = components.keys().map(String::as_str);
    names
        .filter(|it| *it != name && found.contains(it))
        .collect()
}

/// Returns the union of the children of a parent and its base.
fn union(name: &str, parent: &Value, members: &[&str], bases: &Bases) -> Value {
    let mut discriminator = parent["discriminator"].clone();
    let declared = discriminator.get("mapping").and_then(Value::as_object);
    let target = |name: &str| walk::reference_to(bases.get(name).map_or(name, String::as_str));
    let mut mapping: Map<String, Value> = Map::new();
    let mut mapped = BTreeSet::new();
    for (value, schema) in declared.into_iter().flatten() {
        let text = schema.as_str().unwrap_or_default();
        let of = walk::target(text).unwrap_or_else(|| text.to_owned());
        mapping.insert(value.clone(), target(&of)["$ref"].clone());
        mapped.insert(of);
    }
    // Without a mapping, the name of a schema is its value.
    for member in members.iter().copied().chain([name]) {
        if !mapped.contains(member) {
            mapping
                .entry(member.to_owned())
                .or_insert_with(|| target(member)["$ref"].clone());
        }
    }
    discriminator["mapping"] = Value::Object(mapping);
    let members = members.iter().copied().chain([name]);
    let mut union = json!({
        "oneOf": members.map(target).collect::<Vec<_>>(),
        "discriminator": discriminator
    });
    for key in ["description", "title"] {
        if let Some(text) = parent.get(key) {
            union[key] = text.clone();
        }
    }
    union
}

/// Makes a component include the bases of its parents.
fn include_bases(schema: &mut Value, bases: &Bases) {
    let members = schema.get_mut("allOf").and_then(Value::as_array_mut);
    for member in members.into_iter().flatten() {
        let base = walk::reference(member).and_then(|name| bases.get(&name));
        if let Some(base) = base {
            *member = walk::reference_to(base);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    fn at(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn a_parent_with_a_discriminator_becomes_a_union_of_its_descendants() {
        let pet = json!({
            "description": "A pet.",
            "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "pet": "Pet"}}
        });
        let (document, _, codes) = pass(
            run,
            with_schemas(json!({
                "Pet": pet,
                "Cat": {"allOf": [at("Pet"), {"properties": {"lives": {"type": "integer"}}}]},
                "Lion": {"allOf": [at("Cat")]},
                "PetBase": {"type": "string"},
                "Owner": {"properties": {"pet": {"allOf": [at("Pet")]}}}
            })),
        );
        assert!(codes.is_empty());
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["Pet"],
            json!({
                "oneOf": [at("Cat"), at("Lion"), at("PetBase2")],
                "discriminator": {"propertyName": "kind", "mapping": {
                    "cat": "#/components/schemas/Cat",
                    "pet": "#/components/schemas/PetBase2",
                    "Lion": "#/components/schemas/Lion"
                }},
                "description": "A pet."
            })
        );
        assert_eq!(
            schemas["PetBase2"],
            json!({"description": "A pet.", "properties": {"kind": {"type": "string"}}})
        );
        assert_eq!(schemas["Cat"]["allOf"][0], at("PetBase2"));
        assert_eq!(schemas["Lion"]["allOf"][0], at("Cat"));
        assert_eq!(schemas["Owner"]["properties"]["pet"]["allOf"][0], at("Pet"));
    }

    #[test]
    fn other_discriminators_are_kept() {
        let schemas = json!({
            "Alone": {"properties": {}, "discriminator": {"propertyName": "kind"}},
            "Union": {"oneOf": [at("Member")], "discriminator": {"propertyName": "kind"}},
            "Member": {"allOf": [at("Union")]}
        });
        let (document, _, _) = pass(run, with_schemas(schemas.clone()));
        assert_eq!(document["components"]["schemas"], schemas);
    }
}
