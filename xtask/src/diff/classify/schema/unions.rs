//! Rules for `oneOf`, `anyOf` and discriminators.

use std::collections::BTreeSet;

use super::{Comparison, difference, kind_of};
use crate::diff::classify::change::{Breaks, ChangeCode, ChangeKind, Effect};
use crate::diff::classify::document::{Document, component_schema, without_prose};
use crate::diff::classify::engine::Spot;
use crate::diff::classify::flat::{Flat, Union};
use crate::diff::facts::Node;

/// Condition under which two branches are the same.
type Rule<'r, 'd> = &'r dyn Fn(&Node<'d>, &Node<'d>) -> bool;

impl<'d> Comparison<'_, 'd> {
    /// Compares unions. Returns `true` if nothing else is to be compared.
    pub(super) fn unions(&mut self) -> bool {
        let (old, new) = (
            std::mem::take(&mut self.old.unions),
            std::mem::take(&mut self.new.unions),
        );
        for (a, b) in old.iter().zip(&new) {
            self.branches(a, b);
        }
        let common = old.len().min(new.len());
        let is_wrapped = match (&old[common..], &new[common..]) {
            ([], [added, ..]) => self.union_added(added),
            ([removed, ..], []) => self.union_removed(removed),
            _ => false,
        };
        if is_wrapped {
            return true;
        }
        self.discriminator();
        false
    }

    fn union_added(&mut self, union: &Union<'d>) -> bool {
        let same = |branch: &&Node<'d>| is_same(&self.old, self.engine.new, branch);
        let matching = union.branches.iter().find(same).cloned();
        let plain = (self.old.without_unions(), self.new.without_unions());
        let spot = Spot::new(self.old.pointer(), union.node.pointer.clone());
        if let (Some(branch), true) = (matching, plain.1.is_empty()) {
            let whole = self.whole();
            for other in union
                .branches
                .iter()
                .filter(|it| it.pointer != branch.pointer)
            {
                let spot = Spot::new(self.old.pointer(), other.pointer.clone());
                let spot = spot.covering(whole.covers.clone());
                self.branch_added(other, spot);
            }
            let start = self.old.parts.first().cloned();
            self.engine
                .schemas(Vec::from_iter(start), vec![branch], self.flow);
            return true;
        }
        let message = format!("`{}` was added", union.keyword);
        let id = (ChangeCode::UnionAdded, ChangeKind::Added);
        if plain.0 == plain.1 {
            self.effect(id, Effect::Narrows, spot, message);
            return false;
        }
        let spot = spot.covering(self.whole().covers);
        self.effect(id, Effect::Incomparable, spot, message);
        true
    }

    fn union_removed(&mut self, union: &Union<'d>) -> bool {
        let same = |branch: &&Node<'d>| is_same(&self.new, self.engine.old, branch);
        let matching = union.branches.iter().find(same).cloned();
        let plain = (self.old.without_unions(), self.new.without_unions());
        let spot = Spot::new(union.node.pointer.clone(), self.new.pointer());
        if let (Some(branch), true) = (matching, plain.0.is_empty()) {
            let whole = self.whole();
            for other in union
                .branches
                .iter()
                .filter(|it| it.pointer != branch.pointer)
            {
                let spot = Spot::new(other.pointer.clone(), self.new.pointer());
                let spot = spot.covering(whole.covers.clone());
                self.branch_removed(other, spot);
            }
            let start = self.new.parts.first().cloned();
            self.engine
                .schemas(vec![branch], Vec::from_iter(start), self.flow);
            return true;
        }
        let message = format!("`{}` was removed", union.keyword);
        let id = (ChangeCode::UnionRemoved, ChangeKind::Removed);
        if plain.0 == plain.1 {
            self.effect(id, Effect::Widens, spot, message);
            return false;
        }
        let spot = spot.covering(self.whole().covers);
        self.effect(id, Effect::Incomparable, spot, message);
        true
    }

    /// Matches the branches of two unions: by the name of the schema, by equality, then by similarity.
    fn branches(&mut self, old: &Union<'d>, new: &Union<'d>) {
        if old.keyword != new.keyword {
            let spot = Spot::new(old.node.pointer.clone(), new.node.pointer.clone());
            let message = format!("`{}` became `{}`", old.keyword, new.keyword);
            let id = (ChangeCode::Equivalent, ChangeKind::Changed, Breaks::Nothing);
            self.change(id, spot, message, Some("both generate the same type"));
        }
        let mut open_old: Vec<Node<'d>> = old.branches.clone();
        let mut open_new: Vec<Node<'d>> = new.branches.clone();
        let (from, to) = (self.engine.old, self.engine.new);
        let by_name = |a: &Node<'d>, b: &Node<'d>| {
            let name = branch_name(from, a);
            name.is_some() && name == branch_name(to, b)
        };
        let by_value = |a: &Node<'d>, b: &Node<'d>| is_equal(from, a, to, b);
        let by_shape = |a: &Node<'d>, b: &Node<'d>| is_similar(from, a, to, b);
        let rules: [Rule<'_, 'd>; 3] = [&by_name, &by_value, &by_shape];
        for matches in rules {
            open_old.retain(|a| {
                let Some(at) = open_new.iter().position(|b| matches(a, b)) else {
                    return true;
                };
                let b = open_new.remove(at);
                self.engine.schemas(vec![a.clone()], vec![b], self.flow);
                false
            });
        }
        for branch in open_old {
            let spot = Spot::new(branch.pointer.clone(), new.node.pointer.clone());
            self.branch_removed(&branch, spot);
        }
        for branch in open_new {
            let spot = Spot::new(old.node.pointer.clone(), branch.pointer.clone());
            self.branch_added(&branch, spot);
        }
    }

    fn branch_added(&mut self, branch: &Node<'d>, spot: Spot) {
        let message = format!("{} was added", branch_title(self.engine.new, branch));
        self.effect(
            (ChangeCode::BranchAdded, ChangeKind::Added),
            Effect::Widens,
            spot,
            message,
        );
    }

    fn branch_removed(&mut self, branch: &Node<'d>, spot: Spot) {
        let message = format!("{} was removed", branch_title(self.engine.old, branch));
        self.effect(
            (ChangeCode::BranchRemoved, ChangeKind::Removed),
            Effect::Narrows,
            spot,
            message,
        );
    }

    fn discriminator(&mut self) {
        let (old, new) = self.keyword("discriminator");
        let (a, b) = (old.first(), new.first());
        let id = ChangeCode::DiscriminatorChanged;
        let (Some(a), Some(b)) = (a, b) else {
            if let Some(message) = difference("discriminator", a, b) {
                let spot = self.spot((&old, &new));
                let kind = kind_of(&old, &new);
                self.change((id, kind, Breaks::Nothing), spot, message, None);
            }
            return;
        };
        let (a, b) = (a.clone(), b.clone());
        let names = (a.get("propertyName"), b.get("propertyName"));
        if let Some(message) = difference("propertyName", names.0.as_ref(), names.1.as_ref()) {
            let pointers = (a.pointer.clone(), b.pointer.clone());
            let spot = Spot::new(
                format!("{}/propertyName", pointers.0),
                format!("{}/propertyName", pointers.1),
            );
            self.effect(
                (id, ChangeKind::Changed),
                Effect::Incomparable,
                spot,
                message,
            );
        }
        self.mapping(&a, &b);
    }

    fn mapping(&mut self, old: &Node<'d>, new: &Node<'d>) {
        let entries = |node: &Node<'d>| {
            node.get("mapping")
                .iter()
                .flat_map(Node::entries)
                .collect::<Vec<_>>()
        };
        let (a, b) = (entries(old), entries(new));
        let names: BTreeSet<&str> = a.iter().chain(&b).map(|(name, _)| *name).collect();
        for name in names {
            let find = |list: &[(&str, Node<'d>)]| {
                list.iter()
                    .find(|(it, _)| *it == name)
                    .map(|(_, node)| node.clone())
            };
            let (x, y) = (find(&a), find(&b));
            let target = |node: &Option<Node<'d>>| {
                let text = node.as_ref()?.value.as_str()?;
                Some(text.rsplit('/').next().unwrap_or(text).to_owned())
            };
            if target(&x) == target(&y) {
                continue;
            }
            let (effect, what) = match (&x, &y) {
                (None, _) => (Effect::Widens, "was added"),
                (_, None) => (Effect::Narrows, "was removed"),
                _ => (Effect::Incomparable, "selects another schema"),
            };
            let kind = kind_of(&Vec::from_iter(x.clone()), &Vec::from_iter(y.clone()));
            let place = |node: Option<Node<'d>>, parent: &Node<'d>| {
                node.map_or_else(|| parent.pointer.clone(), |node| node.pointer)
            };
            let spot = Spot::new(place(x, old), place(y, new));
            let message = format!("discriminator value `{name}` {what}");
            self.effect(
                (ChangeCode::DiscriminatorChanged, kind),
                effect,
                spot,
                message,
            );
        }
    }
}

/// Returns the component schema that a branch refers to.
fn branch_name(document: Document<'_>, branch: &Node<'_>) -> Option<String> {
    component_schema(&document.target(branch)?.pointer)
}

fn branch_title(document: Document<'_>, branch: &Node<'_>) -> String {
    match branch_name(document, branch) {
        Some(name) => format!("branch `{name}`"),
        None => match branch.text("type") {
            Some(name) => format!("branch of type {name}"),
            None => "a branch".to_owned(),
        },
    }
}

/// Returns `true` if a schema without unions equals a branch in the other document.
fn is_same(schema: &Flat<'_>, document: Document<'_>, branch: &Node<'_>) -> bool {
    let resolved = Flat::new(document, std::slice::from_ref(branch));
    schema.unions.is_empty() && !schema.parts.is_empty() && plain(schema) == plain(&resolved)
}

fn is_equal(old: Document<'_>, a: &Node<'_>, new: Document<'_>, b: &Node<'_>) -> bool {
    let a = Flat::new(old, std::slice::from_ref(a));
    let b = Flat::new(new, std::slice::from_ref(b));
    plain(&a) == plain(&b)
}

/// Returns all parts without prose and references.
pub(super) fn plain(flat: &Flat<'_>) -> Vec<serde_json::Value> {
    let parts = flat.parts.iter().map(|part| {
        let mut value = without_prose(part.value);
        if let Some(map) = value.as_object_mut() {
            map.retain(|name, _| name != "$ref");
        }
        value
    });
    parts.collect()
}

/// Returns `true` if two schemas have a type in common and, for objects, most properties.
fn is_similar(old: Document<'_>, a: &Node<'_>, new: Document<'_>, b: &Node<'_>) -> bool {
    let a = Flat::new(old, std::slice::from_ref(a));
    let b = Flat::new(new, std::slice::from_ref(b));
    let (Some(x), Some(y)) = (a.types(), b.types()) else {
        return false;
    };
    if x != y {
        return false;
    }
    let (x, y) = (a.properties(), b.properties());
    let common = x.keys().filter(|name| y.contains_key(*name)).count();
    2 * common >= x.len().max(y.len())
}
