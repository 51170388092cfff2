//! The facts of an OpenAPI document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::{At, Fact, Facts, Place, Reader};
use crate::diagnostic::child;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

pub(super) fn facts(document: &Value) -> Facts {
    let mut reader = Reader::new(document);
    let root = At {
        value: document,
        pointer: String::new(),
    };
    let mut facts = BTreeMap::new();
    let mut operations = BTreeMap::new();
    for (name, at) in root.entries() {
        match name {
            "openapi" => drop(facts.insert(name.to_owned(), at.exactly())),
            "info" => {
                let version = at.get("version").map(|version| version.exactly());
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
                    .map(|name| name.exactly())
                    .collect();
                facts.insert(name.to_owned(), at.place(Fact::Set(names)));
            }
            _ if name.starts_with("x-") => drop(facts.insert(name.to_owned(), at.extension())),
            // Security is stated for each operation, `externalDocs` is prose.
            _ => {}
        }
    }
    let paths = Place {
        pointer: "/paths".to_owned(),
        fact: Fact::Map(operations),
    };
    facts.insert("operation".to_owned(), paths);
    reader.finish(root.place(Fact::Map(facts)), "/components/schemas")
}

/// The operations of a path, each with what the path states for all of them.
fn paths<'d>(
    reader: &mut Reader<'d>,
    path: &str,
    item: At<'d>,
    root: &At<'d>,
    operations: &mut BTreeMap<String, Place>,
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

fn operation<'d>(reader: &mut Reader<'d>, at: &At<'d>, item: &At<'d>, root: &At<'d>) -> Place {
    let mut place = reader.object(at, |reader, name, value| match name {
        "parameters" | "security" | "servers" => None,
        "deprecated" if value.value == &Value::Bool(false) => None,
        "tags" => Some(value.set()),
        "requestBody" => {
            let value = reader.resolve(value);
            Some(reader.object(&value, |reader, name, value| match name {
                "content" => Some(content(reader, &value)),
                "required" if value.value == &Value::Bool(false) => None,
                _ => Some(value.exactly()),
            }))
        }
        "responses" => Some(reader.map(&value, |reader, at| response(reader, at))),
        "callbacks" => Some(value.extension()),
        _ => Some(value.exactly()),
    });
    if let Fact::Map(facts) = &mut place.fact {
        facts.insert("parameter".to_owned(), parameters(reader, at, item));
        let given = [at, root]
            .into_iter()
            .find_map(|level| level.get("security"));
        facts.insert("security".to_owned(), security(given, at));
        if let Some(given) = [at, item]
            .into_iter()
            .find_map(|level| level.get("servers"))
        {
            facts.insert("servers".to_owned(), servers(&given));
        }
    }
    place
}

/// Parameters by where they are and what they are called; an operation's own go before its path's.
fn parameters<'d>(reader: &mut Reader<'d>, operation: &At<'d>, item: &At<'d>) -> Place {
    let mut facts = BTreeMap::new();
    for level in [item, operation] {
        for at in level
            .get("parameters")
            .iter()
            .flat_map(|list| list.items().collect::<Vec<_>>())
        {
            let at = reader.resolve(at);
            let place_in = at.text("in").unwrap_or("?");
            let name = at.text("name").unwrap_or("?");
            let name = if place_in == "header" {
                name.to_lowercase()
            } else {
                name.to_owned()
            };
            facts.insert(format!("{place_in} {name}"), parameter(reader, &at));
        }
    }
    Place {
        pointer: child(&operation.pointer, "parameters"),
        fact: Fact::Map(facts),
    }
}

/// A parameter or a header.
fn parameter<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
    let default_style = match at.text("in") {
        Some("query" | "cookie") => "form",
        _ => "simple",
    };
    let style = at.text("style").unwrap_or(default_style);
    reader.object(at, |reader, name, value| match name {
        // They are its name already.
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
        _ => Some(value.exactly()),
    })
}

fn response<'d>(reader: &mut Reader<'d>, at: At<'d>) -> Place {
    let at = reader.resolve(at);
    reader.object(&at, |reader, name, value| match name {
        "content" => Some(content(reader, &value)),
        "headers" => {
            let mut headers = BTreeMap::new();
            for (name, header) in value.entries() {
                let header = reader.resolve(header);
                headers.insert(name.to_lowercase(), parameter(reader, &header));
            }
            Some(value.place(Fact::Map(headers)))
        }
        _ => Some(value.extension()),
    })
}

fn content<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
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

/// The alternatives, each the schemes that are needed together.
fn security(given: Option<At<'_>>, operation: &At<'_>) -> Place {
    let Some(at) = given else {
        return Place {
            pointer: operation.pointer.clone(),
            fact: Fact::Set(Vec::new()),
        };
    };
    let alternatives = at
        .items()
        .map(|alternative| {
            let schemes = alternative
                .entries()
                .map(|(name, scopes)| (name.to_owned(), scopes.set()))
                .collect();
            alternative.place(Fact::Map(schemes))
        })
        .collect();
    at.place(Fact::Set(alternatives))
}

fn security_scheme<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
    let at = reader.resolve(at.clone());
    reader.object(&at, |reader, name, value| {
        if name != "flows" {
            return Some(value.exactly());
        }
        Some(reader.map(&value, |reader, flow| {
            reader.object(&flow, |_, name, value| {
                let scopes = || {
                    value
                        .entries()
                        .map(|(name, at)| at.place(Fact::Value(name.into())))
                        .collect()
                };
                // A scope's value describes it.
                Some(if name == "scopes" {
                    value.place(Fact::Set(scopes()))
                } else {
                    value.exactly()
                })
            })
        }))
    })
}

fn servers(at: &At<'_>) -> Place {
    at.place(Fact::Set(
        at.items().map(|server| server.extension()).collect(),
    ))
}
