//! Components that nothing uses, other than schemas.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Breaks, ChangeCode, ChangeKind};
use super::document::{Document, without_prose};
use super::engine::{Engine, Spot};
use crate::diagnostic::child;

/// Compares the components of these sections that no reference names. The others are compared where they are used.
pub(super) fn compare_unused(engine: &mut Engine<'_>, sections: &[&str]) {
    let used: BTreeSet<&str> = [engine.old, engine.new]
        .into_iter()
        .flat_map(|document| references(document.root))
        .collect();
    for section in sections {
        let place = child("/components", section);
        let entries = |document: Document<'_>| {
            let section = document.root.pointer(&place).and_then(Value::as_object);
            let entries = section.into_iter().flatten();
            let entries = entries.map(|(name, value)| (name.clone(), without_prose(value)));
            entries.collect::<BTreeMap<String, Value>>()
        };
        let (old, new) = (entries(engine.old), entries(engine.new));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (a, b) = (old.get(name), new.get(name));
            let forms = [
                format!("$components.{section}.{name}"),
                format!("#{}", child(&place, name)),
            ];
            if a == b || forms.iter().any(|form| used.contains(form.as_str())) {
                continue;
            }
            let (kind, what) = match (a, b) {
                (None, _) => (ChangeKind::Added, "was added"),
                (_, None) => (ChangeKind::Removed, "was removed"),
                _ => (ChangeKind::Changed, "was changed"),
            };
            let at = |is_declared: bool| match is_declared {
                true => child(&place, name),
                false => place.clone(),
            };
            let spot = Spot::new(at(a.is_some()), at(b.is_some()));
            let id = (ChangeCode::UnusedComponentChanged, kind, Breaks::Nothing);
            engine.report(id, spot, format!("unused component {what}"));
        }
    }
}

/// Returns the values of all fields that refer to a component.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, member)| match member {
                Value::String(text) if key == "reference" || key == "$ref" => vec![text.as_str()],
                _ => references(member),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
