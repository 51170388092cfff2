//! Facts of an OpenAPI document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::{Fact, Facts, LocatedFact, Node, Reader};
use crate::diagnostic::child;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

pub(super) fn facts(document: &Value) -> Facts {
    let mut reader = Reader::new(document);
    let root = Node {
        value: document,
        pointer: String::new(),
    };
    let mut facts = BTreeMap::new();
    let mut operations = BTreeMap::new();
    for (name, at) in root.entries() {
        match name {
            "openapi" => drop(facts.insert(name.to_owned(), at.verbatim())),
            "info" => {
                let version = at.get("version").map(|version| version.verbatim());
                facts.extend(version.map(|version| ("version".to_owned(), version)));
            }
            "servers" => drop(facts.insert(name.to_owned(), servers(&at))),
            "paths" => {
                for (path, item) in at.entries() {
                    paths(&mut reader, path, item, &root, &mut operations);
                }
            }
            "components" => {
                if let Some(schemes) = at.get("securitySchemes") {
                    let schemes = reader.map(&schemes, |reader, at| security_scheme(reader, &at));
                    facts.insert("security scheme".to_owned(), schemes);
                }
            }
            "tags" => {
                let names = at
                    .items()
                    .filter_map(|tag| tag.get("name"))
                    .map(|name| name.verbatim())
                    .collect();
                facts.insert(name.to_owned(), at.fact(Fact::Set(names)));
            }
            _ if name.starts_with("x-") => drop(facts.insert(name.to_owned(), at.extension())),
            // Security is part of each operation, and `externalDocs` is prose.
            _ => {}
        }
    }
    let paths = LocatedFact {
        pointer: "/paths".to_owned(),
        fact: Fact::Map(operations),
    };
    facts.insert("operation".to_owned(), paths);
    reader.finish(root.fact(Fact::Map(facts)), "/components/schemas")
}

/// Reads the operations of a path, each with the parameters and servers declared on the path.
fn paths<'d>(
    reader: &mut Reader<'d>,
    path: &str,
    item: Node<'d>,
    root: &Node<'d>,
    operations: &mut BTreeMap<String, LocatedFact>,
) {
    if path.starts_with("x-") {
        operations.insert(path.to_owned(), item.extension());
        return;
    }
    let item = reader.resolve(item);
    for (name, at) in item.entries() {
        if METHODS.contains(&name) {
            let operation = operation(reader, &at, &item, root);
            operations.insert(format!("{} {path}", name.to_uppercase()), operation);
        } else if name.starts_with("x-") {
            operations.insert(format!("{path} {name}"), at.extension());
        }
    }
}

fn operation<'d>(
    reader: &mut Reader<'d>,
    at: &Node<'d>,
    item: &Node<'d>,
    root: &Node<'d>,
) -> LocatedFact {
    let mut located = reader.object(at, |reader, name, value| match name {
        "parameters" | "security" | "servers" => None,
        "deprecated" if value.value == &Value::Bool(false) => None,
        "tags" => Some(value.unordered()),
        "requestBody" => {
            let value = reader.resolve(value);
            Some(reader.object(&value, |reader, name, value| match name {
                "content" => Some(content(reader, &value)),
                "required" if value.value == &Value::Bool(false) => None,
                _ => Some(value.verbatim()),
            }))
        }
        "responses" => Some(reader.map(&value, |reader, at| response(reader, at))),
        "callbacks" => Some(value.extension()),
        _ => Some(value.verbatim()),
    });
    if let Fact::Map(facts) = &mut located.fact {
        facts.insert("parameter".to_owned(), parameters(reader, at, item));
        let requirements = [at, root]
            .into_iter()
            .find_map(|level| level.get("security"));
        facts.insert("security".to_owned(), security(requirements, at));
        if let Some(declared) = [at, item]
            .into_iter()
            .find_map(|level| level.get("servers"))
        {
            facts.insert("servers".to_owned(), servers(&declared));
        }
    }
    located
}

/// Reads parameters by location and name. Parameters of the operation override those of the path.
fn parameters<'d>(reader: &mut Reader<'d>, operation: &Node<'d>, item: &Node<'d>) -> LocatedFact {
    let mut facts = BTreeMap::new();
    for level in [item, operation] {
        for at in level
            .get("parameters")
            .iter()
            .flat_map(|list| list.items().collect::<Vec<_>>())
        {
            let at = reader.resolve(at);
            let location = at.text("in").unwrap_or("?");
            let name = at.text("name").unwrap_or("?");
            let name = if location == "header" {
                name.to_lowercase()
            } else {
                name.to_owned()
            };
            facts.insert(format!("{location} {name}"), parameter(reader, &at));
        }
    }
    LocatedFact {
        pointer: child(&operation.pointer, "parameters"),
        fact: Fact::Map(facts),
    }
}

/// Reads a parameter or a header.
fn parameter<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    let default_style = match at.text("in") {
        Some("query" | "cookie") => "form",
        _ => "simple",
    };
    let style = at.text("style").unwrap_or(default_style);
    reader.object(at, |reader, name, value| match name {
        // Already part of the key.
        "name" | "in" => None,
        "required" | "deprecated" | "allowEmptyValue" | "allowReserved"
            if value.value == &Value::Bool(false) =>
        {
            None
        }
        "style" if value.value == default_style => None,
        "explode" if value.value == &Value::Bool(style == "form") => None,
        "schema" => Some(reader.schema(value)),
        "content" => Some(content(reader, &value)),
        _ => Some(value.verbatim()),
    })
}

fn response<'d>(reader: &mut Reader<'d>, at: Node<'d>) -> LocatedFact {
    let at = reader.resolve(at);
    reader.object(&at, |reader, name, value| match name {
        "content" => Some(content(reader, &value)),
        "headers" => {
            let mut headers = BTreeMap::new();
            for (name, header) in value.entries() {
                let header = reader.resolve(header);
                headers.insert(name.to_lowercase(), parameter(reader, &header));
            }
            Some(value.fact(Fact::Map(headers)))
        }
        _ => Some(value.extension()),
    })
}

fn content<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    reader.map(at, |reader, at| {
        reader.object(&at, |reader, name, value| {
            Some(if name == "schema" {
                reader.schema(value)
            } else {
                value.extension()
            })
        })
    })
}

/// Reads security requirements: alternatives of schemes that are required together.
fn security(requirements: Option<Node<'_>>, operation: &Node<'_>) -> LocatedFact {
    let Some(at) = requirements else {
        return LocatedFact {
            pointer: operation.pointer.clone(),
            fact: Fact::Set(Vec::new()),
        };
    };
    let alternatives = at
        .items()
        .map(|alternative| {
            let schemes = alternative
                .entries()
                .map(|(name, scopes)| (name.to_owned(), scopes.unordered()))
                .collect();
            alternative.fact(Fact::Map(schemes))
        })
        .collect();
    at.fact(Fact::Set(alternatives))
}

fn security_scheme<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    let at = reader.resolve(at.clone());
    reader.object(&at, |reader, name, value| {
        if name != "flows" {
            return Some(value.verbatim());
        }
        Some(reader.map(&value, |reader, flow| {
            reader.object(&flow, |_, name, value| {
                let scopes = || {
                    value
                        .entries()
                        .map(|(name, at)| at.fact(Fact::Value(name.into())))
                        .collect()
                };
                // The value of a scope is its description.
                Some(if name == "scopes" {
                    value.fact(Fact::Set(scopes()))
                } else {
                    value.verbatim()
                })
            })
        }))
    })
}

fn servers(at: &Node<'_>) -> LocatedFact {
    at.fact(Fact::Set(
        at.items().map(|server| server.extension()).collect(),
    ))
}
