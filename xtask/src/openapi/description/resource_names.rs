//! Names of the resources of a document: the group of each operation, and the name of its method.
//!
//! `x-fern-sdk-group-name` and `x-fern-sdk-method-name` declare them. Without these extensions, the first tag or else
//! the path names the group, and the `operationId` names the method.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Operation;
use super::route_name::{is_name, is_prefix, route_name, stem};
use crate::names::{folded, singular, snake_text};
use crate::openapi::extensions::{GROUP_NAME, IGNORE, METHOD_NAME};

/// Group of operations without a tag whose path has no name.
const DEFAULT_GROUP: &str = "default";

/// Method that reads one object, and the method that reads several of them.
const READ: &str = "get";
const LIST: &str = "list";

/// Group and method of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceName {
    pub group: String,
    pub method: String,
}

/// Returns the resource names of operations in the same order; `None` for an ignored operation.
///
/// Two operations of a group have different names, unless their declared names or their ids are equal.
pub fn resource_names(operations: &[Operation<'_>]) -> Vec<Option<ResourceName>> {
    let is_included = |operation: &Operation<'_>| !operation.part.is_true(IGNORE);
    let declared = |operation: &Operation<'_>| operation.part.text(METHOD_NAME).map(str::to_owned);
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    for operation in operations.iter().filter(|it| is_included(it)) {
        if let Some(method) = declared(operation) {
            taken.insert((folded(&group(operation)), folded(&method)));
        }
    }
    let of_one = readers(operations);
    let mut name = |operation: &Operation<'_>| {
        let group = group(operation);
        if let Some(method) = declared(operation) {
            return ResourceName { group, method };
        }
        let id = id(operation);
        let mut short = short_method(&id, &group, operation);
        // `getPets` beside `getPet`
        if short == READ && of_one.contains(&folded(&group)) && !is_of_one(&id) {
            short = LIST.to_owned();
        }
        // The first operation in the document keeps the short name.
        let method = match taken.insert((folded(&group), folded(&short))) {
            true => short,
            false => {
                let declared = operation.id.filter(|id| repeats_route(id, operation));
                let id = declared.map_or(id, str::to_owned);
                taken.insert((folded(&group), folded(&id)));
                id
            }
        };
        ResourceName { group, method }
    };
    let names = operations.iter();
    names
        .map(|operation| is_included(operation).then(|| name(operation)))
        .collect()
}

/// Returns the groups that have a method `get` for a single object, such as `getPet`.
fn readers(operations: &[Operation<'_>]) -> BTreeSet<String> {
    let groups = operations.iter().filter_map(|operation| {
        let (group, id) = (group(operation), id(operation));
        let reads_one = short_method(&id, &group, operation) == READ && is_of_one(&id);
        reads_one.then(|| folded(&group))
    });
    groups.collect()
}

/// Returns `true` if an id ends in a singular, as `getPet`.
fn is_of_one(id: &str) -> bool {
    words(id).last().is_some_and(|last| singular(last) == *last)
}

fn group(operation: &Operation<'_>) -> String {
    let declared = match operation.part.value.get(GROUP_NAME) {
        Some(Value::String(name)) => Some(name.clone()),
        // A list names a nested group.
        Some(Value::Array(names)) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            Some(names.join(" "))
        }
        _ => None,
    };
    let tag = || {
        let tags = operation.part.get("tags")?.elements();
        tags.iter().find_map(|tag| tag.value.as_str())
    };
    declared
        .filter(|name| is_name(name))
        .or_else(|| tag().filter(|name| is_name(name)).map(str::to_owned))
        .or_else(|| path_name(operation.path).map(str::to_owned))
        .unwrap_or_else(|| DEFAULT_GROUP.to_owned())
}

/// Returns the first segment of a path that is neither a parameter nor a prefix such as `/api/v1`.
fn path_name(path: &str) -> Option<&str> {
    let mut segments = path.split('/');
    let segment = segments
        .find(|segment| is_name(segment) && !segment.contains('{') && !is_prefix(segment))?;
    Some(stem(segment))
}

/// Returns the `operationId`, or else a name made from the HTTP method and the path. An id that only repeats both, such
/// as `getApiV4ProjectsIdBadges`, is replaced too.
fn id(operation: &Operation<'_>) -> String {
    let is_own = |id: &&str| is_name(id) && !repeats_route(id, operation);
    match operation.id.filter(is_own) {
        Some(id) => without_route(id, operation).to_owned(),
        None => route_name(operation.method, operation.path)
            .unwrap_or_else(|| format!("{} {}", operation.method, operation.path)),
    }
}

/// Returns `true` for an `operationId` of the HTTP method and all segments of a path with parameters or a prefix.
fn repeats_route(id: &str, operation: &Operation<'_>) -> bool {
    let mut segments = operation.path.split('/');
    segments.any(|segment| segment.contains('{') || segment.len() > 1 && is_prefix(segment))
        && folded(id) == folded(&format!("{}{}", operation.method, operation.path))
}

/// Returns an `operationId` without the path and the HTTP method that some frameworks append to the name of the
/// function, as in `read_item_items__item_id__get`.
fn without_route<'i>(id: &'i str, operation: &Operation<'_>) -> &'i str {
    let path: String = operation
        .path
        .chars()
        .map(|c| match c.is_ascii_alphanumeric() {
            true => c,
            false => '_',
        })
        .collect();
    let suffix = format!("{path}_{}", operation.method);
    id.strip_suffix(&suffix)
        .filter(|function| is_name(function))
        .unwrap_or(id)
}

/// Returns the name of a method without the words of its group: `list` for `listPets` or `pets/list` in `pets`.
fn short_method(id: &str, group: &str, operation: &Operation<'_>) -> String {
    // `compute.disks.list` is `list` in `disks`.
    let segments: Vec<&str> = id.split(['.', '/', ':']).collect();
    let of_group = segments
        .iter()
        .rposition(|segment| folded(segment) == folded(group));
    if operation.id.is_some()
        && let Some(at) = of_group
        && let Some(rest) = segments.get(at + 1..)
        && rest.iter().any(|segment| is_method(segment))
    {
        return rest.join(" ");
    }
    let words: Vec<String> = words(id);
    let of_group = self::words(group);
    let count = of_group.len();
    if is_route_name(id, operation) {
        return without_group(&words, &of_group).unwrap_or_else(|| id.to_owned());
    }
    let is_group = |part: &[String]| {
        let mut pairs = part.iter().zip(&of_group);
        part.len() == count && pairs.all(|(word, own)| singular(word) == singular(own))
    };
    if words.len() > count {
        let (first, rest) = words.split_at(count);
        if is_group(first) {
            let rest = match rest {
                [word, rest @ ..] if word == "controller" && !rest.is_empty() => rest,
                rest => rest,
            };
            if is_method(&rest.join("_")) {
                return rest.join("_");
            }
        }
        let (rest, last) = words.split_at(words.len() - count);
        if is_group(last) && is_method(&rest.join("_")) {
            return rest.join("_");
        }
    }
    id.to_owned()
}

/// Returns `true` for a name that stands for a missing `operationId`, or is the same as such a name.
fn is_route_name(id: &str, operation: &Operation<'_>) -> bool {
    let name = route_name(operation.method, operation.path);
    name.is_some_and(|name| folded(&name) == folded(id))
}

/// Removes the words of a group from a name made from a path: `list_metrics` for `list server metrics` in `servers`.
fn without_group(words: &[String], group: &[String]) -> Option<String> {
    if group.is_empty() {
        return None;
    }
    let is_group = |part: &[String]| {
        let mut pairs = part.iter().zip(group);
        pairs.all(|(word, own)| singular(word) == singular(own))
    };
    let at = words.windows(group.len()).position(is_group)?;
    let rest = [&words[..at], &words[at + group.len()..]].concat();
    let short = rest.join("_");
    is_method(&short).then_some(short)
}

fn words(name: &str) -> Vec<String> {
    let words = snake_text(name);
    words
        .split('_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns `true` if a name says what the method does on its own.
fn is_method(name: &str) -> bool {
    /// Words that belong to a word beside them, as `by` in `getPetById`.
    const LINKS: [&str; 9] = ["a", "and", "by", "for", "from", "in", "of", "to", "with"];
    let words = words(name);
    let is_link = |word: Option<&String>| word.is_none_or(|word| LINKS.contains(&word.as_str()));
    let is_number = words
        .first()
        .is_some_and(|word| word.starts_with(char::is_numeric));
    !is_link(words.first()) && !is_link(words.last()) && !is_number
}

#[cfg(test)]
mod tests;
