//! Rules for keywords that restrict values: bounds, patterns and conditions.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

use super::{Comparison, difference, kind_of};
use crate::diff::classify::change::{ChangeCode, ChangeKind, Effect};
use crate::diff::classify::document::without_prose;
use crate::diff::classify::engine::Spot;
use crate::diff::classify::flat::Flat;
use crate::diff::facts::Node;

/// Lower bounds that are 0 by default.
const MINIMA: [&str; 3] = ["minLength", "minItems", "minProperties"];
const MAXIMA: [&str; 4] = ["maxLength", "maxItems", "maxProperties", "maxContains"];

/// Patterns that match every string.
const ANY: [&str; 5] = ["", ".*", "^.*$", "^.*", ".*$"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn constraints(&mut self) {
        for name in MINIMA {
            self.bound(&[name], Side::Lower, Some(0.0));
        }
        self.bound(&["minContains"], Side::Lower, Some(1.0));
        for name in MAXIMA {
            self.bound(&[name], Side::Upper, None);
        }
        self.bound(&["minimum", "exclusiveMinimum"], Side::Lower, None);
        self.bound(&["maximum", "exclusiveMaximum"], Side::Upper, None);
        self.pattern();
        self.multiple_of();
        self.unique_items();
        for name in ["contentMediaType", "contentEncoding"] {
            let (old, new) = self.keyword(name);
            if let Some(message) = difference(name, old.first(), new.first()) {
                let spot = self.spot((&old, &new));
                let id = (ChangeCode::ConstraintChanged, kind_of(&old, &new));
                self.effect(id, Effect::Incomparable, spot, message);
            }
        }
    }

    /// Compares a bound, which one or two keywords set.
    fn bound(&mut self, names: &[&str], side: Side, default: Option<f64>) {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for name in names {
            let (a, b) = self.keyword(name);
            old.extend(a);
            new.extend(b);
        }
        let limit =
            |flat: &Flat<'_>| strictest(flat, names, side).or(default.map(|it| (it, false)));
        let (a, b) = (limit(&self.old), limit(&self.new));
        let effect = match (a, b) {
            (None, None) => return,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
            (Some(a), Some(b)) => match order(a, b, side) {
                Ordering::Equal => return,
                Ordering::Less => Effect::Narrows,
                Ordering::Greater => Effect::Widens,
            },
        };
        let find = |nodes: &[Node<'d>], name: &str| {
            nodes.iter().find(|it| it.pointer.ends_with(name)).cloned()
        };
        let messages = names.iter().filter_map(|name| {
            let suffix = format!("/{name}");
            difference(
                name,
                find(&old, &suffix).as_ref(),
                find(&new, &suffix).as_ref(),
            )
        });
        let message = messages.collect::<Vec<_>>().join(", ");
        let spot = self.spot((&old, &new));
        let code = code_of(effect);
        self.effect((code, kind_of(&old, &new)), effect, spot, message);
    }

    fn pattern(&mut self) {
        let (old, new) = self.keyword("pattern");
        let texts = |nodes: &[Node<'d>]| -> BTreeSet<&'d str> {
            let texts = nodes.iter().filter_map(|node| node.value.as_str());
            texts.filter(|text| !ANY.contains(text)).collect()
        };
        let (a, b) = (texts(&old), texts(&new));
        let effect = match (a.is_subset(&b), b.is_subset(&a)) {
            (true, true) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (false, false) => Effect::Incomparable,
        };
        let message = difference("pattern", old.first(), new.first());
        let message = message.unwrap_or_else(|| "`pattern` was changed".to_owned());
        let spot = self.spot((&old, &new));
        self.effect(
            (code_of(effect), kind_of(&old, &new)),
            effect,
            spot,
            message,
        );
    }

    fn multiple_of(&mut self) {
        let (old, new) = self.keyword("multipleOf");
        let number = |nodes: &[Node<'d>]| nodes.first().and_then(|node| node.value.as_f64());
        let is_multiple = |a: f64, b: f64| {
            let ratio = a / b;
            b != 0.0 && (ratio - ratio.round()).abs() < 1e-9
        };
        let effect = match (number(&old), number(&new)) {
            (None, None) => return,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
            (Some(a), Some(b)) if a == b => return,
            (Some(a), Some(b)) if is_multiple(a, b) => Effect::Widens,
            (Some(a), Some(b)) if is_multiple(b, a) => Effect::Narrows,
            _ => Effect::Incomparable,
        };
        let message = difference("multipleOf", old.first(), new.first()).unwrap_or_default();
        let spot = self.spot((&old, &new));
        self.effect(
            (code_of(effect), kind_of(&old, &new)),
            effect,
            spot,
            message,
        );
    }

    fn unique_items(&mut self) {
        let (a, b) = (
            self.old.is_true("uniqueItems"),
            self.new.is_true("uniqueItems"),
        );
        let (old, new) = self.keyword("uniqueItems");
        let spot = self.spot((&old, &new));
        let kind = kind_of(&old, &new);
        match (a, b) {
            (false, true) => self.narrowed(spot, "items must be unique", kind),
            (true, false) => self.widened(spot, "items may repeat", kind),
            _ => {}
        }
    }

    /// Compares keywords whose values are schemas, other than those of properties and items.
    pub(super) fn subschemas(&mut self) {
        for name in ["contains", "propertyNames", "contentSchema"] {
            let (old, new) = (self.old.keyword(name), self.new.keyword(name));
            self.subschema(name, old, new);
        }
        for name in ["patternProperties", "dependentSchemas"] {
            self.schema_map(name);
        }
        for name in ["not", "if", "then", "else"] {
            self.condition(name);
        }
        self.dependent_required();
    }

    fn schema_map(&mut self, name: &str) {
        let entries = |flat: &Flat<'d>| {
            let maps = flat.keyword(name);
            maps.iter()
                .flat_map(Node::entries)
                .collect::<Vec<(&'d str, Node<'d>)>>()
        };
        let (old, new) = (entries(&self.old), entries(&self.new));
        let keys: BTreeSet<&str> = old.iter().chain(&new).map(|(key, _)| *key).collect();
        for key in keys {
            let of = |list: &[(&'d str, Node<'d>)]| -> Vec<Node<'d>> {
                let found = list.iter().filter(|(it, _)| *it == key);
                found.map(|(_, node)| node.clone()).collect()
            };
            self.subschema(&format!("{name}: {key}"), of(&old), of(&new));
        }
    }

    /// Compares a keyword whose effect on the valid values cannot be derived from changes within it.
    fn condition(&mut self, name: &str) {
        let (old, new) = self.keyword(name);
        let plain = |nodes: &[Node<'d>]| {
            nodes
                .iter()
                .map(|it| without_prose(it.value))
                .collect::<Vec<_>>()
        };
        let spot = self.spot((&old, &new));
        match (old.is_empty(), new.is_empty()) {
            (true, false) => self.narrowed(spot, &format!("`{name}` was added"), ChangeKind::Added),
            (false, true) => {
                self.widened(spot, &format!("`{name}` was removed"), ChangeKind::Removed)
            }
            _ if plain(&old) != plain(&new) => {
                let id = (ChangeCode::ConstraintChanged, ChangeKind::Changed);
                self.effect(
                    id,
                    Effect::Incomparable,
                    spot,
                    format!("`{name}` was changed"),
                );
            }
            _ => {
                for (a, b) in old.into_iter().zip(new) {
                    self.condition_targets(name, &a, &b);
                }
            }
        }
    }

    /// Compares the schemas that two equal conditions refer to.
    fn condition_targets(&mut self, name: &str, old: &Node<'d>, new: &Node<'d>) {
        let targets = (self.engine.old.target(old), self.engine.new.target(new));
        if let (Some(a), Some(b)) = targets
            && without_prose(a.value) != without_prose(b.value)
        {
            let spot = Spot::new(a.pointer.clone(), b.pointer.clone());
            let id = (ChangeCode::ConstraintChanged, ChangeKind::Changed);
            self.effect(
                id,
                Effect::Incomparable,
                spot,
                format!("the schema of `{name}` was changed"),
            );
        }
    }

    fn dependent_required(&mut self) {
        let maps = self.keyword("dependentRequired");
        let entries = |nodes: &[Node<'d>]| nodes.iter().flat_map(Node::entries).collect::<Vec<_>>();
        let (old, new) = (entries(&maps.0), entries(&maps.1));
        let keys: BTreeSet<&str> = old.iter().chain(&new).map(|(key, _)| *key).collect();
        for key in keys {
            let names = |list: &[(&str, Node<'d>)]| -> BTreeSet<String> {
                let found = list.iter().filter(|(it, _)| *it == key);
                let names = found.flat_map(|(_, node)| node.items());
                names
                    .filter_map(|node| Some(node.value.as_str()?.to_owned()))
                    .collect()
            };
            let (a, b) = (names(&old), names(&new));
            let effect = match (a.is_subset(&b), b.is_subset(&a)) {
                (true, true) => continue,
                (true, false) => Effect::Narrows,
                (false, true) => Effect::Widens,
                (false, false) => Effect::Incomparable,
            };
            let spot = self.spot((&maps.0, &maps.1));
            let message = format!("the properties that `{key}` requires were changed");
            self.effect(
                (code_of(effect), kind_of(&maps.0, &maps.1)),
                effect,
                spot,
                message,
            );
        }
    }
}

fn code_of(effect: Effect) -> ChangeCode {
    match effect {
        Effect::Narrows => ChangeCode::ConstraintNarrowed,
        Effect::Widens => ChangeCode::ConstraintWidened,
        _ => ChangeCode::ConstraintChanged,
    }
}

/// Returns the strictest bound of all parts, with `true` if the bound itself is excluded.
fn strictest(flat: &Flat<'_>, names: &[&str], side: Side) -> Option<(f64, bool)> {
    let mut found: Option<(f64, bool)> = None;
    for part in &flat.parts {
        for name in names {
            let Some(limit) = part.value.get(name).and_then(Value::as_f64) else {
                continue;
            };
            // In OpenAPI 3.0, the exclusive keyword is a flag of the other one.
            let is_flagged = names
                .get(1)
                .is_some_and(|flag| part.value.get(flag) == Some(&Value::Bool(true)));
            let bound = (limit, name.starts_with("exclusive") || is_flagged);
            found = match found {
                Some(known) if order(known, bound, side) != Ordering::Less => Some(known),
                _ => Some(bound),
            };
        }
    }
    found
}

/// Compares bounds: `Less` if the second is stricter.
fn order(a: (f64, bool), b: (f64, bool), side: Side) -> Ordering {
    let numbers = match side {
        Side::Lower => a.0.total_cmp(&b.0),
        Side::Upper => b.0.total_cmp(&a.0),
    };
    numbers.then(a.1.cmp(&b.1))
}
