//! Rules for parameters.

use serde_json::Value;

use super::{Operation, annotations, bodies, flow};
use crate::diagnostic::child;
use crate::diff::classify::change::{Breaks, ChangeCode, ChangeKind, Direction};
use crate::diff::classify::document::{Document, without_prose};
use crate::diff::classify::engine::{Engine, Spot};
use crate::diff::classify::schema::difference;
use crate::diff::classify::similarity;
use crate::diff::facts::Node;

struct Parameter<'d> {
    name: String,
    location: &'d str,
    /// Position among the parameters of the path.
    position: Option<usize>,
    is_required: bool,
    node: Node<'d>,
    /// Entry of the list that declares or refers to it.
    entry: Node<'d>,
}

impl Parameter<'_> {
    fn covers(&self) -> [String; 2] {
        [self.node.pointer.clone(), self.entry.pointer.clone()]
    }
}

pub(super) fn compare<'d>(engine: &mut Engine<'d>, old: &Operation<'d>, new: &Operation<'d>) {
    let (mut removed, mut added) = (read(engine.old, old), read(engine.new, new));
    let mut pairs = Vec::new();
    type Rule = fn(&Parameter<'_>, &Parameter<'_>) -> bool;
    let rules: [Rule; 4] = [
        |a, b| a.name == b.name && a.location == b.location,
        |a, b| a.position.is_some() && a.position == b.position,
        |a, b| a.name == b.name,
        is_renamed,
    ];
    for rule in rules {
        let open: Vec<Parameter<'d>> = std::mem::take(&mut removed);
        for a in open {
            match added.iter().position(|b| rule(&a, b)) {
                Some(at) => pairs.push((a, added.remove(at))),
                None => removed.push(a),
            }
        }
    }
    for (a, b) in &pairs {
        pair(engine, a, b);
    }
    for a in removed {
        let id = (
            ChangeCode::ParameterRemoved,
            ChangeKind::Removed,
            Breaks::Wire,
        );
        let spot =
            Spot::new(a.entry.pointer.clone(), new.node.pointer.clone()).covering(a.covers());
        let message = format!("{} parameter was removed", a.location);
        engine.report(id, spot, message).direction = Some(Direction::Request);
    }
    for b in added {
        let breaks = if b.is_required {
            Breaks::Wire
        } else {
            Breaks::Nothing
        };
        let required = if b.is_required {
            "required"
        } else {
            "optional"
        };
        let spot =
            Spot::new(old.node.pointer.clone(), b.entry.pointer.clone()).covering(b.covers());
        let message = format!("{} parameter was added, {required}", b.location);
        let id = (ChangeCode::ParameterAdded, ChangeKind::Added, breaks);
        engine.report(id, spot, message).direction = Some(Direction::Request);
    }
}

/// Reads the parameters of an operation, which override those of its path.
fn read<'d>(document: Document<'d>, operation: &Operation<'d>) -> Vec<Parameter<'d>> {
    let mut found: Vec<Parameter<'d>> = Vec::new();
    for level in [&operation.item, &operation.node] {
        for entry in level.get("parameters").iter().flat_map(Node::items) {
            let node = document.resolve(entry.clone());
            let location = node.text("in").unwrap_or("?");
            let name = node.text("name").unwrap_or("?");
            let name = match location {
                "header" => name.to_lowercase(),
                _ => name.to_owned(),
            };
            found.retain(|known| known.name != name || known.location != location);
            let position = match location {
                "path" => operation.path.find(&format!("{{{name}}}")),
                _ => None,
            };
            // The position counts parameters, because their names have different lengths.
            let position = position.map(|at| operation.path[..at].matches('{').count());
            found.push(Parameter {
                is_required: node.value.get("required") == Some(&Value::Bool(true))
                    || location == "path",
                name,
                location,
                position,
                node,
                entry,
            });
        }
    }
    found
}

/// Returns `true` if two parameters differ in their similar names only.
fn is_renamed(a: &Parameter<'_>, b: &Parameter<'_>) -> bool {
    let plain = |parameter: &Parameter<'_>| {
        let mut value = without_prose(parameter.node.value);
        if let Some(map) = value.as_object_mut() {
            map.remove("name");
        }
        value
    };
    a.location == b.location && similarity::is_similar(&a.name, &b.name) && plain(a) == plain(b)
}

fn pair<'d>(engine: &mut Engine<'d>, old: &Parameter<'d>, new: &Parameter<'d>) {
    let request = Some(Direction::Request);
    let at = |node: &Node<'_>, key: &str| child(&node.pointer, key);
    if old.name != new.name {
        let spot = Spot::new(at(&old.node, "name"), at(&new.node, "name"));
        let spot = spot.covering(old.covers().into_iter().chain(new.covers()));
        // The name of a path parameter is not sent.
        let breaks = if old.location == "path" {
            Breaks::Code
        } else {
            Breaks::Wire
        };
        let id = (ChangeCode::ParameterRenamed, ChangeKind::Changed, breaks);
        engine
            .report(id, spot, format!("was renamed to `{}`", new.name))
            .direction = request;
    }
    if old.location != new.location {
        let spot = Spot::new(at(&old.node, "in"), at(&new.node, "in"));
        let spot = spot.covering(old.covers().into_iter().chain(new.covers()));
        let message = format!("moved to the {}, was in the {}", new.location, old.location);
        let id = (
            ChangeCode::ParameterMoved,
            ChangeKind::Changed,
            Breaks::Wire,
        );
        engine.report(id, spot, message).direction = request;
    }
    let spot = Spot::new(at(&old.node, "required"), at(&new.node, "required"));
    engine.mark(&spot.old, &spot.new);
    match (old.is_required, new.is_required) {
        (false, true) => {
            let id = (
                ChangeCode::ParameterRequired,
                ChangeKind::Changed,
                Breaks::Wire,
            );
            engine.report(id, spot, "became required").direction = request;
        }
        (true, false) => {
            let id = (
                ChangeCode::ParameterOptional,
                ChangeKind::Changed,
                Breaks::Nothing,
            );
            engine.report(id, spot, "became optional").direction = request;
        }
        _ => {}
    }
    serialization(
        engine,
        (&old.node, &new.node),
        (old.location, new.location),
        Direction::Request,
    );
    annotations(engine, &old.node, &new.node);
    values(engine, &old.node, &new.node, Direction::Request);
}

/// Compares the schema or content of a parameter or header.
pub(super) fn values<'d>(
    engine: &mut Engine<'d>,
    old: &Node<'d>,
    new: &Node<'d>,
    direction: Direction,
) {
    let has = |node: &Node<'_>, key: &str| node.get(key).is_some();
    let is_replaced = has(old, "content") != has(new, "content");
    match (old.get("schema"), new.get("schema")) {
        (Some(a), Some(b)) => engine.schemas(vec![a], vec![b], flow(direction)),
        // Reported with the content.
        (a, b) if is_replaced => {
            engine.mark_old(a.map(|node| node.pointer));
            engine.mark_new(b.map(|node| node.pointer));
        }
        (a, b) => bodies::schema_existence(engine, (a, old), (b, new), direction),
    }
    match (old.get("content"), new.get("content")) {
        (Some(_), Some(_)) => bodies::content(engine, old, new, flow(direction)),
        (None, None) => {}
        (a, b) => {
            let kind =
                crate::diff::classify::schema::kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
            let spot = Spot::new(
                child(&old.pointer, "content"),
                child(&new.pointer, "content"),
            );
            let spot =
                spot.covering([child(&old.pointer, "schema"), child(&new.pointer, "schema")]);
            let id = (ChangeCode::SerializationChanged, kind, Breaks::Wire);
            let message = "`content` was added or removed";
            engine.report(id, spot, message).direction = Some(direction);
        }
    }
}

/// Compares the keywords that determine the form in which a value is sent.
pub(super) fn serialization<'d>(
    engine: &mut Engine<'d>,
    (old, new): (&Node<'d>, &Node<'d>),
    locations: (&str, &str),
    direction: Direction,
) {
    let style = |node: &Node<'d>, location: &str| {
        let default = if matches!(location, "query" | "cookie") {
            "form"
        } else {
            "simple"
        };
        node.text("style").unwrap_or(default).to_owned()
    };
    let flag = |node: &Node<'d>, name: &str| node.value.get(name).and_then(Value::as_bool);
    let styles = (style(old, locations.0), style(new, locations.1));
    let explode = |node: &Node<'d>, style: &str| flag(node, "explode").unwrap_or(style == "form");
    let exploded = (explode(old, &styles.0), explode(new, &styles.1));
    let is_moved = locations.0 != locations.1;
    let mut report = |name: &str, is_changed: bool, breaks: Breaks| {
        let at = |node: &Node<'_>| child(&node.pointer, name);
        let spot = Spot::new(at(old), at(new));
        engine.mark(&spot.old, &spot.new);
        if is_changed && !is_moved {
            let (a, b) = (old.get(name), new.get(name));
            let message = difference(name, a.as_ref(), b.as_ref());
            let message = message.unwrap_or_else(|| format!("`{name}` was changed"));
            let kind =
                crate::diff::classify::schema::kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
            let id = (ChangeCode::SerializationChanged, kind, breaks);
            engine.report(id, spot, message).direction = Some(direction);
        }
    };
    report("style", styles.0 != styles.1, Breaks::Wire);
    report(
        "explode",
        exploded.0 != exploded.1 && styles.0 == styles.1,
        Breaks::Wire,
    );
    for name in ["allowReserved", "allowEmptyValue"] {
        let (a, b) = (flag(old, name) == Some(true), flag(new, name) == Some(true));
        report(name, a != b, if a { Breaks::Wire } else { Breaks::Nothing });
    }
}
