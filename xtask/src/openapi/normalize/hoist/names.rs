//! Groups of equal inline schemas that share a component, and the names of these components.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::canonical::canonical;
use super::{InlineSchema, is_constant, needs_type};
use crate::openapi::normalize::{component_names, naming, walk};

/// Key of a group of equal inline schemas.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GroupKey {
    schema: String,
    /// Name or JSON Pointer that distinguishes groups of equal schemas.
    name: String,
}

/// Groups equal inline schemas, in document order.
pub(super) fn group(occurrences: Vec<InlineSchema>) -> Vec<(GroupKey, Vec<InlineSchema>)> {
    let mut order: Vec<(GroupKey, Vec<InlineSchema>)> = Vec::new();
    let mut index: BTreeMap<GroupKey, usize> = BTreeMap::new();
    for occurrence in occurrences {
        let schema = canonical(&occurrence.schema).to_string();
        let name = if is_id(&occurrence.schema) {
            String::new()
        } else if !occurrence.shareable || is_constant(&occurrence.schema) {
            occurrence.scope.clone()
        } else {
            occurrence
                .general
                .clone()
                .unwrap_or_else(|| format!("…{}", occurrence.suffix))
        };
        let key = GroupKey { schema, name };
        match index.get(&key) {
            Some(at) => order[*at].1.push(occurrence),
            None => {
                index.insert(key.clone(), order.len());
                order.push((key, vec![occurrence]));
            }
        }
    }
    // Equal schemas without a preferred name may be unrelated, so they only share a type if their owners are
    // related.
    order
        .into_iter()
        .flat_map(|(key, occurrences)| {
            let related = occurrences
                .iter()
                .any(|occurrence| occurrence.general.is_some())
                || !common_prefix(&occurrences).is_empty();
            if related || occurrences.len() == 1 {
                return vec![(key, occurrences)];
            }
            occurrences
                .into_iter()
                .map(|occurrence| {
                    let key = GroupKey {
                        schema: key.schema.clone(),
                        name: occurrence.pointer.clone(),
                    };
                    (key, vec![occurrence])
                })
                .collect()
        })
        .collect()
}

/// Returns `true` for an ID: a string with a prefix in its pattern.
fn is_id(schema: &Value) -> bool {
    let Some(pattern) = schema.get("pattern").and_then(Value::as_str) else {
        return false;
    };
    let Some(rest) = pattern.strip_prefix('^') else {
        return false;
    };
    let letters = rest.chars().take_while(char::is_ascii_alphabetic).count();
    letters >= 1 && rest[letters..].starts_with(['_', ':', '-'])
}

/// Returns the common prefix of the names of all owners, in full words.
fn common_prefix(occurrences: &[InlineSchema]) -> String {
    let mut owners = occurrences
        .iter()
        .map(|occurrence| naming::words(&occurrence.owner));
    let Some(mut prefix) = owners.next() else {
        return String::new();
    };
    for words in owners {
        let same = prefix
            .iter()
            .zip(&words)
            .take_while(|(a, b)| a == b)
            .count();
        prefix.truncate(same);
    }
    if prefix.is_empty() {
        return String::new();
    }
    naming::pascal(&prefix.join("_"))
}

/// Names of components, those of the document and those that are added.
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// Components by canonical schema, which later equal schemas reuse.
    known: BTreeMap<GroupKey, String>,
}

impl Names {
    pub(super) fn new(document: &Value) -> Self {
        let mut names = Names {
            taken: component_names::RESERVED
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            known: BTreeMap::new(),
        };
        for (name, schema) in walk::components(document).into_iter().flatten() {
            let becomes = naming::pascal(name);
            names.taken.insert(becomes.clone());
            if !needs_type(schema) {
                continue;
            }
            let key_name = if is_id(schema) {
                String::new()
            } else {
                becomes
            };
            let key = GroupKey {
                schema: canonical(schema).to_string(),
                name: key_name,
            };
            names.known.entry(key).or_insert_with(|| name.clone());
        }
        names
    }

    /// Returns the component for these inline schemas, and `true` if it must be added.
    pub(super) fn choose(
        &mut self,
        key: &GroupKey,
        occurrences: &[InlineSchema],
    ) -> (String, bool) {
        if let Some(name) = self.known.get(key) {
            return (name.clone(), false);
        }
        let specific =
            |occurrence: &InlineSchema| format!("{}{}", occurrence.owner, occurrence.suffix);
        let mut candidates: Vec<String> = Vec::new();
        if occurrences.len() > 1 {
            candidates.extend(most_common(
                occurrences
                    .iter()
                    .filter_map(|occurrence| occurrence.general.clone()),
            ));
            let prefix = common_prefix(occurrences);
            if let (Some(first), false) = (occurrences.first(), prefix.is_empty()) {
                candidates.push(format!("{prefix}{}", first.suffix));
            }
        }
        if let Some(first) = occurrences.first() {
            let name = specific(first);
            candidates.push(name.clone());
            candidates.push(format!("{name}Value"));
            candidates.push(name);
        }
        // Names are compared as type names, because different names can have the same type name.
        let candidates: Vec<String> = candidates.iter().map(|name| naming::pascal(name)).collect();
        let free = candidates.iter().find(|name| !self.taken.contains(*name));
        let name = match (free, candidates.last()) {
            (Some(free), _) => free.clone(),
            (None, Some(last)) => naming::unused(last, |name| self.taken.contains(name)),
            (None, None) => naming::unused("Inline", |name| self.taken.contains(name)),
        };
        self.taken.insert(name.clone());
        self.known.insert(key.clone(), name.clone());
        (name, true)
    }
}

/// Returns the most frequent name; the first one if several are equally frequent.
fn most_common(names: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: IndexMap<String, usize> = IndexMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts
        .into_iter()
        .find(|(_, count)| *count == most)
        .map(|(name, _)| name)
}
