//! Rules for schemas.

mod constraints;
mod objects;
mod unions;

use serde_json::Value;

use super::change::{Breaks, ChangeCode, ChangeKind, Direction, Effect};
use super::document::{self, shown, without_prose};
use super::engine::{Engine, Flow, Pair, Spot};
use super::flat::Flat;
use crate::diff::facts::Node;
use crate::openapi::extensions::{self, is_extension};

/// Keywords of a schema that have a rule of their own.
const RULES: &[&str] = &[
    "type",
    "nullable",
    "format",
    "enum",
    "const",
    "properties",
    "required",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "discriminator",
    "items",
    "contentMediaType",
    "contentEncoding",
];

/// Keywords whose entries are compared one by one.
const ENTERED: &[&str] = &[
    "properties",
    "items",
    "additionalProperties",
    "patternProperties",
    "prefixItems",
    "oneOf",
    "anyOf",
];

/// Comparison of one pair: the engine with both schemas flattened.
pub(super) struct Comparison<'e, 'd> {
    pub(super) engine: &'e mut Engine<'d>,
    pub(super) old: Flat<'d>,
    pub(super) new: Flat<'d>,
    pub(super) flow: Flow,
}

pub(super) fn compare<'d>(engine: &mut Engine<'d>, pair: &Pair<'d>) {
    let old = Flat::new(engine.old, &pair.old);
    let new = Flat::new(engine.new, &pair.new);
    engine.mark_old(old.read.iter().cloned());
    engine.mark_new(new.read.iter().cloned());
    if pair.old.len().max(pair.new.len()) > 1 {
        engine.parts += old.parts.len() + new.parts.len();
    }
    for (side, flat) in [&old, &new].into_iter().enumerate() {
        let entered = ENTERED.iter().flat_map(|name| flat.keyword(name));
        engine.entered[side].extend(entered.map(|node| node.pointer));
    }
    let name = |document: document::Document<'d>, nodes: &[Node<'d>]| match nodes {
        [only] => document::component_schema(&document.target(only)?.pointer),
        _ => None,
    };
    if let (Some(a), Some(b)) = (name(engine.old, &pair.old), name(engine.new, &pair.new))
        && a != b
    {
        engine.renamed(a, b);
    }
    let mut comparison = Comparison {
        engine,
        old,
        new,
        flow: pair.flow,
    };
    comparison.run();
}

impl<'d> Comparison<'_, 'd> {
    fn run(&mut self) {
        if self.never() || self.unions() || self.types() {
            return;
        }
        self.format();
        self.null();
        self.values();
        self.constraints();
        self.objects();
        self.arrays();
        self.subschemas();
        self.annotations();
    }

    /// Compares schemas that allow no value. Returns `true` if nothing else is to be compared.
    fn never(&mut self) -> bool {
        let effect = match (self.old.is_never, self.new.is_never) {
            (false, false) => return false,
            (true, true) => return true,
            (false, true) => Effect::Narrows,
            (true, false) => Effect::Widens,
        };
        let spot = self.whole();
        let message = match effect {
            Effect::Narrows => "no value is allowed",
            _ => "values are allowed",
        };
        let code = match effect {
            Effect::Narrows => ChangeCode::ConstraintNarrowed,
            _ => ChangeCode::ConstraintWidened,
        };
        self.effect((code, ChangeKind::Changed), effect, spot, message);
        true
    }

    /// Returns a spot that explains every keyword of both schemas.
    pub(super) fn whole(&self) -> Spot {
        let pointers =
            |flat: &Flat<'_>| flat.parts.iter().map(|part| part.pointer.clone()).collect();
        let (old, new): (Vec<String>, Vec<String>) = (pointers(&self.old), pointers(&self.new));
        Spot::new(self.old.pointer(), self.new.pointer()).covering(old.into_iter().chain(new))
    }

    /// Reports a change by its effect on the valid values.
    pub(super) fn effect(
        &mut self,
        (code, kind): (ChangeCode, ChangeKind),
        effect: Effect,
        spot: Spot,
        message: impl Into<String>,
    ) {
        let breaks = effect.breaks(self.flow.direction);
        self.change((code, kind, breaks), spot, message, None);
    }

    /// Reports a change. A part that is not sent in this direction breaks nothing.
    pub(super) fn change(
        &mut self,
        (code, kind, breaks): (ChangeCode, ChangeKind, Breaks),
        spot: Spot,
        message: impl Into<String>,
        note: Option<&'static str>,
    ) {
        let (breaks, note) = match (self.flow.is_unsent, self.flow.direction) {
            (false, _) => (breaks, note),
            (true, Direction::Request) => {
                (Breaks::Nothing, Some("read-only: not sent in requests"))
            }
            (true, Direction::Response) => {
                (Breaks::Nothing, Some("write-only: not sent in responses"))
            }
        };
        let direction = self.flow.direction;
        let change = self.engine.report((code, kind, breaks), spot, message);
        change.direction = Some(direction);
        change.note = note;
    }

    /// Returns the values of a keyword in both schemas, and records that they were read.
    pub(super) fn keyword(&mut self, name: &str) -> (Vec<Node<'d>>, Vec<Node<'d>>) {
        let (old, new) = (self.old.keyword(name), self.new.keyword(name));
        self.engine
            .mark_old(old.iter().map(|node| node.pointer.clone()));
        self.engine
            .mark_new(new.iter().map(|node| node.pointer.clone()));
        (old, new)
    }

    /// Returns the place of a keyword, or of the schema where it is missing.
    pub(super) fn spot(&self, (old, new): (&[Node<'_>], &[Node<'_>])) -> Spot {
        let place = |nodes: &[Node<'_>], flat: &Flat<'_>| match nodes.first() {
            Some(node) => node.pointer.clone(),
            None => flat.pointer(),
        };
        let covers = old.iter().chain(new).map(|node| node.pointer.clone());
        Spot::new(place(old, &self.old), place(new, &self.new)).covering(covers)
    }

    /// Compares types. Returns `true` if they have no value in common, so that nothing else is to be compared.
    fn types(&mut self) -> bool {
        let nodes = self.keyword("type");
        let (old, new) = (self.old.types(), self.new.types());
        let name = |types: &Option<std::collections::BTreeSet<String>>| match types {
            None => "any type".to_owned(),
            Some(types) if types.is_empty() => "no type".to_owned(),
            Some(types) => types
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" or "),
        };
        let message = format!("type became {}, was {}", name(&new), name(&old));
        let within = |inner: &std::collections::BTreeSet<String>,
                      outer: &std::collections::BTreeSet<String>| {
            inner
                .iter()
                .all(|name| outer.contains(name) || name == "integer" && outer.contains("number"))
        };
        let effect = match (&old, &new) {
            (None, None) => return false,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
            (Some(a), Some(b)) if a == b => return false,
            (Some(a), Some(b)) if within(a, b) => Effect::Widens,
            (Some(a), Some(b)) if within(b, a) => Effect::Narrows,
            _ => Effect::Incomparable,
        };
        let code = match effect {
            Effect::Widens => ChangeCode::TypeWidened,
            Effect::Narrows => ChangeCode::TypeNarrowed,
            _ => ChangeCode::TypeChanged,
        };
        let spot = match effect {
            // A sentence on each keyword of two unrelated types would add nothing.
            Effect::Incomparable => {
                let whole = self.whole();
                Spot {
                    covers: whole.covers,
                    ..self.spot((&nodes.0, &nodes.1))
                }
            }
            _ => self.spot((&nodes.0, &nodes.1)),
        };
        let breaks = effect.breaks(self.flow.direction);
        let note = (breaks == Breaks::Nothing).then_some("the generated type changes");
        self.change((code, ChangeKind::Changed, breaks), spot, message, note);
        effect == Effect::Incomparable
    }

    fn format(&mut self) {
        let (old, new) = self.keyword("format");
        let text = |nodes: &[Node<'d>]| nodes.first().and_then(|node| node.value.as_str());
        let (a, b) = (text(&old), text(&new));
        let (effect, message) = match (a, b) {
            (None, None) => return,
            (Some(a), Some(b)) if a == b => return,
            (None, Some(b)) => (Effect::Narrows, format!("format `{b}` was added")),
            (Some(a), None) => (Effect::Widens, format!("format `{a}` was removed")),
            (Some(a), Some(b)) => {
                let effect = match (a, b) {
                    ("int32", "int64") | ("float", "double") => Effect::Widens,
                    ("int64", "int32") | ("double", "float") => Effect::Narrows,
                    _ => Effect::Incomparable,
                };
                (effect, format!("format became `{b}`, was `{a}`"))
            }
        };
        let code = match effect {
            Effect::Widens => ChangeCode::FormatWidened,
            Effect::Narrows => ChangeCode::FormatNarrowed,
            _ => ChangeCode::FormatChanged,
        };
        let spot = self.spot((&old, &new));
        let breaks = effect.breaks(self.flow.direction);
        let note = (breaks == Breaks::Nothing).then_some("the generated type may change");
        self.change((code, kind_of(&old, &new), breaks), spot, message, note);
    }

    fn null(&mut self) {
        let (old, new) = self.keyword("nullable");
        let allows = |flat: &Flat<'_>| flat.is_nullable;
        let (a, b) = (allows(&self.old), allows(&self.new));
        if a == b {
            return;
        }
        // Without any type, null was allowed before.
        if self.old.types().is_none() || self.new.types().is_none() {
            return;
        }
        let nodes = match old.is_empty() && new.is_empty() {
            true => self.keyword("type"),
            false => (old, new),
        };
        let mut spot = self.spot((&nodes.0, &nodes.1));
        let unions = |flat: &Flat<'_>| flat.read.clone();
        spot.covers.extend(unions(&self.old));
        spot.covers.extend(unions(&self.new));
        let (code, effect, message) = match b {
            true => (ChangeCode::NullAllowed, Effect::Widens, "may be null"),
            false => (
                ChangeCode::NullForbidden,
                Effect::Narrows,
                "may no longer be null",
            ),
        };
        self.effect((code, ChangeKind::Changed), effect, spot, message);
    }

    /// Compares `enum` and `const`.
    fn values(&mut self) {
        let lists = self.keyword("enum");
        let constants = self.keyword("const");
        let nodes = (
            [lists.0, constants.0.clone()].concat(),
            [lists.1, constants.1.clone()].concat(),
        );
        let spot = self.spot((&nodes.0, &nodes.1));
        let (old, new) = match (self.old.values(), self.new.values()) {
            (None, None) => return,
            (None, Some(_)) => {
                let id = (ChangeCode::EnumAdded, ChangeKind::Added);
                let message = "was restricted to an enumeration or constant";
                return self.effect(id, Effect::Narrows, spot, message);
            }
            (Some(_), None) => {
                let id = (ChangeCode::EnumRemoved, ChangeKind::Removed);
                let message = "is no longer restricted to an enumeration or constant";
                return self.effect(id, Effect::Widens, spot, message);
            }
            (Some(old), Some(new)) => (old, new),
        };
        if let ([(a, _)], [(b, _)], 1, 1) =
            (&old[..], &new[..], constants.0.len(), constants.1.len())
        {
            if a != b {
                let message = format!("constant became {}, was {}", shown(b), shown(a));
                let id = (ChangeCode::ConstChanged, ChangeKind::Changed);
                self.effect(id, Effect::Incomparable, spot, message);
            }
            return;
        }
        let lacks =
            |values: &[(&Value, String)], value: &Value| values.iter().all(|(it, _)| *it != value);
        for (value, pointer) in old.iter().filter(|(value, _)| lacks(&new, value)) {
            let spot = Spot {
                old: pointer.clone(),
                ..spot.clone()
            };
            let id = (ChangeCode::EnumValueRemoved, ChangeKind::Removed);
            self.effect(
                id,
                Effect::Narrows,
                spot,
                format!("value {} was removed", shown(value)),
            );
        }
        for (value, pointer) in new.iter().filter(|(value, _)| lacks(&old, value)) {
            let spot = Spot {
                new: pointer.clone(),
                ..spot.clone()
            };
            self.value_added(value, spot);
        }
    }

    fn value_added(&mut self, value: &Value, spot: Spot) {
        let (breaks, note) = match (self.flow.direction, self.engine.options.open_enums) {
            (Direction::Request, _) => (Breaks::Nothing, None),
            (Direction::Response, true) => (
                Breaks::Nothing,
                Some("generated enumerations are open: `Unknown` holds the value"),
            ),
            (Direction::Response, false) => (
                Breaks::Wire,
                Some("generated enumerations are open; `--open-enums` counts this as compatible"),
            ),
        };
        let id = (ChangeCode::EnumValueAdded, ChangeKind::Added, breaks);
        self.change(id, spot, format!("value {} was added", shown(value)), note);
    }

    fn arrays(&mut self) {
        let is_schema = |node: &Node<'_>| !node.value.is_array();
        let items = |flat: &Flat<'d>| -> Vec<Node<'d>> {
            flat.keyword("items")
                .into_iter()
                .filter(is_schema)
                .collect()
        };
        let (old, new) = (items(&self.old), items(&self.new));
        self.subschema("items", old, new);
        self.prefix_items();
    }

    /// Compares a keyword whose value is a schema that restricts the valid values.
    pub(super) fn subschema(&mut self, name: &str, old: Vec<Node<'d>>, new: Vec<Node<'d>>) {
        let spot = self.spot((&old, &new));
        match (old.is_empty(), new.is_empty()) {
            (true, true) => {}
            (false, false) => self.engine.schemas(old, new, self.flow),
            (true, false) => self.narrowed(spot, &format!("`{name}` was added"), ChangeKind::Added),
            (false, true) => {
                self.widened(spot, &format!("`{name}` was removed"), ChangeKind::Removed)
            }
        }
    }

    pub(super) fn narrowed(&mut self, spot: Spot, message: &str, kind: ChangeKind) {
        self.effect(
            (ChangeCode::ConstraintNarrowed, kind),
            Effect::Narrows,
            spot,
            message,
        );
    }

    pub(super) fn widened(&mut self, spot: Spot, message: &str, kind: ChangeKind) {
        self.effect(
            (ChangeCode::ConstraintWidened, kind),
            Effect::Widens,
            spot,
            message,
        );
    }

    /// Compares the items of tuples.
    ///
    /// A further item restricts a list that may have any number of items, and lengthens a list of fixed length.
    fn prefix_items(&mut self) {
        let lists = (self.old.last("prefixItems"), self.new.last("prefixItems"));
        let items = |list: &Option<Node<'d>>| list.iter().flat_map(Node::items).collect::<Vec<_>>();
        let (old, new) = (items(&lists.0), items(&lists.1));
        for (a, b) in old.iter().zip(&new) {
            self.engine
                .schemas(vec![a.clone()], vec![b.clone()], self.flow);
        }
        let is_closed = |flat: &Flat<'_>| {
            flat.keyword("items")
                .iter()
                .any(|it| it.value == &Value::Bool(false))
        };
        let is_closed = is_closed(&self.old) && is_closed(&self.new);
        let common = old.len().min(new.len());
        for item in &old[common..] {
            let spot = Spot::new(item.pointer.clone(), self.new.pointer());
            match is_closed {
                true => self.narrowed(
                    spot,
                    "an item was removed from the tuple",
                    ChangeKind::Removed,
                ),
                false => self.widened(
                    spot,
                    "an item of the tuple is no longer restricted",
                    ChangeKind::Removed,
                ),
            }
        }
        for item in &new[common..] {
            let spot = Spot::new(self.old.pointer(), item.pointer.clone());
            match is_closed {
                true => self.widened(spot, "an item was added to the tuple", ChangeKind::Added),
                false => self.narrowed(
                    spot,
                    "another item of the tuple is restricted",
                    ChangeKind::Added,
                ),
            }
        }
    }

    /// Compares defaults, deprecation and extensions.
    fn annotations(&mut self) {
        let (old, new) = (self.old.last("default"), self.new.last("default"));
        self.keyword("default");
        if let Some(message) = difference("default", old.as_ref(), new.as_ref()) {
            let nodes = (Vec::from_iter(old), Vec::from_iter(new));
            let spot = self.spot((&nodes.0, &nodes.1));
            let kind = kind_of(&nodes.0, &nodes.1);
            self.change(
                (ChangeCode::DefaultChanged, kind, Breaks::Nothing),
                spot,
                message,
                None,
            );
        }
        let (a, b) = (
            self.old.is_true("deprecated"),
            self.new.is_true("deprecated"),
        );
        let nodes = self.keyword("deprecated");
        if a != b {
            let spot = self.spot((&nodes.0, &nodes.1));
            let message = if b {
                "is deprecated"
            } else {
                "is no longer deprecated"
            };
            let id = (
                ChangeCode::DeprecationChanged,
                ChangeKind::Changed,
                Breaks::Nothing,
            );
            self.engine.report(id, spot, message);
        }
        self.extensions();
        for name in RULES {
            if !matches!(*name, "properties" | "items" | "discriminator") {
                self.keyword(name);
            }
        }
    }

    fn extensions(&mut self) {
        let names = |flat: &Flat<'d>| -> Vec<String> {
            let parts = flat.parts.iter();
            let names = parts.flat_map(|part| part.entries().map(|(name, _)| name.to_owned()));
            names.filter(|name| is_extension(name)).collect()
        };
        let mut all = [names(&self.old), names(&self.new)].concat();
        all.sort();
        all.dedup();
        for name in all {
            let nodes = (self.old.last(&name), self.new.last(&name));
            self.keyword(&name);
            let nodes = (Vec::from_iter(nodes.0), Vec::from_iter(nodes.1));
            self.extension(&name, (&nodes.0, &nodes.1));
        }
    }

    fn extension(&mut self, name: &str, nodes: (&[Node<'d>], &[Node<'d>])) {
        let (old, new) = (nodes.0.first(), nodes.1.first());
        let Some(message) = extension_difference(name, old, new) else {
            return;
        };
        let spot = self.spot(nodes);
        let kind = kind_of(nodes.0, nodes.1);
        if name == extensions::EXTENSIBLE_ENUM {
            let values =
                |node: Option<&Node<'d>>| node.and_then(|node| node.value.as_array().cloned());
            let (old, new) = (
                values(old).unwrap_or_default(),
                values(new).unwrap_or_default(),
            );
            let is_removed =
                old.iter().any(|value| !new.contains(value)) && kind == ChangeKind::Changed;
            let breaks = match is_removed && self.flow.direction == Direction::Request {
                true => Breaks::Wire,
                false => Breaks::Nothing,
            };
            let code = if is_removed {
                ChangeCode::EnumValueRemoved
            } else {
                ChangeCode::EnumValueAdded
            };
            return self.change((code, kind, breaks), spot, message, None);
        }
        // Extensions apply in both directions, so the change is reported without one.
        let (code, breaks) = extension_change(name);
        self.engine.report((code, kind, breaks), spot, message);
    }
}

/// Returns the code of a changed extension and the callers that it breaks.
pub(super) fn extension_change(name: &str) -> (ChangeCode, Breaks) {
    use extensions as names;
    match name {
        names::PAGINATION => (ChangeCode::PaginationChanged, Breaks::Wire),
        names::GROUP_NAME | names::METHOD_NAME | names::IGNORE => {
            (ChangeCode::ResourceMethodChanged, Breaks::Code)
        }
        names::SUNSET => (ChangeCode::SunsetChanged, Breaks::Nothing),
        names::RETURN_VALUE
        | names::SECRET
        | names::ENUM
        | names::VARIABLE
        | names::SERVER_NAME
        | names::CREDENTIAL_FOR
        | names::CARGO_FEATURE => (ChangeCode::GeneratorExtensionChanged, Breaks::Code),
        names::IMPLIED_VARIABLES | names::DEFAULT => {
            (ChangeCode::GeneratorExtensionChanged, Breaks::Nothing)
        }
        _ if names::IDEMPOTENT.contains(&name) => {
            (ChangeCode::GeneratorExtensionChanged, Breaks::Nothing)
        }
        _ => (ChangeCode::ExtensionChanged, Breaks::Nothing),
    }
}

/// Returns the message for an extension whose values differ in more than prose.
pub(super) fn extension_difference(
    name: &str,
    old: Option<&Node<'_>>,
    new: Option<&Node<'_>>,
) -> Option<String> {
    if crate::diff::facts::is_prose(name) || name == extensions::ORIGIN {
        return None;
    }
    let plain = |node: Option<&Node<'_>>| node.map(|node| without_prose(node.value));
    (plain(old) != plain(new)).then(|| difference(name, old, new))?
}

/// Returns the message for a keyword whose values differ.
pub(super) fn difference(
    name: &str,
    old: Option<&Node<'_>>,
    new: Option<&Node<'_>>,
) -> Option<String> {
    Some(match (old, new) {
        (None, None) => return None,
        (Some(a), Some(b)) if super::super::compare::json_equal(a.value, b.value) => return None,
        (Some(a), Some(b)) => format!("`{name}` became {}, was {}", shown(b.value), shown(a.value)),
        (None, Some(b)) => format!("`{name}` {} was added", shown(b.value)),
        (Some(a), None) => format!("`{name}` {} was removed", shown(a.value)),
    })
}

pub(super) fn kind_of(old: &[Node<'_>], new: &[Node<'_>]) -> ChangeKind {
    match (old.is_empty(), new.is_empty()) {
        (true, false) => ChangeKind::Added,
        (false, true) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    }
}
