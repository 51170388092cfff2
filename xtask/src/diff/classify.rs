//! Classification of the changes between two documents: breaking or compatible, with the names they affect.
//!
//! Rules compare the documents part by part. The exact comparison runs as well, and a difference that no rule
//! explains is reported as unclassified. `xtask/DIFF.md` describes the rules.

pub mod change;

mod arazzo;
mod document;
mod engine;
mod flat;
mod names;
mod operations;
mod rest;
mod schema;
mod security;
mod similarity;

use std::collections::BTreeSet;

use serde_json::Value;

use self::change::{Breaks, Change, ChangeCode, ChangeKind, VersionStep};
use self::document::Document;
use self::engine::{Engine, Spot};
pub(super) use self::names::Workflows;

const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

/// Options of a classification.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Counts a value that is added to an enumeration of a response as compatible.
    pub open_enums: bool,
}

/// Classifies the changes between two OpenAPI documents.
///
/// `workflows` are the workflows that may call the operations.
pub(super) fn openapi(
    old: &Value,
    new: &Value,
    workflows: &Workflows,
    options: Options,
) -> Vec<Change> {
    let (old, new) = (Document { root: old }, Document { root: new });
    let mut engine = Engine::new(old, new, options);
    operations::compare(&mut engine);
    security::compare_document_servers(&mut engine);
    security::compare_schemes(&mut engine);
    operations::extensions(&mut engine, &old.root(), &new.root());
    versions(&mut engine, "openapi");
    tags(&mut engine);
    engine.process();
    renamed_schemas(&mut engine);
    let mut changes = rest::finish(engine);
    names::add(old, new, workflows, &mut changes);
    sort(&mut changes);
    changes
}

/// Classifies the changes between two Arazzo documents.
pub(super) fn arazzo(old: &Value, new: &Value, options: Options) -> Vec<Change> {
    let (old, new) = (Document { root: old }, Document { root: new });
    let mut engine = Engine::new(old, new, options);
    arazzo::compare(&mut engine);
    operations::extensions(&mut engine, &old.root(), &new.root());
    versions(&mut engine, "arazzo");
    engine.process();
    let mut changes = rest::finish(engine);
    names::add_workflows(old, new, &mut changes);
    sort(&mut changes);
    changes
}

/// Returns the version step that follows from a list of changes.
pub(super) fn step<'c>(changes: impl IntoIterator<Item = &'c Change>) -> VersionStep {
    let steps = changes.into_iter().map(Change::step);
    steps.max().unwrap_or(VersionStep::None)
}

/// Sorts breaking changes before compatible ones, then by place.
fn sort(changes: &mut [Change]) {
    changes.sort_by(|a, b| {
        let key = |change: &Change| {
            (
                std::cmp::Reverse(change.is_breaking()),
                change.subject.clone(),
            )
        };
        key(a)
            .cmp(&key(b))
            .then(a.code.cmp(&b.code))
            .then(a.message.cmp(&b.message))
    });
}

/// Compares the version of the document and of its format.
fn versions(engine: &mut Engine<'_>, format: &str) {
    let places = [format!("/{format}"), "/info/version".to_owned()];
    for at in places {
        engine.mark(&at, &at);
        let (a, b) = (engine.old.at(&at), engine.new.at(&at));
        let name = at.rsplit('/').next().unwrap_or_default();
        if let Some(message) = schema::difference(name, a.as_ref(), b.as_ref()) {
            let kind = schema::kind_of(&Vec::from_iter(a), &Vec::from_iter(b));
            let id = (ChangeCode::VersionChanged, kind, Breaks::Nothing);
            engine.report(id, Spot::new(at.clone(), at), message);
        }
    }
}

/// Compares the names of the tags that the documents declare.
fn tags(engine: &mut Engine<'_>) {
    let names = |document: Document<'_>| -> BTreeSet<String> {
        let tags = document.root().get("tags");
        let tags = tags.iter().flat_map(facts_items);
        tags.filter_map(|tag| tag.text("name").map(str::to_owned))
            .collect()
    };
    let (a, b) = (names(engine.old), names(engine.new));
    engine.mark("/tags", "/tags");
    let changed: Vec<String> = a.symmetric_difference(&b).cloned().collect();
    if !changed.is_empty() {
        let message = format!("tags were added or removed: {}", changed.join(", "));
        let id = (
            ChangeCode::TagsChanged,
            ChangeKind::Changed,
            Breaks::Nothing,
        );
        engine.report(id, Spot::new("/tags", "/tags"), message);
    }
}

fn facts_items<'d>(node: &super::facts::Node<'d>) -> Vec<super::facts::Node<'d>> {
    node.items().collect()
}

/// Reports component schemas that the same place uses under another name.
fn renamed_schemas(engine: &mut Engine<'_>) {
    for ((old, new), users) in std::mem::take(&mut engine.renamed) {
        let at = |name: &str| crate::diagnostic::child("/components/schemas", name);
        let exists = |document: Document<'_>, name: &str| document.at(&at(name)).is_some();
        let is_renamed = !exists(engine.new, &old) && !exists(engine.old, &new);
        let breaks = match names::type_name(&old) == names::type_name(&new) {
            true => Breaks::Nothing,
            false => Breaks::Code,
        };
        let message = match is_renamed {
            true => format!("was renamed to `{new}`"),
            false => format!("schema `{new}` is used instead of `{old}`"),
        };
        for number in users {
            engine.within(number, |engine| {
                let id = (ChangeCode::SchemaRenamed, ChangeKind::Changed, breaks);
                let change = engine.report(id, Spot::new(at(&old), at(&new)), message.clone());
                change.note = Some("the name of the generated type changes");
            });
        }
    }
}
