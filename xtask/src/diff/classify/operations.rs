//! Rules for operations: matching, parameters, bodies, responses.

mod bodies;
mod matching;
mod parameters;
mod responses;

use super::change::{Breaks, ChangeCode, ChangeKind, Direction};
use super::document::without_prose;
use super::engine::{Engine, Flow, Spot};
use super::schema::{extension_change, extension_difference};
use super::security;
use crate::diagnostic::child;
use crate::diff::facts::Node;
use crate::openapi::extensions::{GROUP_NAME, is_extension};

/// Operation of one of the documents.
#[derive(Clone)]
pub(super) struct Operation<'d> {
    /// HTTP method in lower case.
    pub(super) method: &'d str,
    pub(super) path: &'d str,
    pub(super) node: Node<'d>,
    pub(super) item: Node<'d>,
}

impl<'d> Operation<'d> {
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub(super) fn id(&self) -> Option<&'d str> {
        self.node.text("operationId")
    }
}

/// Compares all operations of two OpenAPI documents.
pub(super) fn compare(engine: &mut Engine<'_>) {
    let old = matching::operations(engine.old, "paths");
    let new = matching::operations(engine.new, "paths");
    let matched = matching::pairs(engine, old, new);
    for (a, b) in matched.pairs {
        let mut names = vec![a.line()];
        if b.line() != a.line() {
            names.push(b.line());
        }
        engine.operation(names, |engine| {
            operation(engine, &a, &b, Direction::Request)
        });
    }
    for a in matched.removed {
        engine.operation(vec![a.line()], |engine| {
            let id = (
                ChangeCode::OperationRemoved,
                ChangeKind::Removed,
                Breaks::Wire,
            );
            let covers = removed_covers(&a);
            let spot = Spot::new(a.node.pointer.clone(), "/paths").covering(covers);
            engine.report(id, spot, "was removed");
        });
    }
    for b in matched.added {
        engine.operation(vec![b.line()], |engine| {
            let id = (
                ChangeCode::OperationAdded,
                ChangeKind::Added,
                Breaks::Nothing,
            );
            let spot = Spot::new("/paths", b.node.pointer.clone());
            engine.report(id, spot, "was added");
        });
    }
    webhooks(engine);
}

fn removed_covers(operation: &Operation<'_>) -> Vec<String> {
    // The exact comparison reports an operation at its own place, also below a referenced path item.
    vec![child(&operation.item.pointer, operation.method)]
}

/// Compares an operation whose request is sent in a direction: that of a webhook is received.
fn operation<'d>(
    engine: &mut Engine<'d>,
    old: &Operation<'d>,
    new: &Operation<'d>,
    request: Direction,
) {
    location(engine, old, new);
    identity(engine, old, new);
    annotations(engine, &old.node, &new.node);
    parameters::compare(engine, old, new);
    let response = match request {
        Direction::Request => Direction::Response,
        Direction::Response => Direction::Request,
    };
    bodies::request_body(engine, &old.node, &new.node, flow(request));
    responses::compare(engine, &old.node, &new.node, flow(response));
    if request == Direction::Request {
        security::compare_operation(engine, old, new);
        security::compare_servers(engine, old, new);
    }
    callbacks(engine, old, new);
}

pub(super) fn flow(direction: Direction) -> Flow {
    Flow {
        direction,
        is_unsent: false,
    }
}

/// Compares method and path.
fn location<'d>(engine: &mut Engine<'d>, old: &Operation<'d>, new: &Operation<'d>) {
    if old.method == new.method && matching::template(old.path) == matching::template(new.path) {
        if old.path != new.path {
            // The parameters report their names.
            let pointers = [old, new].map(|it| it.node.pointer.clone());
            engine.repathed.extend(pointers);
        }
        return;
    }
    let spot = Spot::new(old.node.pointer.clone(), new.node.pointer.clone());
    let id = (
        ChangeCode::OperationMoved,
        ChangeKind::Changed,
        Breaks::Wire,
    );
    engine.report(id, spot, format!("became `{}`", new.line()));
}

/// Compares the `operationId`.
fn identity<'d>(engine: &mut Engine<'d>, old: &Operation<'d>, new: &Operation<'d>) {
    let (a, b) = (old.id(), new.id());
    let at = |operation: &Operation<'_>| child(&operation.node.pointer, "operationId");
    engine.mark(&at(old), &at(new));
    if a == b {
        return;
    }
    let name = |id: Option<&str>| id.map_or_else(|| "nothing".to_owned(), |id| format!("`{id}`"));
    let method = |id: Option<&str>| id.map(super::names::method);
    let breaks = match method(a) == method(b) {
        true => Breaks::Nothing,
        false => Breaks::Code,
    };
    let kind = match (a, b) {
        (None, _) => ChangeKind::Added,
        (_, None) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    };
    let message = format!("`operationId` became {}, was {}", name(b), name(a));
    let id = (ChangeCode::OperationRenamed, kind, breaks);
    engine.report(id, Spot::new(at(old), at(new)), message);
}

/// Compares deprecation, tags and extensions of an operation or parameter.
pub(super) fn annotations<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let is_deprecated = |node: &Node<'_>| {
        node.value
            .get("deprecated")
            .and_then(serde_json::Value::as_bool)
    };
    let (a, b) = (
        is_deprecated(old) == Some(true),
        is_deprecated(new) == Some(true),
    );
    let at = |node: &Node<'_>, name: &str| child(&node.pointer, name);
    engine.mark(&at(old, "deprecated"), &at(new, "deprecated"));
    if a != b {
        let message = if b {
            "is deprecated"
        } else {
            "is no longer deprecated"
        };
        let kind = if b {
            ChangeKind::Added
        } else {
            ChangeKind::Removed
        };
        let spot = Spot::new(at(old, "deprecated"), at(new, "deprecated"));
        engine.report(
            (ChangeCode::DeprecationChanged, kind, Breaks::Nothing),
            spot,
            message,
        );
    }
    tags(engine, old, new);
    extensions(engine, old, new);
}

fn tags<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let list = |node: &Node<'d>| {
        let list = node
            .get("tags")
            .map(|tags| tags.items().collect::<Vec<_>>());
        let mut names: Vec<String> = list
            .unwrap_or_default()
            .iter()
            .filter_map(|tag| tag.value.as_str().or(tag.text("name")).map(str::to_owned))
            .collect();
        names.sort();
        names
    };
    let (a, b) = (list(old), list(new));
    let spot = Spot::new(child(&old.pointer, "tags"), child(&new.pointer, "tags"));
    engine.mark(&spot.old, &spot.new);
    if a != b {
        let message = format!("tags became {}, were {}", b.join(", "), a.join(", "));
        // The first tag names the resource of an operation that declares no group.
        let first = |node: &Node<'d>| node.get("tags")?.items().next()?.value.as_str();
        let is_grouped = |node: &Node<'d>| node.get(GROUP_NAME).is_some();
        let breaks = match first(old) == first(new) || is_grouped(old) && is_grouped(new) {
            true => Breaks::Nothing,
            false => Breaks::Code,
        };
        let id = (ChangeCode::TagsChanged, ChangeKind::Changed, breaks);
        engine.report(id, spot, message);
    }
}

/// Compares the extensions of two objects.
pub(super) fn extensions<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    let names = |node: &Node<'d>| node.entries().map(|(name, _)| name).collect::<Vec<_>>();
    let mut all = [names(old), names(new)].concat();
    all.retain(|name| is_extension(name));
    all.sort_unstable();
    all.dedup();
    for name in all {
        let (a, b) = (old.get(name), new.get(name));
        let spot = Spot::new(child(&old.pointer, name), child(&new.pointer, name));
        engine.mark(&spot.old, &spot.new);
        let Some(message) = extension_difference(name, a.as_ref(), b.as_ref()) else {
            continue;
        };
        let (code, breaks) = extension_change(name);
        let kind = super::schema::kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
        // A further method or setter breaks nothing.
        let breaks = match (code, kind) {
            (
                ChangeCode::PaginationChanged | ChangeCode::ResourceMethodChanged,
                ChangeKind::Added,
            ) if name != crate::openapi::extensions::IGNORE => Breaks::Nothing,
            (ChangeCode::ResourceMethodChanged, ChangeKind::Removed)
                if name == crate::openapi::extensions::IGNORE =>
            {
                Breaks::Nothing
            }
            _ => breaks,
        };
        engine.report((code, kind, breaks), spot, message);
    }
}

/// Compares callbacks as a whole.
fn callbacks<'d>(engine: &mut Engine<'d>, old: &Operation<'d>, new: &Operation<'d>) {
    let (a, b) = (old.node.get("callbacks"), new.node.get("callbacks"));
    let spot = Spot::new(
        child(&old.node.pointer, "callbacks"),
        child(&new.node.pointer, "callbacks"),
    );
    engine.mark(&spot.old, &spot.new);
    let plain = |node: &Option<Node<'d>>| node.as_ref().map(|node| without_prose(node.value));
    if plain(&a) == plain(&b) {
        return;
    }
    let (code, breaks, message) = match (&a, &b) {
        (None, _) => (
            ChangeCode::WebhookAdded,
            Breaks::Nothing,
            "callbacks were added",
        ),
        (_, None) => (
            ChangeCode::WebhookRemoved,
            Breaks::Wire,
            "callbacks were removed",
        ),
        _ => (
            ChangeCode::Unclassified,
            Breaks::Wire,
            "callbacks were changed",
        ),
    };
    let kind = super::schema::kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
    engine.report((code, kind, breaks), spot, message);
}

fn webhooks(engine: &mut Engine<'_>) {
    let (old, new) = (
        matching::operations(engine.old, "webhooks"),
        matching::operations(engine.new, "webhooks"),
    );
    for a in &old {
        match new
            .iter()
            .find(|b| b.path == a.path && b.method == a.method)
        {
            Some(b) => engine.operation(vec![format!("webhook {}", a.path)], |engine| {
                operation(engine, a, b, Direction::Response);
            }),
            None => {
                let id = (
                    ChangeCode::WebhookRemoved,
                    ChangeKind::Removed,
                    Breaks::Wire,
                );
                let spot = Spot::new(a.node.pointer.clone(), "/webhooks");
                engine.report(id, spot, "was removed");
            }
        }
    }
    for b in &new {
        if old.iter().all(|a| b.path != a.path || b.method != a.method) {
            let id = (ChangeCode::WebhookAdded, ChangeKind::Added, Breaks::Nothing);
            let spot = Spot::new("/webhooks", b.node.pointer.clone());
            engine.report(id, spot, "was added");
        }
    }
}

/// Returns all operations of a document.
pub(super) fn all(document: super::document::Document<'_>) -> Vec<Operation<'_>> {
    matching::operations(document, "paths")
}
