//! Facts of an Arazzo document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::{Fact, Facts, LocatedFact, Node, Reader};

pub(super) fn facts(document: &Value) -> Facts {
    let mut reader = Reader::new(document);
    let root = Node {
        value: document,
        pointer: String::new(),
    };
    let mut facts = BTreeMap::new();
    for (name, at) in root.entries() {
        match name {
            "arazzo" => drop(facts.insert(name.to_owned(), at.verbatim())),
            "info" => {
                let version = at.get("version").map(|version| version.verbatim());
                facts.extend(version.map(|version| ("version".to_owned(), version)));
            }
            "sourceDescriptions" => {
                let sources = keyed(&at, "name", |source| source.extension());
                facts.insert("source description".to_owned(), sources);
            }
            "workflows" => {
                let workflows = keyed(&at, "workflowId", |at| workflow(&mut reader, &at));
                facts.insert("workflow".to_owned(), workflows);
            }
            _ if name.starts_with("x-") => drop(facts.insert(name.to_owned(), at.extension())),
            // Components are read at their uses.
            _ => {}
        }
    }
    reader.finish(root.fact(Fact::Map(facts)), "/components/inputs")
}

/// Reads a list of named items. Items without a unique name are identified by their number.
fn keyed<'d>(
    at: &Node<'d>,
    key: &str,
    mut read: impl FnMut(Node<'d>) -> LocatedFact,
) -> LocatedFact {
    let mut facts = BTreeMap::new();
    for (index, item) in at.items().enumerate() {
        let name = item.text(key).filter(|name| !facts.contains_key(*name));
        let name = name.map_or_else(|| format!("number {}", index + 1), str::to_owned);
        facts.insert(name, read(item));
    }
    at.fact(Fact::Map(facts))
}

fn workflow<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    let mut located = reader.object(at, |reader, name, value| match name {
        "inputs" => Some(reader.schema(value)),
        "dependsOn" => Some(value.unordered()),
        "parameters" => Some(parameters(reader, &value)),
        "steps" => Some(keyed(&value, "stepId", |at| step(reader, &at))),
        "successActions" | "failureActions" => Some(actions(reader, &value)),
        _ => Some(value.verbatim()),
    });
    if let (Fact::Map(facts), Some(steps)) = (&mut located.fact, at.get("steps")) {
        let order = steps
            .items()
            .filter_map(|step| step.get("stepId"))
            .map(|id| id.verbatim())
            .collect();
        facts.insert("order of steps".to_owned(), steps.fact(Fact::List(order)));
    }
    located
}

fn step<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    reader.object(at, |reader, name, value| match name {
        "parameters" => Some(parameters(reader, &value)),
        "successCriteria" => Some(criteria(reader, &value)),
        "onSuccess" | "onFailure" => Some(actions(reader, &value)),
        "requestBody" => Some(reader.object(&value, |_, _, value| Some(value.verbatim()))),
        _ => Some(value.verbatim()),
    })
}

/// Reads parameters by location and name. Values are compared verbatim, including properties named like prose.
fn parameters<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    let mut facts = BTreeMap::new();
    for entry in at.items() {
        let (item, value) = reusable(reader, &entry);
        let name = [item.text("in"), item.text("name")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        let mut located = reader.object(&item, |_, name, value| match name {
            "name" | "in" => None,
            _ => Some(value.verbatim()),
        });
        if let (Fact::Map(facts), Some(value)) = (&mut located.fact, value) {
            facts.insert("value".to_owned(), value.verbatim());
        }
        facts.insert(name, located);
    }
    at.fact(Fact::Map(facts))
}

/// Reads criteria as an unordered list, because all of them must hold.
fn criteria<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    let items = at
        .items()
        .map(|item| reader.object(&item, |_, _, value| Some(value.verbatim())))
        .collect();
    at.fact(Fact::Set(items))
}

/// Reads actions as an ordered list, because the first action whose criteria hold applies.
fn actions<'d>(reader: &mut Reader<'d>, at: &Node<'d>) -> LocatedFact {
    let items = at.items().map(|entry| {
        let (item, _) = reusable(reader, &entry);
        reader.object(&item, |reader, name, value| match name {
            "criteria" => Some(criteria(reader, &value)),
            _ => Some(value.verbatim()),
        })
    });
    let items = items.collect();
    at.fact(Fact::List(items))
}

/// Resolves `reference: $components.…` and returns the component and the sibling `value`, if any.
fn reusable<'d>(reader: &Reader<'d>, entry: &Node<'d>) -> (Node<'d>, Option<Node<'d>>) {
    let pointer = entry.text("reference").and_then(|reference| {
        let (kind, name) = reference.strip_prefix("$components.")?.split_once('.')?;
        let pointer = crate::diagnostic::child("/components", kind);
        Some(crate::diagnostic::child(&pointer, name))
    });
    match pointer.and_then(|pointer| reader.at(&pointer)) {
        Some(item) => (item, entry.get("value")),
        None => (entry.clone(), None),
    }
}
