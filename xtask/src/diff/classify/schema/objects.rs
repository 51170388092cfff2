//! Rules for properties.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Comparison;
use crate::diff::classify::change::{Breaks, ChangeCode, ChangeKind, Direction};
use crate::diff::classify::engine::{Flow, Spot};
use crate::diff::classify::flat::Flat;
use crate::diff::classify::similarity;
use crate::diff::facts::Node;

/// Property of one schema.
struct Property<'d> {
    name: String,
    schema: Vec<Node<'d>>,
    flat: Flat<'d>,
    is_required: bool,
    /// `true` if it is not sent in the direction under comparison.
    is_unsent: bool,
}

impl Property<'_> {
    fn pointer(&self) -> String {
        self.schema
            .first()
            .map(|node| node.pointer.clone())
            .unwrap_or_default()
    }
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn objects(&mut self) {
        self.keyword("required");
        let (old, new) = (self.properties(&self.old), self.properties(&self.new));
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for property in &old {
            match new.iter().find(|other| other.name == property.name) {
                Some(other) => self.property(property, other),
                None => removed.push(property),
            }
        }
        for property in &new {
            if old.iter().all(|other| other.name != property.name) {
                added.push(property);
            }
        }
        self.renamed(&mut removed, &mut added);
        for property in removed {
            self.property_removed(property);
        }
        for property in added {
            self.property_added(property);
        }
        self.undeclared();
        for name in [
            "additionalProperties",
            "unevaluatedProperties",
            "unevaluatedItems",
        ] {
            self.additional(name);
        }
    }

    fn properties(&self, flat: &Flat<'d>) -> Vec<Property<'d>> {
        let document = match std::ptr::eq(flat, &self.old) {
            true => self.engine.old,
            false => self.engine.new,
        };
        let required = flat.required();
        let properties = flat.properties().into_iter().map(|(name, schema)| {
            let flat = Flat::new(document, &schema);
            let is_unsent = match self.flow.direction {
                Direction::Request => flat.is_true("readOnly"),
                Direction::Response => flat.is_true("writeOnly"),
            };
            Property {
                name: name.to_owned(),
                is_required: required.contains_key(name),
                is_unsent,
                schema,
                flat,
            }
        });
        properties.collect()
    }

    /// Compares a property that both schemas have.
    fn property(&mut self, old: &Property<'d>, new: &Property<'d>) {
        let is_toggled = self.read_and_write_only(old, new);
        let flow = Flow {
            is_unsent: self.flow.is_unsent || old.is_unsent || new.is_unsent,
            ..self.flow
        };
        let outer = std::mem::replace(&mut self.flow, flow);
        if old.is_required != new.is_required && !is_toggled {
            self.requirement(old, new);
        }
        self.flow = outer;
        self.engine
            .schemas(old.schema.clone(), new.schema.clone(), flow);
    }

    fn requirement(&mut self, old: &Property<'d>, new: &Property<'d>) {
        let (code, breaks, message, note) = match (new.is_required, self.flow.direction) {
            (true, Direction::Request) => (
                ChangeCode::PropertyRequired,
                Breaks::Wire,
                "became required",
                None,
            ),
            (true, Direction::Response) => (
                ChangeCode::PropertyRequired,
                Breaks::Nothing,
                "is always sent",
                Some("the generated field is no longer an `Option`"),
            ),
            (false, Direction::Request) => (
                ChangeCode::PropertyOptional,
                Breaks::Nothing,
                "became optional",
                Some("the generated field becomes an `Option`"),
            ),
            (false, Direction::Response) => (
                ChangeCode::PropertyOptional,
                Breaks::Wire,
                "may be missing",
                Some("the generated field becomes an `Option`"),
            ),
        };
        let spot = Spot::new(old.pointer(), new.pointer()).covering(self.required_lists());
        self.change((code, ChangeKind::Changed, breaks), spot, message, note);
    }

    fn required_lists(&self) -> Vec<String> {
        let lists = [self.old.keyword("required"), self.new.keyword("required")].concat();
        lists.into_iter().map(|node| node.pointer).collect()
    }

    /// Compares `readOnly` and `writeOnly`. Returns `true` if a property starts or stops to be sent.
    fn read_and_write_only(&mut self, old: &Property<'d>, new: &Property<'d>) -> bool {
        let rules = [
            ("readOnly", ChangeCode::ReadOnlyChanged, Direction::Request),
            (
                "writeOnly",
                ChangeCode::WriteOnlyChanged,
                Direction::Response,
            ),
        ];
        let mut is_toggled = false;
        for (name, code, unsent_in) in rules {
            let (a, b) = (old.flat.is_true(name), new.flat.is_true(name));
            let keywords = (old.flat.keyword(name), new.flat.keyword(name));
            if a == b {
                continue;
            }
            let is_affected = self.flow.direction == unsent_in;
            is_toggled |= is_affected;
            let breaks = match (is_affected, b, unsent_in) {
                (false, _, _) => Breaks::Nothing,
                (true, true, _) => Breaks::Wire,
                (true, false, Direction::Request) if new.is_required => Breaks::Wire,
                (true, false, _) => Breaks::Nothing,
            };
            let message = match (is_affected, b) {
                (true, true) => {
                    format!("became `{name}`: no longer sent in {}s", unsent_in.as_str())
                }
                (true, false) => format!("is no longer `{name}`: sent in {}s", unsent_in.as_str()),
                (false, true) => format!("became `{name}`"),
                (false, false) => format!("is no longer `{name}`"),
            };
            let covers = keywords
                .0
                .iter()
                .chain(&keywords.1)
                .map(|node| node.pointer.clone());
            let covers: Vec<String> = covers.chain(self.required_lists()).collect();
            let spot = Spot::new(old.pointer(), new.pointer()).covering(covers);
            self.change((code, ChangeKind::Changed, breaks), spot, message, None);
        }
        is_toggled
    }

    fn property_removed(&mut self, property: &Property<'d>) {
        let spot = Spot::new(property.pointer(), self.new.pointer());
        let covers = property.schema.iter().map(|node| node.pointer.clone());
        let spot = spot.covering(covers.chain(self.required_lists()));
        let breaks = if property.is_unsent {
            Breaks::Nothing
        } else {
            Breaks::Wire
        };
        let id = (ChangeCode::PropertyRemoved, ChangeKind::Removed, breaks);
        self.change(id, spot, "was removed", None);
    }

    fn property_added(&mut self, property: &Property<'d>) {
        let spot = Spot::new(self.old.pointer(), property.pointer());
        let covers = property.schema.iter().map(|node| node.pointer.clone());
        let spot = spot.covering(covers.chain(self.required_lists()));
        let is_needed = self.flow.direction == Direction::Request
            && property.is_required
            && !property.is_unsent;
        let breaks = if is_needed {
            Breaks::Wire
        } else {
            Breaks::Nothing
        };
        let message = match property.is_required {
            true => "was added, required",
            false => "was added, optional",
        };
        self.change(
            (ChangeCode::PropertyAdded, ChangeKind::Added, breaks),
            spot,
            message,
            None,
        );
    }

    /// Reports a removed and an added property with the same schema as one renamed property.
    fn renamed(&mut self, removed: &mut Vec<&Property<'d>>, added: &mut Vec<&Property<'d>>) {
        let is_only = removed.len() == 1 && added.len() == 1;
        removed.retain(|old| {
            let matches = |new: &&Property<'d>| {
                let same = super::unions::plain(&old.flat) == super::unions::plain(&new.flat)
                    && old.is_required == new.is_required
                    && old.is_unsent == new.is_unsent;
                same && (similarity::is_similar(&old.name, &new.name)
                    || is_only && is_specific(&old.flat))
            };
            let Some(at) = added.iter().position(matches) else {
                return true;
            };
            let new = added.remove(at);
            let covers = old
                .schema
                .iter()
                .chain(&new.schema)
                .map(|node| node.pointer.clone());
            let covers: Vec<String> = covers.chain(self.required_lists()).collect();
            let spot = Spot::new(old.pointer(), new.pointer()).covering(covers);
            let breaks = if old.is_unsent {
                Breaks::Nothing
            } else {
                Breaks::Wire
            };
            let id = (ChangeCode::PropertyRenamed, ChangeKind::Changed, breaks);
            self.change(id, spot, format!("was renamed to `{}`", new.name), None);
            false
        });
    }

    /// Compares required names without a declared property.
    fn undeclared(&mut self) {
        let (old, new) = (self.old.required(), self.new.required());
        let declared = |flat: &Flat<'d>| flat.properties().into_keys().collect::<BTreeSet<&str>>();
        let declared: BTreeSet<&str> = declared(&self.old)
            .into_iter()
            .chain(declared(&self.new))
            .collect();
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for name in names.into_iter().filter(|name| !declared.contains(name)) {
            let spot =
                |old: String, new: String| Spot::new(old, new).covering(self.required_lists());
            match (old.get(name), new.get(name)) {
                (None, Some(pointer)) => {
                    let spot = spot(self.old.pointer(), pointer.clone());
                    self.narrowed(
                        spot,
                        &format!("property `{name}` became required"),
                        ChangeKind::Added,
                    );
                }
                (Some(pointer), None) => {
                    let spot = spot(pointer.clone(), self.new.pointer());
                    self.widened(
                        spot,
                        &format!("property `{name}` became optional"),
                        ChangeKind::Removed,
                    );
                }
                _ => {}
            }
        }
    }

    /// Compares a keyword for values that are not declared one by one.
    fn additional(&mut self, name: &str) {
        let (old, new) = (self.old.keyword(name), self.new.keyword(name));
        let (a, b) = (Additional::of(&old), Additional::of(&new));
        let spot = self.spot((&old, &new));
        let kind = super::kind_of(&old, &new);
        let message = format!("`{name}` became {}, was {}", b.as_str(), a.as_str());
        match (a, b) {
            (Additional::Schema, Additional::Schema) => {
                let schemas = |nodes: Vec<Node<'d>>| {
                    nodes
                        .into_iter()
                        .filter(|it| it.value.is_object())
                        .collect()
                };
                self.engine.schemas(schemas(old), schemas(new), self.flow);
            }
            (a, b) if a == b => {
                self.keyword(name);
            }
            (Additional::Forbidden, _) if self.flow.direction == Direction::Response => {
                let id = (ChangeCode::ConstraintWidened, kind, Breaks::Nothing);
                self.change(
                    id,
                    spot,
                    message,
                    Some("generated types ignore unknown properties"),
                );
            }
            (Additional::Forbidden, _) | (Additional::Schema, Additional::Any) => {
                self.widened(spot, &message, kind);
            }
            _ => self.narrowed(spot, &message, kind),
        }
    }
}

/// Value of `additionalProperties` and similar keywords.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Additional {
    Any,
    Schema,
    Forbidden,
}

impl Additional {
    fn of(nodes: &[Node<'_>]) -> Self {
        let is_schema = |value: &Value| value.as_object().is_some_and(|map| !map.is_empty());
        if nodes.iter().any(|node| node.value == &Value::Bool(false)) {
            Self::Forbidden
        } else if nodes.iter().any(|node| is_schema(node.value)) {
            Self::Schema
        } else {
            Self::Any
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Schema => "a schema",
            Self::Forbidden => "forbidden",
        }
    }
}

/// Returns `true` for a schema that says more than a plain type.
fn is_specific(flat: &Flat<'_>) -> bool {
    let keywords = flat.parts.iter().flat_map(Node::entries);
    let keywords = keywords.filter(|(name, _)| !crate::diff::facts::is_prose(name));
    keywords.count() > 1
}
