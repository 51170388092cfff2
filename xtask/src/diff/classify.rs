//! Classification of the changes between two documents: breaking or compatible, with the names they affect.
//!
//! Rules compare the documents part by part. The exact comparison runs as well, and a difference that no rule
//! explains is reported as unclassified. `xtask/DIFF.md` describes the rules.

pub mod change;

mod arazzo;
mod components;
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
use crate::diagnostic::child;
use crate::openapi::normalize::{Unions, unions_of_children};

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
    let declared = (Document { root: old }, Document { root: new });
    let unions = (unions_of_children(old), unions_of_children(new));
    let old = Document {
        root: unions.0.as_ref().map_or(old, |it| &it.document),
    };
    let new = Document {
        root: unions.1.as_ref().map_or(new, |it| &it.document),
    };
    let mut engine = Engine::new(old, new, options);
    operations::compare(&mut engine);
    security::compare_document_servers(&mut engine);
    security::compare_schemes(&mut engine);
    operations::extensions(&mut engine, &old.root(), &new.root());
    versions(&mut engine, "openapi");
    tags(&mut engine);
    components::compare_unused(
        &mut engine,
        &["parameters", "responses", "requestBodies", "headers"],
    );
    engine.process();
    renamed_schemas(&mut engine);
    let mut changes = rest::finish(engine);
    for change in &mut changes {
        let (old, new) = &unions;
        change.old = declared_pointer(old, &change.old);
        change.new = declared_pointer(new, &change.new);
        for unions in [old, new] {
            change.subject = declared_subject(unions, &change.subject);
        }
    }
    names::add(declared.0, declared.1, workflows, &mut changes);
    sort(&mut changes);
    changes
}

/// Returns the pointer in the document as it is declared: the properties of a parent have a schema of their own.
fn declared_pointer(unions: &Option<Unions>, pointer: &str) -> String {
    let mut bases = unions.iter().flat_map(|it| &it.bases);
    let declared = bases.find_map(|(name, base)| {
        let rest = pointer.strip_prefix(&child("/components/schemas", base))?;
        let is_base = rest.is_empty() || rest.starts_with('/');
        is_base.then(|| child("/components/schemas", name) + rest)
    });
    declared.unwrap_or_else(|| pointer.to_owned())
}

/// Returns the subject of a change with the name of the parent, which has no list of alternatives.
fn declared_subject(unions: &Option<Unions>, subject: &str) -> String {
    let mut bases = unions.iter().flat_map(|it| &it.bases);
    let declared = bases.find_map(|(name, base)| {
        let of_union = subject.strip_prefix(name.as_str());
        if let Some(rest) = of_union.and_then(|rest| rest.strip_prefix("(oneOf ")) {
            let (_, rest) = rest.split_once(')')?;
            return Some(format!("{name}{rest}"));
        }
        let rest = subject.strip_prefix(base.as_str())?;
        let is_base = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        is_base.then(|| format!("{name}{rest}"))
    });
    declared.unwrap_or_else(|| subject.to_owned())
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
