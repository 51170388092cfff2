//! Changes of values: copying, removing and merging.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::budget::{Budget, Extent};
use super::error::ActionError;
use super::query::{self, Query, Step, Steps};

/// Returns the value that an action copies.
pub(super) fn copied(
    document: &Value,
    source: &Query,
    budget: &mut Budget,
) -> Result<(Value, Extent), ActionError> {
    let sources = source
        .select(document, budget)
        .map_err(|reason| ActionError::limit("/copy", reason))?;
    let [one] = sources.as_slice() else {
        let message = format!(
            "`copy` must select one value, but selects {}",
            sources.len()
        );
        return Err(ActionError::new("/copy", message));
    };
    let source = query::get(document, one).unwrap_or(&Value::Null);
    let extent = Extent::of(source);
    budget
        .work(extent.values)
        .and_then(|()| budget.add(extent, 1))
        .map_err(|reason| ActionError::limit("/copy", reason))?;
    Ok((source.clone(), extent))
}

/// Removes the targets, with one pass per container.
pub(super) fn remove(
    document: &mut Value,
    targets: Vec<Steps>,
    budget: &mut Budget,
) -> Result<(), ActionError> {
    let mut containers: BTreeMap<(std::cmp::Reverse<usize>, Steps), HashSet<Step>> =
        BTreeMap::new();
    let mut removed: Option<Steps> = None;
    // The targets are sorted: a location comes before the locations inside it, which are removed with it.
    for mut steps in targets {
        if removed
            .as_ref()
            .is_some_and(|outer| steps.starts_with(outer))
        {
            continue;
        }
        removed = Some(steps.clone());
        let Some(last) = steps.pop() else {
            let message = "the entire document cannot be removed";
            return Err(ActionError::new("/target", message));
        };
        // Deeper containers come first, because removing an entry of a list shifts the entries after it.
        let depth = std::cmp::Reverse(steps.len());
        containers.entry((depth, steps)).or_default().insert(last);
    }
    for ((_, container), removed) in containers {
        if let Some(container) = query::get_mut(document, &container) {
            remove_entries(container, removed, budget)
                .map_err(|reason| ActionError::limit("/target", reason))?;
        }
    }
    Ok(())
}

/// Moving the entries after a removed one takes a fraction of the time in which they are visited.
const MOVED_PER_WORK: usize = 16;

fn remove_entries(
    container: &mut Value,
    removed: HashSet<Step>,
    budget: &mut Budget,
) -> Result<(), String> {
    let size = match &*container {
        Value::Object(map) => map.len(),
        Value::Array(list) => list.len(),
        _ => 0,
    };
    let work = match removed.len() {
        1 => size / MOVED_PER_WORK + 1,
        _ => size,
    };
    budget.work(work as u64)?;
    match container {
        Value::Object(map) if removed.len() == 1 => {
            for step in removed {
                if let Step::Name(name) = step {
                    map.shift_remove(&name);
                }
            }
        }
        Value::Object(map) => {
            map.retain(|name, _| !removed.contains(&Step::Name(name.clone())));
        }
        Value::Array(list) => {
            let mut index = 0;
            list.retain(|_| {
                index += 1;
                !removed.contains(&Step::Index(index - 1))
            });
        }
        _ => {}
    }
    Ok(())
}

/// Merges into a target, where a list also accepts a single new entry. Returns `true` if anything changed.
pub(super) fn merge_into(
    target: &mut Value,
    update: &Value,
    budget: &mut Budget,
) -> Result<bool, ActionError> {
    match (target, update) {
        (Value::Array(list), entry) if !entry.is_array() => {
            compare_all(list, budget)?;
            let new = !list.contains(entry);
            list.push(entry.clone());
            Ok(new)
        }
        (target, update) => merge(target, update, budget),
    }
}

fn merge(target: &mut Value, update: &Value, budget: &mut Budget) -> Result<bool, ActionError> {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            let mut changed = false;
            for (name, value) in update {
                match target.get_mut(name) {
                    Some(existing) => {
                        changed |= merge(existing, value, budget).map_err(|mut error| {
                            error.message += &format!(", at `{name}`");
                            error
                        })?;
                    }
                    None => {
                        target.insert(name.clone(), value.clone());
                        changed = true;
                    }
                }
            }
            Ok(changed)
        }
        (Value::Array(target), Value::Array(update)) => {
            compare_all(target, budget)?;
            // Lists in these documents are used as sets: adding only existing entries does not count as a change.
            let new = {
                let known: HashSet<&Value> = target.iter().collect();
                update.iter().any(|entry| !known.contains(entry))
            };
            target.extend(update.iter().cloned());
            Ok(new)
        }
        (target, update)
            if type_name(target) == "primitive" && type_name(update) == "primitive" =>
        {
            let new = target != update;
            *target = update.clone();
            Ok(new)
        }
        (target, update) => Err(ActionError::new(
            "",
            format!(
                "cannot merge a value of type {} into a value of type {}",
                type_name(update),
                type_name(target)
            ),
        )),
    }
}

/// Number of bytes of strings that are compared in the time in which a value is visited.
const BYTES_PER_WORK: u64 = 32;

/// Deducts the work of comparing with every entry of a list.
fn compare_all(list: &[Value], budget: &mut Budget) -> Result<(), ActionError> {
    let extents = list.iter().map(Extent::of);
    let work = extents
        .map(|extent| extent.values + extent.bytes / BYTES_PER_WORK)
        .sum();
    budget
        .work(work)
        .map_err(|reason| ActionError::limit("", reason))
}

/// Returns the type by which values can be merged.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        _ => "primitive",
    }
}
