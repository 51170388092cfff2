//! Rules for Arazzo documents.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Breaks, ChangeCode, ChangeKind, Direction};
use super::components;
use super::document::{Document, without_prose};
use super::engine::{Engine, Spot};
use super::operations::{extensions, flow};
use super::schema::{difference, kind_of};
use super::similarity;
use crate::diagnostic::child;
use crate::diff::facts::Node;

/// Part of a list that is named by one of its fields.
type Named<'d> = (&'d str, Node<'d>);

pub(super) fn compare(engine: &mut Engine<'_>) {
    sources(engine);
    let (old, new) = (
        list(engine.old.root(), "workflows", "workflowId"),
        list(engine.new.root(), "workflows", "workflowId"),
    );
    let matched = pairs(engine, old, new, |engine, a, b| {
        is_equal_but(engine, a, b, "workflowId")
    });
    for (a, b) in matched.pairs {
        engine.operation(vec![a.0.to_owned()], |engine| workflow(engine, &a, &b));
    }
    for (_, node) in matched.removed {
        let id = (
            ChangeCode::WorkflowRemoved,
            ChangeKind::Removed,
            Breaks::Code,
        );
        engine.report(id, Spot::new(node.pointer, "/workflows"), "was removed");
    }
    for (_, node) in matched.added {
        let id = (
            ChangeCode::WorkflowAdded,
            ChangeKind::Added,
            Breaks::Nothing,
        );
        engine.report(id, Spot::new("/workflows", node.pointer), "was added");
    }
    components::compare_unused(engine, &["parameters", "successActions", "failureActions"]);
}

/// Returns the named items of a list.
fn list<'d>(parent: Node<'d>, key: &str, name: &str) -> Vec<Named<'d>> {
    let items = parent.get(key);
    let items = items.iter().flat_map(Node::items);
    items
        .filter_map(|node| Some((node.text(name)?, node)))
        .collect()
}

#[derive(Default)]
struct Matched<'d> {
    pairs: Vec<(Named<'d>, Named<'d>)>,
    removed: Vec<Named<'d>>,
    added: Vec<Named<'d>>,
}

/// Matches items by name, then by `is_same`.
fn pairs<'d>(
    engine: &Engine<'d>,
    old: Vec<Named<'d>>,
    mut new: Vec<Named<'d>>,
    is_same: impl Fn(&Engine<'d>, &Named<'d>, &Named<'d>) -> bool,
) -> Matched<'d> {
    let mut matched = Matched::default();
    let mut open = Vec::new();
    for a in old {
        match new.iter().position(|b| a.0 == b.0) {
            Some(at) => matched.pairs.push((a, new.remove(at))),
            None => open.push(a),
        }
    }
    for a in open {
        match new.iter().position(|b| is_same(engine, &a, b)) {
            Some(at) => matched.pairs.push((a, new.remove(at))),
            None => matched.removed.push(a),
        }
    }
    matched.added = new;
    matched
}

/// Returns `true` if two items differ in their names only, or have similar names and mostly the same content.
fn is_equal_but<'d>(_: &Engine<'d>, a: &Named<'d>, b: &Named<'d>, key: &str) -> bool {
    let plain = |node: &Node<'d>| {
        let mut value = without_prose(node.value);
        if let Some(map) = value.as_object_mut() {
            map.remove(key);
        }
        value
    };
    let (x, y) = (plain(&a.1), plain(&b.1));
    if x == y {
        return true;
    }
    let (Value::Object(x), Value::Object(y)) = (&x, &y) else {
        return false;
    };
    let common = x
        .iter()
        .filter(|(name, value)| y.get(*name) == Some(*value))
        .count();
    similarity::is_similar(a.0, b.0) && 2 * common >= x.len().max(y.len())
}

fn sources(engine: &mut Engine<'_>) {
    const KEY: &str = "sourceDescriptions";
    let (old, new) = (
        list(engine.old.root(), KEY, "name"),
        list(engine.new.root(), KEY, "name"),
    );
    let matched = pairs(engine, old, new, |_, _, _| false);
    for (a, b) in matched.pairs {
        for key in ["url", "type"] {
            report_difference(
                engine,
                (&a.1, &b.1),
                key,
                ChangeCode::SourceChanged,
                Breaks::Nothing,
            );
        }
        extensions(engine, &a.1, &b.1);
    }
    for (name, node) in matched.removed {
        let id = (
            ChangeCode::SourceRemoved,
            ChangeKind::Removed,
            Breaks::Nothing,
        );
        engine.report(
            id,
            Spot::new(node.pointer, format!("/{KEY}")),
            format!("source `{name}` was removed"),
        );
    }
    for (name, node) in matched.added {
        let id = (ChangeCode::SourceAdded, ChangeKind::Added, Breaks::Nothing);
        engine.report(
            id,
            Spot::new(format!("/{KEY}"), node.pointer),
            format!("source `{name}` was added"),
        );
    }
}

/// Compares a field whose value has no structure of its own.
fn report_difference<'d>(
    engine: &mut Engine<'d>,
    (old, new): (&Node<'d>, &Node<'d>),
    key: &str,
    code: ChangeCode,
    breaks: Breaks,
) {
    let spot = Spot::new(child(&old.pointer, key), child(&new.pointer, key));
    engine.mark(&spot.old, &spot.new);
    let (a, b) = (old.get(key), new.get(key));
    if let Some(message) = difference(key, a.as_ref(), b.as_ref()) {
        let kind = kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
        engine.report((code, kind, breaks), spot, message);
    }
}

fn workflow<'d>(engine: &mut Engine<'d>, old: &Named<'d>, new: &Named<'d>) {
    let (a, b) = (&old.1, &new.1);
    if old.0 != new.0 {
        let spot = Spot::new(
            child(&a.pointer, "workflowId"),
            child(&b.pointer, "workflowId"),
        );
        let spot = spot.covering([a.pointer.clone(), b.pointer.clone()]);
        let id = (
            ChangeCode::WorkflowRenamed,
            ChangeKind::Changed,
            Breaks::Code,
        );
        engine.report(id, spot, format!("was renamed to `{}`", new.0));
    }
    inputs(engine, a, b);
    outputs(engine, a, b, Breaks::Code);
    dependencies(engine, a, b);
    values(engine, (a, b), "parameters", ChangeCode::StepRequestChanged);
    for key in ["successActions", "failureActions"] {
        values(engine, (a, b), key, ChangeCode::ActionsChanged);
    }
    steps(engine, a, b);
    extensions(engine, a, b);
}

/// Compares inputs as a schema that callers send.
fn inputs<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let flow = flow(Direction::Request);
    match (old.get("inputs"), new.get("inputs")) {
        (Some(a), Some(b)) => engine.schemas(vec![a], vec![b], flow),
        (None, None) => {}
        (a, b) => {
            let added = b.as_ref().map(|node| engine.new.resolve(node.clone()));
            let is_needed = added.is_some_and(|node| {
                let required = node.get("required");
                required.is_some_and(|list| list.items().next().is_some())
            });
            let is_removed = a.is_some();
            let (code, breaks, message) = match (is_removed, is_needed) {
                (true, _) => (
                    ChangeCode::PropertyRemoved,
                    Breaks::Code,
                    "inputs were removed",
                ),
                (false, true) => (
                    ChangeCode::PropertyAdded,
                    Breaks::Code,
                    "required inputs were added",
                ),
                (false, false) => (
                    ChangeCode::PropertyAdded,
                    Breaks::Nothing,
                    "optional inputs were added",
                ),
            };
            let kind = kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
            let spot = Spot::new(child(&old.pointer, "inputs"), child(&new.pointer, "inputs"));
            engine.report((code, kind, breaks), spot, message).direction = Some(Direction::Request);
        }
    }
}

/// Compares the outputs of a workflow or step. `changing` is the effect of another value on callers.
fn outputs<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>, changing: Breaks) {
    let entries = |node: &Node<'d>| -> BTreeMap<&'d str, Node<'d>> {
        node.get("outputs").iter().flat_map(Node::entries).collect()
    };
    let (mut a, mut b) = (entries(old), entries(new));
    let breaking = Breaks::Code;
    let direction = Some(Direction::Response);
    let mut pairs: Vec<(&str, Node<'d>, &str, Node<'d>)> = Vec::new();
    a.retain(|name, node| {
        let found = b
            .remove(name)
            .map(|other| pairs.push((name, node.clone(), name, other)));
        found.is_none()
    });
    a.retain(|name, node| {
        let found = b
            .iter()
            .find(|(_, other)| other.value == node.value)
            .map(|(name, _)| *name);
        let Some((other, node_b)) = found.and_then(|name| b.remove_entry(name)) else {
            return true;
        };
        pairs.push((name, node.clone(), other, node_b));
        false
    });
    for (name, node, other_name, other) in pairs {
        let spot = Spot::new(node.pointer.clone(), other.pointer.clone());
        if name != other_name {
            let id = (ChangeCode::OutputRenamed, ChangeKind::Changed, breaking);
            let message = format!("was renamed to `{other_name}`");
            engine.report(id, spot, message).direction = direction;
        } else if let Some(message) = difference(name, Some(&node), Some(&other)) {
            let id = (ChangeCode::OutputChanged, ChangeKind::Changed, changing);
            engine.report(id, spot, message).direction = direction;
        }
    }
    for (_, node) in a {
        let spot = Spot::new(node.pointer, child(&new.pointer, "outputs"));
        let id = (ChangeCode::OutputRemoved, ChangeKind::Removed, breaking);
        engine.report(id, spot, "was removed").direction = direction;
    }
    for (_, node) in b {
        let spot = Spot::new(child(&old.pointer, "outputs"), node.pointer);
        let id = (ChangeCode::OutputAdded, ChangeKind::Added, Breaks::Nothing);
        engine.report(id, spot, "was added").direction = direction;
    }
}

fn dependencies<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let names = |node: &Node<'d>| -> BTreeSet<String> {
        let items = node.get("dependsOn");
        let items = items.iter().flat_map(Node::items);
        items
            .filter_map(|it| it.value.as_str().map(str::to_owned))
            .collect()
    };
    let (a, b) = (names(old), names(new));
    let spot = Spot::new(
        child(&old.pointer, "dependsOn"),
        child(&new.pointer, "dependsOn"),
    );
    engine.mark(&spot.old, &spot.new);
    for (names, kind, breaks, what) in [
        (
            b.difference(&a),
            ChangeKind::Added,
            Breaks::Wire,
            "depends on",
        ),
        (
            a.difference(&b),
            ChangeKind::Removed,
            Breaks::Nothing,
            "no longer depends on",
        ),
    ] {
        for name in names {
            let id = (ChangeCode::DependencyChanged, kind, breaks);
            engine.report(id, spot.clone(), format!("{what} `{name}`"));
        }
    }
}

/// Compares a list of parameters or actions by its resolved items.
fn values<'d>(
    engine: &mut Engine<'d>,
    (old, new): (&Node<'d>, &Node<'d>),
    key: &str,
    code: ChangeCode,
) {
    let resolved = |document: Document<'d>, node: &Node<'d>| -> Vec<Value> {
        let items = node.get(key);
        let items = items.iter().flat_map(Node::items);
        let mut items: Vec<Value> = items.map(|item| component(document, &item)).collect();
        // Only the order of actions has a meaning.
        if key == "parameters" {
            items.sort_by_key(Value::to_string);
        }
        items
    };
    let spot = Spot::new(child(&old.pointer, key), child(&new.pointer, key));
    engine.mark(&spot.old, &spot.new);
    let (a, b) = (resolved(engine.old, old), resolved(engine.new, new));
    if a == b {
        return;
    }
    let items = |node: &Node<'d>| {
        node.get(key)
            .iter()
            .flat_map(Node::items)
            .map(|it| it.pointer)
            .collect::<Vec<_>>()
    };
    let components = [items(old), items(new)].concat();
    let kind = kind_of(&Vec::from_iter(old.get(key)), &Vec::from_iter(new.get(key)));
    let title = |value: &Value| {
        let name = value.get("name").and_then(Value::as_str);
        name.unwrap_or("?").to_owned()
    };
    let changed: BTreeSet<String> = a
        .iter()
        .filter(|value| !b.contains(value))
        .chain(b.iter().filter(|value| !a.contains(value)))
        .map(title)
        .collect();
    let message = match changed.is_empty() {
        true => format!("the order of `{key}` was changed"),
        false => format!(
            "`{key}` were changed: {}",
            changed.into_iter().collect::<Vec<_>>().join(", ")
        ),
    };
    let spot = spot.covering(components.into_iter().chain(["/components".to_owned()]));
    engine.report((code, kind, Breaks::Nothing), spot, message);
}

/// Returns a parameter or action with its `reference` replaced by the component.
fn component(document: Document<'_>, item: &Node<'_>) -> Value {
    let target = item.text("reference").and_then(|reference| {
        let (kind, name) = reference.strip_prefix("$components.")?.split_once('.')?;
        document.at(&child(&child("/components", kind), name))
    });
    let Some(target) = target else {
        return without_prose(item.value);
    };
    let mut value = without_prose(target.value);
    if let (Some(map), Some(own)) = (value.as_object_mut(), item.value.get("value")) {
        map.insert("value".to_owned(), own.clone());
    }
    value
}

fn steps<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let (old_steps, new_steps) = (
        list(old.clone(), "steps", "stepId"),
        list(new.clone(), "steps", "stepId"),
    );
    let order = |steps: &[Named<'d>]| steps.iter().map(|step| step.0).collect::<Vec<_>>();
    let (a_order, b_order) = (order(&old_steps), order(&new_steps));
    let matched = pairs(engine, old_steps, new_steps, |engine, a, b| {
        is_equal_but(engine, a, b, "stepId")
    });
    let at = Spot::new(child(&old.pointer, "steps"), child(&new.pointer, "steps"));
    // The exact comparison reports the list of names at the list of steps.
    let is_in = |order: &[&str], name: &str| order.contains(&name);
    let a_common: Vec<&str> = a_order
        .iter()
        .copied()
        .filter(|name| is_in(&b_order, name))
        .collect();
    let b_common: Vec<&str> = b_order
        .iter()
        .copied()
        .filter(|name| is_in(&a_order, name))
        .collect();
    if a_common != b_common {
        let id = (
            ChangeCode::StepsReordered,
            ChangeKind::Changed,
            Breaks::Nothing,
        );
        engine.report(
            id,
            at.clone(),
            format!("steps run in the order {}", b_order.join(", ")),
        );
    }
    for (a, b) in matched.pairs {
        step(engine, &a, &b, &at);
    }
    // The names of the steps behind an added or removed one move.
    let names = |list: &str, order: &[&str]| -> Vec<String> {
        let name = |index| child(&child(list, index), "stepId");
        (0..order.len()).map(name).collect()
    };
    let moved = [names(&at.old, &a_order), names(&at.new, &b_order)].concat();
    for (_, node) in matched.removed {
        let spot = Spot::new(node.pointer.clone(), at.new.clone())
            .covering([node.pointer])
            .covering(moved.iter().cloned());
        let id = (ChangeCode::StepRemoved, ChangeKind::Removed, Breaks::Code);
        engine.report(id, spot, "was removed");
    }
    for (_, node) in matched.added {
        let spot = Spot::new(at.old.clone(), node.pointer.clone())
            .covering([node.pointer])
            .covering(moved.iter().cloned());
        let id = (ChangeCode::StepAdded, ChangeKind::Added, Breaks::Nothing);
        engine.report(id, spot, "was added");
    }
}

fn step<'d>(engine: &mut Engine<'d>, old: &Named<'d>, new: &Named<'d>, list: &Spot) {
    let (a, b) = (&old.1, &new.1);
    if old.0 != new.0 {
        let spot = Spot::new(child(&a.pointer, "stepId"), child(&b.pointer, "stepId"));
        let spot = spot.covering([
            a.pointer.clone(),
            b.pointer.clone(),
            list.old.clone(),
            list.new.clone(),
        ]);
        let id = (ChangeCode::StepRenamed, ChangeKind::Changed, Breaks::Code);
        engine.report(id, spot, format!("was renamed to `{}`", new.0));
    }
    for key in [
        "operationId",
        "operationPath",
        "workflowId",
        "channelPath",
        "action",
    ] {
        report_difference(
            engine,
            (a, b),
            key,
            ChangeCode::StepCallChanged,
            Breaks::Nothing,
        );
    }
    for key in ["timeout", "dependsOn"] {
        let code = ChangeCode::StepOptionsChanged;
        report_difference(engine, (a, b), key, code, Breaks::Nothing);
    }
    values(engine, (a, b), "parameters", ChangeCode::StepRequestChanged);
    request_body(engine, a, b);
    values(
        engine,
        (a, b),
        "successCriteria",
        ChangeCode::CriteriaChanged,
    );
    for key in ["onSuccess", "onFailure"] {
        values(engine, (a, b), key, ChangeCode::ActionsChanged);
    }
    // Other steps and the workflow's outputs read the value, callers do not.
    outputs(engine, a, b, Breaks::Nothing);
    extensions(engine, a, b);
}

fn request_body<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let plain = |node: &Node<'d>| node.value.get("requestBody").cloned();
    let spot = Spot::new(
        child(&old.pointer, "requestBody"),
        child(&new.pointer, "requestBody"),
    );
    engine.mark(&spot.old, &spot.new);
    if plain(old) != plain(new) {
        let kind = kind_of(
            &Vec::from_iter(old.get("requestBody")),
            &Vec::from_iter(new.get("requestBody")),
        );
        let id = (ChangeCode::StepRequestChanged, kind, Breaks::Nothing);
        engine.report(id, spot, "the request body was changed");
    }
}
