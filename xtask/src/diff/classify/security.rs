//! Rules for security and servers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Breaks, ChangeCode, ChangeKind};
use super::document::{Document, shown, without_prose};
use super::engine::{Engine, Spot};
use super::operations::{self, Operation};
use super::schema::kind_of;
use crate::diagnostic::child;
use crate::diff::facts::Node;

/// Security schemes that are required together, with their scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// Compares the security requirements of two operations.
///
/// An alternative is a combination of schemes. Losing one breaks the callers that use it.
pub(super) fn compare_operation<'d>(
    engine: &mut Engine<'d>,
    old: &Operation<'d>,
    new: &Operation<'d>,
) {
    let (old_list, old_at) = requirements(engine.old, old);
    let (new_list, new_at) = requirements(engine.new, new);
    engine.mark(&old_at, &new_at);
    engine.mark(
        &child(&old.node.pointer, "security"),
        &child(&new.node.pointer, "security"),
    );
    let spot = Spot::new(old_at, new_at)
        .covering([old.node.pointer.clone(), new.node.pointer.clone()].map(|it| it + "/security"));
    let mut report = |id: (ChangeCode, ChangeKind, Breaks), message: String| {
        engine.report(id, spot.clone(), message);
    };
    let is_open = |list: &[Alternative]| list.is_empty() || list.iter().any(BTreeMap::is_empty);
    match (old_list.is_empty(), new_list.is_empty()) {
        (true, true) => return,
        (true, false) => {
            let breaks = if is_open(&new_list) {
                Breaks::Nothing
            } else {
                Breaks::Wire
            };
            let names = new_list.iter().map(title).collect::<Vec<_>>().join(", or ");
            return report(
                (ChangeCode::SecurityAdded, ChangeKind::Added, breaks),
                format!("requires {names}"),
            );
        }
        (false, true) => {
            let id = (
                ChangeCode::SecurityRemoved,
                ChangeKind::Removed,
                Breaks::Wire,
            );
            return report(id, "no longer requires authentication".to_owned());
        }
        (false, false) => {}
    }
    let names = |it: &Alternative| it.keys().cloned().collect::<BTreeSet<String>>();
    for a in &old_list {
        match new_list.iter().find(|b| names(a) == names(b)) {
            None => {
                let id = (
                    ChangeCode::SecurityAlternativeRemoved,
                    ChangeKind::Removed,
                    Breaks::Wire,
                );
                report(id, format!("no longer accepts {}", title(a)));
            }
            Some(b) => {
                for (code, breaks, scheme, scope) in scopes(a, b) {
                    let (kind, what) = match code {
                        ChangeCode::ScopeAdded => (ChangeKind::Added, "requires"),
                        _ => (ChangeKind::Removed, "no longer requires"),
                    };
                    report(
                        (code, kind, breaks),
                        format!("{what} scope `{scope}` of `{scheme}`"),
                    );
                }
            }
        }
    }
    for b in &new_list {
        if old_list.iter().all(|a| names(a) != names(b)) {
            let id = (
                ChangeCode::SecurityAlternativeAdded,
                ChangeKind::Added,
                Breaks::Nothing,
            );
            report(id, format!("accepts {}", title(b)));
        }
    }
}

/// Returns the scopes that only one of two alternatives requires.
fn scopes(old: &Alternative, new: &Alternative) -> Vec<(ChangeCode, Breaks, String, String)> {
    let mut found = Vec::new();
    for (scheme, a) in old {
        let Some(b) = new.get(scheme) else { continue };
        for scope in b.difference(a) {
            found.push((
                ChangeCode::ScopeAdded,
                Breaks::Wire,
                scheme.clone(),
                scope.clone(),
            ));
        }
        for scope in a.difference(b) {
            found.push((
                ChangeCode::ScopeRemoved,
                Breaks::Nothing,
                scheme.clone(),
                scope.clone(),
            ));
        }
    }
    found
}

fn title(alternative: &Alternative) -> String {
    let names: Vec<String> = alternative.keys().map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => "requests without authentication".to_owned(),
        false => names.join(" and "),
    }
}

/// Returns the alternatives that apply to an operation, and the pointer of their list.
fn requirements(document: Document<'_>, operation: &Operation<'_>) -> (Vec<Alternative>, String) {
    let list = operation
        .node
        .get("security")
        .or_else(|| document.root().get("security"));
    let Some(list) = list else {
        return (Vec::new(), operation.node.pointer.clone() + "/security");
    };
    let alternatives = list.items().map(|alternative| {
        let schemes = alternative.entries().map(|(name, scopes)| {
            let scopes = scopes.items().filter_map(|it| it.value.as_str());
            (name.to_owned(), scopes.map(str::to_owned).collect())
        });
        schemes.collect()
    });
    (alternatives.collect(), list.pointer)
}

/// Compares the security schemes of two documents.
pub(super) fn compare_schemes(engine: &mut Engine<'_>) {
    const PARENT: &str = "/components/securitySchemes";
    let (old, new) = (engine.old.at(PARENT), engine.new.at(PARENT));
    let entries = |node: &Option<Node<'_>>| -> BTreeSet<String> {
        let entries = node.iter().flat_map(Node::entries);
        entries.map(|(name, _)| name.to_owned()).collect()
    };
    let names: BTreeSet<String> = entries(&old).union(&entries(&new)).cloned().collect();
    let used = used_schemes(engine.old);
    let users = users(engine);
    let users_of = |name: &str| users.get(name).cloned().unwrap_or_default();
    for name in names {
        let get =
            |node: &Option<Node<'_>>| node.as_ref().is_some_and(|node| node.get(&name).is_some());
        let spot = Spot::new(child(PARENT, &name), child(PARENT, &name));
        match (get(&old), get(&new)) {
            (true, true) => {
                let (Some(a), Some(b)) = (engine.old.at(&spot.old), engine.new.at(&spot.new))
                else {
                    continue;
                };
                scheme(engine, &a, &b, used.contains(&name), &users_of(&name));
            }
            (true, false) => {
                // The operations that use it report its loss.
                let id = (
                    ChangeCode::SecuritySchemeRemoved,
                    ChangeKind::Removed,
                    Breaks::Nothing,
                );
                let change = engine.report(id, Spot::new(spot.old, PARENT), "was removed");
                change.operations = users_of(&name);
            }
            _ => {
                let id = (
                    ChangeCode::SecuritySchemeAdded,
                    ChangeKind::Added,
                    Breaks::Nothing,
                );
                let change = engine.report(id, Spot::new(PARENT, spot.new), "was added");
                change.operations = users_of(&name);
            }
        }
    }
}

fn used_schemes(document: Document<'_>) -> BTreeSet<String> {
    let operations = operations::all(document);
    let lists = operations
        .iter()
        .map(|operation| requirements(document, operation).0);
    lists.flatten().flat_map(BTreeMap::into_keys).collect()
}

/// Returns the operations that accept each scheme, in either document.
fn users(engine: &Engine<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for document in [engine.old, engine.new] {
        for operation in operations::all(document) {
            let (alternatives, _) = requirements(document, &operation);
            for name in alternatives.into_iter().flat_map(BTreeMap::into_keys) {
                users.entry(name).or_default().insert(operation.line());
            }
        }
    }
    users
}

fn scheme<'d>(
    engine: &mut Engine<'d>,
    old: &Node<'d>,
    new: &Node<'d>,
    is_used: bool,
    users: &BTreeSet<String>,
) {
    let (a, b) = (
        engine.old.resolve(old.clone()),
        engine.new.resolve(new.clone()),
    );
    let breaking = if is_used {
        Breaks::Wire
    } else {
        Breaks::Nothing
    };
    operations::extensions(engine, &a, &b);
    for name in [
        "type",
        "scheme",
        "name",
        "in",
        "openIdConnectUrl",
        "bearerFormat",
    ] {
        let spot = Spot::new(child(&a.pointer, name), child(&b.pointer, name));
        engine.mark(&spot.old, &spot.new);
        let (x, y) = (a.get(name), b.get(name));
        let Some(message) = super::schema::difference(name, x.as_ref(), y.as_ref()) else {
            continue;
        };
        let breaks = if name == "bearerFormat" {
            Breaks::Nothing
        } else {
            breaking
        };
        let kind = kind_of(&Vec::from_iter(x), &Vec::from_iter(y));
        let id = (ChangeCode::SecuritySchemeChanged, kind, breaks);
        engine.report(id, spot, message).operations = users.clone();
    }
    flows(engine, &a, &b, breaking, users);
}

/// Compares the flows of OAuth 2.0. A lost flow, URL or scope breaks the callers that use it.
fn flows<'d>(
    engine: &mut Engine<'d>,
    old: &Node<'d>,
    new: &Node<'d>,
    breaking: Breaks,
    users: &BTreeSet<String>,
) {
    let facts = |node: &Node<'d>| -> BTreeMap<String, (String, Value)> {
        let mut found = BTreeMap::new();
        for (flow, at) in node.get("flows").iter().flat_map(Node::entries) {
            found.insert(format!("flow `{flow}`"), (at.pointer.clone(), Value::Null));
            for (key, value) in at.entries() {
                if key != "scopes" {
                    found.insert(
                        format!("`{key}` of flow `{flow}`"),
                        (value.pointer, value.value.clone()),
                    );
                    continue;
                }
                for (scope, value) in value.entries() {
                    found.insert(
                        format!("scope `{scope}` of flow `{flow}`"),
                        (value.pointer, Value::Null),
                    );
                }
            }
        }
        found
    };
    let (a, b) = (facts(old), facts(new));
    for (name, (pointer, value)) in &a {
        let (code, kind, message, at) = match b.get(name) {
            Some((_, other)) if other == value => continue,
            Some((at, other)) => {
                let message = format!("{name} became {}, was {}", shown(other), shown(value));
                (
                    ChangeCode::SecuritySchemeChanged,
                    ChangeKind::Changed,
                    message,
                    at.clone(),
                )
            }
            None => {
                let message = format!("{name} was removed");
                (
                    ChangeCode::SecuritySchemeChanged,
                    ChangeKind::Removed,
                    message,
                    new.pointer.clone(),
                )
            }
        };
        let spot = Spot::new(pointer.clone(), at);
        let change = engine.report((code, kind, breaking), spot, message);
        change.operations = users.clone();
    }
    for (name, (pointer, _)) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
        let id = (
            ChangeCode::SecuritySchemeChanged,
            ChangeKind::Added,
            Breaks::Nothing,
        );
        let spot = Spot::new(old.pointer.clone(), pointer.clone());
        let change = engine.report(id, spot, format!("{name} was added"));
        change.operations = users.clone();
    }
}

/// Compares the servers that an operation or its path declares.
pub(super) fn compare_servers<'d>(
    engine: &mut Engine<'d>,
    old: &Operation<'d>,
    new: &Operation<'d>,
) {
    let find = |operation: &Operation<'d>| {
        operation
            .node
            .get("servers")
            .or_else(|| operation.item.get("servers"))
    };
    let (a, b) = (find(old), find(new));
    if a.is_none() && b.is_none() {
        return;
    }
    servers(engine, (a, &old.node), (b, &new.node));
}

/// Compares the servers of two documents.
pub(super) fn compare_document_servers(engine: &mut Engine<'_>) {
    let (old, new) = (engine.old.root(), engine.new.root());
    servers(
        engine,
        (old.get("servers"), &old),
        (new.get("servers"), &new),
    );
}

fn servers<'d>(
    engine: &mut Engine<'d>,
    (old, old_parent): (Option<Node<'d>>, &Node<'d>),
    (new, new_parent): (Option<Node<'d>>, &Node<'d>),
) {
    let place = |node: &Option<Node<'d>>, parent: &Node<'d>| {
        node.as_ref().map_or_else(
            || child(&parent.pointer, "servers"),
            |node| node.pointer.clone(),
        )
    };
    let (old_at, new_at) = (place(&old, old_parent), place(&new, new_parent));
    let items = |node: &Option<Node<'d>>| node.iter().flat_map(Node::items).collect::<Vec<_>>();
    let (a, b) = (items(&old), items(&new));
    let url = |node: &Node<'d>| node.text("url").unwrap_or_default();
    engine.mark(&old_at, &new_at);
    for server in &a {
        match b.iter().find(|other| url(other) == url(server)) {
            Some(other) => server_details(engine, server, other),
            None => {
                let id = (ChangeCode::ServerRemoved, ChangeKind::Removed, Breaks::Wire);
                let spot =
                    Spot::new(server.pointer.clone(), new_at.clone()).covering([old_at.clone()]);
                engine.report(id, spot, format!("server `{}` was removed", url(server)));
            }
        }
    }
    for server in &b {
        if a.iter().all(|other| url(other) != url(server)) {
            // Requests without a declared server of their own went elsewhere before.
            let breaks = if a.is_empty() && !old_parent.pointer.is_empty() {
                Breaks::Wire
            } else {
                Breaks::Nothing
            };
            let id = (ChangeCode::ServerAdded, ChangeKind::Added, breaks);
            let spot = Spot::new(old_at.clone(), server.pointer.clone()).covering([new_at.clone()]);
            engine.report(id, spot, format!("server `{}` was added", url(server)));
        }
    }
}

fn server_details<'d>(engine: &mut Engine<'d>, old: &Node<'d>, new: &Node<'d>) {
    operations::extensions(engine, old, new);
    let variables = |node: &Node<'d>| node.get("variables").map(|node| without_prose(node.value));
    let (a, b) = (variables(old), variables(new));
    if a == b {
        return;
    }
    let spot = Spot::new(
        child(&old.pointer, "variables"),
        child(&new.pointer, "variables"),
    );
    let breaks = match is_extended(a.as_ref(), b.as_ref()) {
        true => Breaks::Nothing,
        false => Breaks::Wire,
    };
    let id = (ChangeCode::ServerChanged, ChangeKind::Changed, breaks);
    engine.report(id, spot, "variables of the server were changed");
}

/// Returns `true` if variables only gained values or lost their restriction to a list.
fn is_extended(old: Option<&Value>, new: Option<&Value>) -> bool {
    let (Some(Value::Object(old)), Some(Value::Object(new))) = (old, new) else {
        return false;
    };
    let keeps = |name: &String, a: &Value| {
        let Some(b) = new.get(name) else { return false };
        let has_values = match (
            a.get("enum").and_then(Value::as_array),
            b.get("enum").and_then(Value::as_array),
        ) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) => a.iter().all(|value| b.contains(value)),
        };
        has_values && a.get("default") == b.get("default")
    };
    old.len() == new.len() && old.iter().all(|(name, value)| keeps(name, value))
}
