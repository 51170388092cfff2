//! Rules for request bodies and media types.

use std::collections::BTreeSet;

use serde_json::Value;

use super::flow;
use crate::diagnostic::child;
use crate::diff::classify::change::{Breaks, ChangeCode, ChangeKind, Direction, Effect};
use crate::diff::classify::document::without_prose;
use crate::diff::classify::engine::{Engine, Flow, Spot};
use crate::diff::classify::schema::kind_of;
use crate::diff::facts::Node;

pub(super) fn request_body<'d>(
    engine: &mut Engine<'d>,
    old: &Node<'d>,
    new: &Node<'d>,
    flow: Flow,
) {
    let direction = Some(flow.direction);
    let bodies = (old.get("requestBody"), new.get("requestBody"));
    let is_required = |node: &Node<'_>| node.value.get("required") == Some(&Value::Bool(true));
    let (a, b) = match bodies {
        (None, None) => return,
        (Some(a), None) => {
            let spot = Spot::new(a.pointer, new.pointer.clone());
            let id = (
                ChangeCode::RequestBodyRemoved,
                ChangeKind::Removed,
                Breaks::Wire,
            );
            engine.report(id, spot, "was removed").direction = direction;
            return;
        }
        (None, Some(b)) => {
            let spot = Spot::new(old.pointer.clone(), b.pointer.clone());
            let (breaks, message) = match is_required(&engine.new.resolve(b)) {
                true => (Breaks::Wire, "was added, required"),
                false => (Breaks::Nothing, "was added, optional"),
            };
            let id = (ChangeCode::RequestBodyAdded, ChangeKind::Added, breaks);
            engine.report(id, spot, message).direction = direction;
            return;
        }
        (Some(a), Some(b)) => (engine.old.resolve(a), engine.new.resolve(b)),
    };
    let spot = Spot::new(child(&a.pointer, "required"), child(&b.pointer, "required"));
    engine.mark(&spot.old, &spot.new);
    match (is_required(&a), is_required(&b)) {
        (false, true) => {
            let breaks = Effect::Narrows.breaks(flow.direction);
            let id = (ChangeCode::RequestBodyRequired, ChangeKind::Changed, breaks);
            engine.report(id, spot, "became required").direction = direction;
        }
        (true, false) => {
            let breaks = Effect::Widens.breaks(flow.direction);
            let id = (ChangeCode::RequestBodyOptional, ChangeKind::Changed, breaks);
            engine.report(id, spot, "became optional").direction = direction;
        }
        _ => {}
    }
    super::extensions(engine, &a, &b);
    content(engine, &a, &b, flow);
}

/// Compares the media types of a body, parameter or header.
pub(super) fn content<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>, flow: Flow) {
    let entries = |node: &Node<'d>| {
        node.get("content")
            .iter()
            .flat_map(Node::entries)
            .collect::<Vec<_>>()
    };
    let (mut removed, mut added) = (entries(old), entries(new));
    let mut pairs = Vec::new();
    let rules: [fn(&str, &str) -> bool; 2] = [|a, b| a == b, |a, b| essence(a) == essence(b)];
    for rule in rules {
        for (name, node) in std::mem::take(&mut removed) {
            match added.iter().position(|(other, _)| rule(name, other)) {
                Some(at) => pairs.push(((name, node), added.remove(at))),
                None => removed.push((name, node)),
            }
        }
    }
    let direction = Some(flow.direction);
    for ((a_name, a), (b_name, b)) in pairs {
        if a_name != b_name {
            let spot = Spot::new(a.pointer.clone(), b.pointer.clone());
            let message = format!("media type became `{b_name}`, was `{a_name}`");
            let id = (
                ChangeCode::MediaTypeChanged,
                ChangeKind::Changed,
                Breaks::Nothing,
            );
            engine.report(id, spot, message).direction = direction;
        }
        media_type(engine, &a, &b, flow);
    }
    for (name, node) in removed {
        let spot = Spot::new(node.pointer, child(&new.pointer, "content"));
        let id = (
            ChangeCode::MediaTypeRemoved,
            ChangeKind::Removed,
            Breaks::Wire,
        );
        let message = format!("media type `{name}` was removed");
        engine.report(id, spot, message).direction = direction;
    }
    for (name, node) in added {
        let spot = Spot::new(child(&old.pointer, "content"), node.pointer);
        let id = (
            ChangeCode::MediaTypeAdded,
            ChangeKind::Added,
            Breaks::Nothing,
        );
        let message = format!("media type `{name}` was added");
        engine.report(id, spot, message).direction = direction;
    }
}

/// Returns a media type without its parameters.
fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn media_type<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>, flow: Flow) {
    for name in ["schema", "itemSchema"] {
        match (old.get(name), new.get(name)) {
            (Some(a), Some(b)) => engine.schemas(vec![a], vec![b], flow),
            (a, b) => schema_existence(engine, (a, old), (b, new), flow.direction),
        }
    }
    encoding(engine, old, new, flow.direction);
    super::extensions(engine, old, new);
}

/// Reports a schema that only one of the documents declares.
pub(super) fn schema_existence<'d>(
    engine: &mut Engine<'d>,
    (old, old_parent): (Option<Node<'d>>, &Node<'d>),
    (new, new_parent): (Option<Node<'d>>, &Node<'d>),
    direction: Direction,
) {
    let (code, effect, spot, message) = match (old, new) {
        (None, Some(node)) => {
            let spot = Spot::new(old_parent.pointer.clone(), node.pointer);
            (
                ChangeCode::SchemaAdded,
                Effect::Narrows,
                spot,
                "a schema was added",
            )
        }
        (Some(node), None) => {
            let spot = Spot::new(node.pointer, new_parent.pointer.clone());
            (
                ChangeCode::SchemaRemoved,
                Effect::Widens,
                spot,
                "the schema was removed",
            )
        }
        _ => return,
    };
    let kind = match code {
        ChangeCode::SchemaAdded => ChangeKind::Added,
        _ => ChangeKind::Removed,
    };
    let change = engine.report((code, kind, effect.breaks(direction)), spot, message);
    change.direction = Some(direction);
}

/// Compares the encodings of the properties of a form.
fn encoding<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>, direction: Direction) {
    let entries = |node: &Node<'d>| {
        node.get("encoding")
            .iter()
            .flat_map(Node::entries)
            .collect::<Vec<_>>()
    };
    let (a, b) = (entries(old), entries(new));
    let names: BTreeSet<&str> = a.iter().chain(&b).map(|(name, _)| *name).collect();
    for name in names {
        let find = |list: &[(&str, Node<'d>)]| {
            list.iter()
                .find(|(it, _)| *it == name)
                .map(|(_, node)| node.clone())
        };
        let (x, y) = (find(&a), find(&b));
        let plain = |node: &Option<Node<'d>>| node.as_ref().map(|node| without_prose(node.value));
        let parent = |node: &Node<'_>| child(&node.pointer, "encoding");
        let spot = Spot::new(child(&parent(old), name), child(&parent(new), name));
        engine.mark(&spot.old, &spot.new);
        if plain(&x) != plain(&y) {
            let kind = kind_of(&Vec::from_iter(x), &Vec::from_iter(y));
            let id = (ChangeCode::SerializationChanged, kind, Breaks::Wire);
            let message = format!("encoding of `{name}` was changed");
            engine.report(id, spot, message).direction = Some(direction);
        }
    }
}

/// Compares the schemas of two headers.
pub(super) fn header_values<'d>(
    engine: &mut Engine<'d>,
    old: &Node<'d>,
    new: &Node<'d>,
    outer: Flow,
) {
    super::parameters::values(engine, old, new, flow(outer.direction).direction);
}
