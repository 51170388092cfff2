//! Pass that leaves read-only properties out of requests, and write-only properties out of responses.
//!
//! A component that occurs in both directions and has such properties becomes two: the form of responses keeps the
//! name, and the form of requests is named `…Request`. The property that distinguishes the members of a union stays.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::walk::{self, Role};
use super::{Context, naming};
use crate::diagnostic::child;

/// Maximum number of references from a property to the schema that declares it read-only.
const MAX_DEPTH: usize = 8;

/// Keyword of the properties that are left out of a direction.
#[derive(Clone, Copy)]
enum LeftOut {
    OfRequests,
    OfResponses,
}

impl LeftOut {
    fn keyword(self) -> &'static str {
        match self {
            Self::OfRequests => "readOnly",
            Self::OfResponses => "writeOnly",
        }
    }
}

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let Some(components) = walk::components(document).cloned() else {
        return;
    };
    let graph = Graph::of(&components);
    let read_only = graph.users_of(graph.declaring(LeftOut::OfRequests));
    let write_only = graph.users_of(graph.declaring(LeftOut::OfResponses));
    if read_only.is_empty() && write_only.is_empty() {
        return;
    }
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    walk::each_root(document, |_, role, schema| match role {
        Role::Component { .. } => {}
        Role::Parameter { .. } | Role::Body { .. } => sent.extend(walk::references(schema)),
        Role::Response { .. } | Role::Error { .. } => received.extend(walk::references(schema)),
    });
    let (sent, received) = (graph.used_by(sent), graph.used_by(received));

    let mut taken: BTreeSet<String> = components.keys().map(|name| naming::pascal(name)).collect();
    let mut split: BTreeMap<&str, String> = BTreeMap::new();
    for name in sent.intersection(&received) {
        if read_only.contains(name) || write_only.contains(name) {
            let base = format!("{}Request", naming::pascal(name));
            let new = naming::unused(&base, |name| taken.contains(name));
            taken.insert(new.clone());
            split.insert(name, new);
        }
    }
    let mut changed: Map<String, Value> = Map::new();
    for (name, schema) in &components {
        let at = child("/components/schemas", name);
        let mut of_responses = schema.clone();
        let mut of_requests = None;
        if let Some(new) = split.get(name.as_str()) {
            let mut copy = schema.clone();
            graph.strip(name, &mut copy, LeftOut::OfRequests);
            redirect(&mut copy, &split);
            describe(&mut copy, name);
            context.changed(
                &at,
                format!("added the form of requests as the component `{new}`"),
            );
            of_requests = Some((new.clone(), copy));
        } else if sent.contains(name.as_str()) {
            graph.strip(name, &mut of_responses, LeftOut::OfRequests);
            redirect(&mut of_responses, &split);
        }
        if received.contains(name.as_str()) {
            graph.strip(name, &mut of_responses, LeftOut::OfResponses);
        }
        if of_responses != *schema {
            context.changed(&at, "removed the properties of the other direction");
        }
        changed.insert(name.clone(), of_responses);
        changed.extend(of_requests);
    }
    walk::each_root(document, |_, role, schema| {
        if matches!(role, Role::Parameter { .. } | Role::Body { .. }) {
            redirect(schema, &split);
        }
    });
    if let Some(components) = walk::components_mut(document) {
        *components = changed;
    }
}

/// Components and their references.
struct Graph<'d> {
    components: &'d Map<String, Value>,
    references: BTreeMap<&'d str, Vec<String>>,
    /// Members of unions.
    members: BTreeSet<String>,
    /// Names of the properties that select the member of a union.
    tags: BTreeSet<&'d str>,
}

impl<'d> Graph<'d> {
    fn of(components: &'d Map<String, Value>) -> Self {
        let mut graph = Self {
            components,
            references: BTreeMap::new(),
            members: BTreeSet::new(),
            tags: BTreeSet::new(),
        };
        for (name, schema) in components {
            graph.references.insert(name, walk::references(schema));
            each_node(schema, &mut |node| {
                let tag = node
                    .get("discriminator")
                    .and_then(|it| it.get("propertyName"));
                graph.tags.extend(tag.and_then(Value::as_str));
                for choices in ["oneOf", "anyOf"].iter().filter_map(|key| node.get(*key)) {
                    let choices = choices.as_array().into_iter().flatten();
                    graph.members.extend(choices.filter_map(walk::reference));
                }
            });
        }
        graph
    }

    /// Returns the components with a property that is left out.
    fn declaring(&self, left_out: LeftOut) -> BTreeSet<&'d str> {
        let declares = |component: &str, schema: &Value| {
            let mut found = false;
            each_node(schema, &mut |node| {
                let properties = node.get("properties").and_then(Value::as_object);
                found |= properties
                    .into_iter()
                    .flatten()
                    .any(|(name, property)| self.is_left_out(component, name, property, left_out));
            });
            found
        };
        let all = self.components.iter();
        all.filter(|(name, schema)| declares(name, schema))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    fn is_left_out(
        &self,
        component: &str,
        name: &str,
        property: &Value,
        left_out: LeftOut,
    ) -> bool {
        let is_tag = self.members.contains(component)
            && (self.tags.contains(name) || self.is_constant(property, MAX_DEPTH));
        !is_tag && self.has(property, left_out.keyword(), MAX_DEPTH)
    }

    /// Returns `true` if a schema has one value.
    fn is_constant(&self, schema: &Value, depth: usize) -> bool {
        if let Some(Value::Array(values)) = schema.get("enum") {
            return values.len() == 1;
        }
        depth > 0
            && self
                .inner(schema)
                .any(|part| self.is_constant(part, depth - 1))
    }

    /// Returns the schemas that a schema refers to or combines.
    fn inner<'a>(&'a self, schema: &'a Value) -> impl Iterator<Item = &'a Value> {
        let referred = walk::reference(schema).and_then(|name| self.components.get(&name));
        let parts = schema.get("allOf").and_then(Value::as_array);
        parts.into_iter().flatten().chain(referred)
    }

    /// Returns `true` if a schema or one that it refers to has a keyword that is `true`.
    fn has(&self, schema: &Value, keyword: &str, depth: usize) -> bool {
        if schema.get(keyword) == Some(&Value::Bool(true)) {
            return true;
        }
        depth > 0
            && self
                .inner(schema)
                .any(|part| self.has(part, keyword, depth - 1))
    }

    /// Returns the components and all that refer to them, directly or not.
    fn users_of(&self, components: BTreeSet<&'d str>) -> BTreeSet<&'d str> {
        let mut users: BTreeMap<&str, Vec<&'d str>> = BTreeMap::new();
        for (name, used) in &self.references {
            for used in used {
                users.entry(used).or_default().push(name);
            }
        }
        let mut open: Vec<&'d str> = components.iter().copied().collect();
        let mut found = components;
        while let Some(name) = open.pop() {
            for user in users.get(name).into_iter().flatten() {
                if found.insert(user) {
                    open.push(user);
                }
            }
        }
        found
    }

    /// Returns the components and all that they refer to, directly or not.
    fn used_by(&self, mut open: Vec<String>) -> BTreeSet<&'d str> {
        let mut found = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some((name, used)) = self.references.get_key_value(name.as_str())
                && found.insert(*name)
            {
                open.extend(used.iter().cloned());
            }
        }
        found
    }

    /// Removes the properties that are left out of a direction.
    fn strip(&self, component: &str, schema: &mut Value, left_out: LeftOut) {
        walk::descend(schema, "", &mut |_, node| {
            let Some(node) = node.as_object_mut() else {
                return;
            };
            let Some(Value::Object(properties)) = node.get_mut("properties") else {
                return;
            };
            let removed: Vec<String> = properties
                .iter()
                .filter(|(name, property)| self.is_left_out(component, name, property, left_out))
                .map(|(name, _)| name.clone())
                .collect();
            properties.retain(|name, _| !removed.contains(name));
            if let Some(Value::Array(required)) = node.get_mut("required") {
                required.retain(|name| !removed.iter().any(|removed| name == removed));
            }
        });
    }
}

/// Calls `f` for a schema and its inline descendants.
fn each_node<'d>(schema: &'d Value, f: &mut impl FnMut(&'d Map<String, Value>)) {
    let Some(node) = schema.as_object() else {
        return;
    };
    f(node);
    for (key, value) in node {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values().for_each(|inner| each_node(inner, f));
            }
            ("items" | "additionalProperties" | "not", inner) => each_node(inner, f),
            ("allOf" | "anyOf" | "oneOf", Value::Array(members)) => {
                members.iter().for_each(|inner| each_node(inner, f));
            }
            _ => {}
        }
    }
}

/// Makes references refer to the forms of requests.
fn redirect(schema: &mut Value, split: &BTreeMap<&str, String>) {
    walk::descend(schema, "", &mut |_, node| {
        let new = walk::reference(node).and_then(|name| split.get(name.as_str()));
        if let (Some(new), Some(node)) = (new, node.as_object_mut())
            && let Value::Object(reference) = walk::reference_to(new)
        {
            node.extend(reference);
        }
        let mapping = node
            .get_mut("discriminator")
            .and_then(|it| it.get_mut("mapping"));
        for target in mapping.and_then(Value::as_object_mut).into_iter().flatten() {
            let name = target.1.as_str().and_then(|text| {
                walk::target(text).or_else(|| (!text.contains('/')).then(|| text.to_owned()))
            });
            if let Some(new) = name.and_then(|name| split.get(name.as_str())) {
                *target.1 = walk::reference_to(new)["$ref"].clone();
            }
        }
    });
}

fn describe(schema: &mut Value, name: &str) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let sentence = format!("The form of `{}` in requests.", naming::pascal(name));
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => format!("{}\n\n{sentence}", text.trim_end()),
        _ => sentence,
    };
    schema.insert("description".to_owned(), description.into());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    fn schemas(components: Value, sent: &str) -> (Value, Value) {
        let mut document = with_schemas(components);
        document["paths"]["/x"]["get"]["requestBody"] = json!({"content": {"application/json": {
            "schema": {"type": "array", "items": {"$ref": format!("#/components/schemas/{sent}")}}
        }}});
        let (document, _, codes) = pass(run, document);
        assert!(codes.is_empty());
        let body = &document["paths"]["/x"]["get"]["requestBody"]["content"]["application/json"];
        let items = body["schema"]["items"]["$ref"].clone();
        (document["components"]["schemas"].clone(), items)
    }

    fn names(schema: &Value) -> Vec<&String> {
        let properties = schema["properties"].as_object();
        properties
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn a_component_of_both_directions_becomes_two() {
        let (found, items) = schemas(
            json!({
                "User": {
                    "required": ["id", "name", "secret"],
                    "properties": {
                        "id": {"allOf": [{"$ref": "#/components/schemas/Id"}]},
                        "name": {"type": "string"},
                        "secret": {"type": "string", "writeOnly": true},
                        "boss": {"$ref": "#/components/schemas/User"},
                        "plain": {"$ref": "#/components/schemas/Plain"}
                    }
                },
                "Id": {"type": "string", "readOnly": true},
                "Plain": {"properties": {"a": {"type": "string"}}},
                "UserRequest": {"properties": {"a": {"type": "string"}}}
            }),
            "User",
        );
        assert_eq!(items, "#/components/schemas/UserRequest2");
        assert_eq!(names(&found["User"]), ["id", "name", "boss", "plain"]);
        assert_eq!(found["User"]["required"], json!(["id", "name"]));
        let request = &found["UserRequest2"];
        assert_eq!(names(request), ["name", "secret", "boss", "plain"]);
        assert_eq!(request["required"], json!(["name", "secret"]));
        assert_eq!(
            request["properties"]["boss"]["$ref"],
            "#/components/schemas/UserRequest2"
        );
        assert_eq!(
            request["properties"]["plain"]["$ref"],
            "#/components/schemas/Plain"
        );
        assert_eq!(
            found["User"]["properties"]["boss"]["$ref"],
            "#/components/schemas/User"
        );
    }

    #[test]
    fn a_component_of_one_direction_keeps_its_name() {
        let property = json!({
            "r": {"type": "string", "readOnly": true},
            "w": {"type": "string", "writeOnly": true}
        });
        let (found, items) = schemas(
            json!({
                "Received": {"properties": property},
                "Sent": {"properties": property, "required": ["r", "w"]}
            }),
            "Sent",
        );
        assert_eq!(items, "#/components/schemas/Sent");
        assert_eq!(names(&found["Received"]), ["r"]);
        assert_eq!(names(&found["Sent"]), ["w"]);
        assert_eq!(found["Sent"]["required"], json!(["w"]));
        assert_eq!(found.as_object().unwrap().len(), 2);
    }

    #[test]
    fn unions_keep_their_tags_and_refer_to_the_forms_of_requests() {
        let cat = json!({"properties": {
            "kind": {"type": "string", "enum": ["cat"], "readOnly": true},
            "id": {"type": "string", "readOnly": true}
        }});
        let (found, _) = schemas(
            json!({
                "Pet": {
                    "oneOf": [{"$ref": "#/components/schemas/Cat"}],
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {"cat": "#/components/schemas/Cat", "tom": "Cat"}
                    }
                },
                "Cat": cat
            }),
            "Pet",
        );
        let request = "#/components/schemas/CatRequest";
        assert_eq!(found["PetRequest"]["oneOf"][0]["$ref"], request);
        assert_eq!(
            found["PetRequest"]["discriminator"]["mapping"],
            json!({"cat": request, "tom": request})
        );
        assert_eq!(names(&found["CatRequest"]), ["kind"]);
        assert_eq!(names(&found["Cat"]), ["kind", "id"]);
    }
}
