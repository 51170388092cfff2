//! Rules for responses and their headers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{annotations, bodies, parameters};
use crate::diagnostic::child;
use crate::diff::classify::change::{Breaks, ChangeCode, ChangeKind, Effect};
use crate::diff::classify::engine::{Engine, Flow, Spot};
use crate::diff::facts::Node;
use crate::openapi::extensions::is_extension;

pub(super) fn compare<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>, flow: Flow) {
    let read = |node: &Node<'d>| {
        let responses = node.get("responses");
        let entries = responses.iter().flat_map(Node::entries);
        let entries = entries.filter(|(status, _)| !is_extension(status));
        entries
            .map(|(status, node)| (status.to_lowercase(), node))
            .collect::<BTreeMap<_, _>>()
    };
    let (a, b) = (read(old), read(new));
    for (status, response) in &a {
        let is_success = is_success(status, a.keys());
        match b.get(status) {
            Some(other) => pair(engine, response, other, flow),
            None => {
                let (code, breaks) = match is_success {
                    true => (ChangeCode::StatusRemoved, Breaks::Wire),
                    false => (ChangeCode::ErrorStatusRemoved, Breaks::Nothing),
                };
                let target = engine.old.resolve(response.clone()).pointer;
                let spot = Spot::new(response.pointer.clone(), child(&new.pointer, "responses"))
                    .covering([target]);
                let change =
                    engine.report((code, ChangeKind::Removed, breaks), spot, "was removed");
                change.direction = Some(flow.direction);
            }
        }
    }
    for (status, response) in b.iter().filter(|(status, _)| !a.contains_key(*status)) {
        let code = match is_success(status, b.keys()) {
            true => ChangeCode::StatusAdded,
            false => ChangeCode::ErrorStatusAdded,
        };
        let target = engine.new.resolve(response.clone()).pointer;
        let spot = Spot::new(child(&old.pointer, "responses"), response.pointer.clone())
            .covering([target]);
        let change = engine.report(
            (code, ChangeKind::Added, Breaks::Nothing),
            spot,
            "was added",
        );
        change.direction = Some(flow.direction);
    }
    if let (Some(x), Some(y)) = (old.get("responses"), new.get("responses")) {
        super::extensions(engine, &x, &y);
    }
}

/// Returns `true` for a success status, and for `default` if no other success is declared.
fn is_success<'s>(status: &str, mut all: impl Iterator<Item = &'s String>) -> bool {
    match status {
        "default" => !all.any(|other| other.starts_with('2')),
        _ => status.starts_with(['1', '2', '3']),
    }
}

fn pair<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>, flow: Flow) {
    let (a, b) = (
        engine.old.resolve(old.clone()),
        engine.new.resolve(new.clone()),
    );
    bodies::content(engine, &a, &b, flow);
    headers(engine, &a, &b, flow);
    links(engine, &a, &b);
    super::extensions(engine, &a, &b);
}

/// Compares links as a whole.
fn links<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let (a, b) = (old.get("links"), new.get("links"));
    let spot = Spot::new(child(&old.pointer, "links"), child(&new.pointer, "links"));
    engine.mark(&spot.old, &spot.new);
    let plain =
        |node: &Option<Node<'d>>| node.as_ref().map(|node| super::without_prose(node.value));
    if plain(&a) == plain(&b) {
        return;
    }
    let message = match (&a, &b) {
        (None, _) => "links were added",
        (_, None) => "links were removed",
        _ => "links were changed",
    };
    let kind = crate::diff::classify::schema::kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
    engine.report(
        (ChangeCode::LinksChanged, kind, Breaks::Nothing),
        spot,
        message,
    );
}

fn headers<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>, flow: Flow) {
    let read = |node: &Node<'d>| {
        let headers = node.get("headers");
        let entries = headers.iter().flat_map(Node::entries);
        entries
            .map(|(name, node)| (name.to_lowercase(), node))
            .collect::<BTreeMap<_, _>>()
    };
    let (a, b) = (read(old), read(new));
    let is_required = |node: &Node<'_>| node.value.get("required") == Some(&Value::Bool(true));
    let direction = Some(flow.direction);
    for (name, header) in &a {
        let Some(other) = b.get(name) else {
            let target = engine.old.resolve(header.clone()).pointer;
            let spot = Spot::new(header.pointer.clone(), child(&new.pointer, "headers"))
                .covering([target]);
            let id = (ChangeCode::HeaderRemoved, ChangeKind::Removed, Breaks::Wire);
            engine.report(id, spot, "was removed").direction = direction;
            continue;
        };
        let (x, y) = (
            engine.old.resolve(header.clone()),
            engine.new.resolve(other.clone()),
        );
        let spot = Spot::new(child(&x.pointer, "required"), child(&y.pointer, "required"));
        engine.mark(&spot.old, &spot.new);
        let change = match (is_required(&x), is_required(&y)) {
            (true, false) => Some((ChangeCode::HeaderOptional, Effect::Widens, "may be missing")),
            (false, true) => Some((
                ChangeCode::HeaderRequired,
                Effect::Narrows,
                "is always sent",
            )),
            _ => None,
        };
        if let Some((code, effect, message)) = change {
            let id = (code, ChangeKind::Changed, effect.breaks(flow.direction));
            engine.report(id, spot, message).direction = direction;
        }
        parameters::serialization(engine, (&x, &y), ("header", "header"), flow.direction);
        annotations(engine, &x, &y);
        bodies::header_values(engine, &x, &y, flow);
    }
    for (_, header) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
        let target = engine.new.resolve(header.clone()).pointer;
        let spot =
            Spot::new(child(&old.pointer, "headers"), header.pointer.clone()).covering([target]);
        let id = (ChangeCode::HeaderAdded, ChangeKind::Added, Breaks::Nothing);
        engine.report(id, spot, "was added").direction = direction;
    }
}
