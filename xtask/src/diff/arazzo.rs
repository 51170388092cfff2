//! The facts of an Arazzo document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::{At, Fact, Facts, Place, Reader};

pub(super) fn facts(document: &Value) -> Facts {
    let mut reader = Reader::new(document);
    let root = At {
        value: document,
        pointer: String::new(),
    };
    let mut facts = BTreeMap::new();
    for (name, at) in root.entries() {
        match name {
            "arazzo" => drop(facts.insert(name.to_owned(), at.exactly())),
            "info" => {
                let version = at.get("version").map(|version| version.exactly());
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
            // Components are read where they are used.
            _ => {}
        }
    }
    reader.finish(root.place(Fact::Map(facts)), "/components/inputs")
}

/// A list whose items have names; those without are told apart by their number.
fn keyed<'d>(at: &At<'d>, key: &str, mut read: impl FnMut(At<'d>) -> Place) -> Place {
    let mut facts = BTreeMap::new();
    for (index, item) in at.items().enumerate() {
        let name = item.text(key).filter(|name| !facts.contains_key(*name));
        let name = name.map_or_else(|| format!("number {}", index + 1), str::to_owned);
        facts.insert(name, read(item));
    }
    at.place(Fact::Map(facts))
}

fn workflow<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
    let mut place = reader.object(at, |reader, name, value| match name {
        "inputs" => Some(reader.schema(value)),
        "dependsOn" => Some(value.set()),
        "parameters" => Some(parameters(reader, &value)),
        "steps" => Some(keyed(&value, "stepId", |at| step(reader, &at))),
        "successActions" | "failureActions" => Some(actions(reader, &value)),
        _ => Some(value.exactly()),
    });
    if let (Fact::Map(facts), Some(steps)) = (&mut place.fact, at.get("steps")) {
        let order = steps
            .items()
            .filter_map(|step| step.get("stepId"))
            .map(|id| id.exactly())
            .collect();
        facts.insert("order of steps".to_owned(), steps.place(Fact::List(order)));
    }
    place
}

fn step<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
    reader.object(at, |reader, name, value| match name {
        "parameters" => Some(parameters(reader, &value)),
        "successCriteria" => Some(criteria(reader, &value)),
        "onSuccess" | "onFailure" => Some(actions(reader, &value)),
        "requestBody" => Some(reader.object(&value, |_, _, value| Some(value.exactly()))),
        _ => Some(value.exactly()),
    })
}

/// Parameters by place and name. A value is a value: what looks like prose in it is none.
fn parameters<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
    let mut facts = BTreeMap::new();
    for given in at.items() {
        let (item, value) = reusable(reader, &given);
        let name = [item.text("in"), item.text("name")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        let mut place = reader.object(&item, |_, name, value| match name {
            "name" | "in" => None,
            _ => Some(value.exactly()),
        });
        if let (Fact::Map(facts), Some(value)) = (&mut place.fact, value) {
            facts.insert("value".to_owned(), value.exactly());
        }
        facts.insert(name, place);
    }
    at.place(Fact::Map(facts))
}

/// All criteria must hold, so their order is no fact.
fn criteria<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
    let items = at
        .items()
        .map(|item| reader.object(&item, |_, _, value| Some(value.exactly())))
        .collect();
    at.place(Fact::Set(items))
}

/// The first action whose criteria hold is taken, so their order is a fact.
fn actions<'d>(reader: &mut Reader<'d>, at: &At<'d>) -> Place {
    let items = at.items().map(|given| {
        let (item, _) = reusable(reader, &given);
        reader.object(&item, |reader, name, value| match name {
            "criteria" => Some(criteria(reader, &value)),
            _ => Some(value.exactly()),
        })
    });
    let items = items.collect();
    at.place(Fact::List(items))
}

/// What `reference: $components.…` stands for, and the value given beside it.
fn reusable<'d>(reader: &Reader<'d>, given: &At<'d>) -> (At<'d>, Option<At<'d>>) {
    let pointer = given.text("reference").and_then(|reference| {
        let (kind, name) = reference.strip_prefix("$components.")?.split_once('.')?;
        let pointer = crate::diagnostic::child("/components", kind);
        Some(crate::diagnostic::child(&pointer, name))
    });
    match pointer.and_then(|pointer| reader.at(&pointer)) {
        Some(item) => (item, given.get("value")),
        None => (given.clone(), None),
    }
}
