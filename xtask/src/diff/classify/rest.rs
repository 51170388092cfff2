//! Differences of the exact comparison that no rule explains.

use std::collections::BTreeSet;

use super::change::{Breaks, Change, ChangeCode, ChangeKind};
use super::engine::Engine;
use super::schema::extension_change;
use crate::diff::compare::{self, Difference};
use crate::diff::facts_of;
use crate::openapi::extensions::is_extension;

/// Names in pointers below which values are sent.
const SENT: [&str; 9] = [
    "schema",
    "schemas",
    "parameters",
    "requestBody",
    "requestBodies",
    "responses",
    "security",
    "securitySchemes",
    "servers",
];

/// Returns all changes, and a change for each difference that none of them explains.
pub(super) fn finish(engine: Engine<'_>) -> Vec<Change> {
    let (old, new) = (engine.old, engine.new);
    let (read, entered) = (engine.read.clone(), engine.entered.clone());
    let is_incomplete = engine.is_incomplete;
    let repathed = engine.repathed.clone();
    let mut changes = engine.finish();
    let (Some(a), Some(b)) = (facts_of(old.root), facts_of(new.root)) else {
        return changes;
    };
    let mut components = BTreeSet::new();
    let mut found = Vec::new();
    for difference in compare::compare(&a, &b) {
        let is_repathed = match (&difference.old, &difference.new) {
            (None, _) => repathed.contains(&difference.new_pointer),
            (_, None) => repathed.contains(&difference.old_pointer),
            _ => false,
        };
        if is_repathed || changes.iter().any(|change| explains(change, &difference)) {
            continue;
        }
        let first = difference
            .path
            .first()
            .map(String::as_str)
            .unwrap_or_default();
        if let Some(name) = first.strip_prefix("unused schema ") {
            if components.insert(name.to_owned()) {
                found.push(unused(name, &difference));
            }
            continue;
        }
        let is_read = |side: usize, pointer: &String| {
            is_below(&read[side], pointer) || entered[side].contains(pointer)
        };
        let is_read = is_read(0, &difference.old_pointer) || is_read(1, &difference.new_pointer);
        found.push(unexplained(&difference, is_read && !is_incomplete));
    }
    changes.append(&mut found);
    changes
}

/// Returns `true` if a change is at the place of a difference.
fn explains(change: &Change, difference: &Difference) -> bool {
    let is_near = |place: &str, pointer: &str| {
        let starts = |long: &str, short: &str| {
            long.strip_prefix(short)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        !place.is_empty() && (starts(place, pointer) || starts(pointer, place))
    };
    let places = |own: &str, kind: ChangeKind, pointer: &str| {
        change.kind != kind && is_near(own, pointer)
            || change.covers.iter().any(|place| is_near(place, pointer))
    };
    let in_old = places(&change.old, ChangeKind::Added, &difference.old_pointer);
    let in_new = places(&change.new, ChangeKind::Removed, &difference.new_pointer);
    match (&difference.old, &difference.new) {
        (None, _) => in_new,
        (_, None) => in_old,
        _ => in_old || in_new,
    }
}

/// Returns `true` if a pointer or one of its parents was read.
fn is_below(read: &BTreeSet<String>, pointer: &str) -> bool {
    let ends = pointer.match_indices('/').map(|(at, _)| at);
    let mut parents = ends.skip(1).chain([pointer.len()]);
    parents.any(|end| read.contains(&pointer[..end]))
}

fn kind(difference: &Difference) -> ChangeKind {
    match (&difference.old, &difference.new) {
        (None, _) => ChangeKind::Added,
        (_, None) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    }
}

fn change(code: ChangeCode, difference: &Difference, breaks: Breaks, message: String) -> Change {
    let places = (
        difference.old_pointer.clone(),
        difference.new_pointer.clone(),
    );
    let subject = difference.path.join(" > ");
    Change::new((code, kind(difference), breaks), places, subject, message)
}

fn unused(name: &str, difference: &Difference) -> Change {
    let what = match (difference.path.len(), kind(difference)) {
        (1, ChangeKind::Added) => "was added",
        (1, ChangeKind::Removed) => "was removed",
        _ => "was changed",
    };
    let message = format!("unused schema {what}");
    Change {
        subject: name.to_owned(),
        ..change(
            ChangeCode::UnusedComponentChanged,
            difference,
            Breaks::Nothing,
            message,
        )
    }
}

fn unexplained(difference: &Difference, is_read: bool) -> Change {
    let message = match (&difference.old, &difference.new) {
        (Some(old), Some(new)) => format!("became {new}, was {old}"),
        (Some(old), None) => format!("{old} was removed"),
        (None, Some(new)) => format!("{new} was added"),
        (None, None) => "was changed".to_owned(),
    };
    let pointer = match kind(difference) {
        ChangeKind::Added => &difference.new_pointer,
        _ => &difference.old_pointer,
    };
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    if let Some(name) = tokens.iter().find(|token| is_extension(token)) {
        let (code, breaks) = extension_change(name);
        return change(code, difference, breaks, message);
    }
    if is_read {
        let note = Some("the meaning is the same");
        return Change {
            note,
            ..change(ChangeCode::Equivalent, difference, Breaks::Nothing, message)
        };
    }
    let (breaks, note) = match tokens.iter().any(|token| SENT.contains(token)) {
        true => (
            Breaks::Wire,
            "no rule classifies this change: it counts as breaking because it affects requests or responses",
        ),
        false => (Breaks::Nothing, "no rule classifies this change"),
    };
    Change {
        note: Some(note),
        ..change(ChangeCode::Unclassified, difference, breaks, message)
    }
}
